package server_test

import (
	"fmt"
	"syscall"
)

func mount(dir string, size int) error {
	return syscall.Mount("proofcheck", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
}

func unmount(dir string) { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }
