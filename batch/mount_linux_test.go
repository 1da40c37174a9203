package batch

import (
	"fmt"
	"syscall"
)

// mountSmall makes a file system of a size in bytes.
func mountSmall(dir string, size int) error {
	return syscall.Mount("proofcheck", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
}

func unmountSmall(dir string) { syscall.Unmount(dir, syscall.MNT_DETACH) }
