//go:build !windows

package main

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// SIGHUP reads everything anew, also what no change of a file tells.
func TestHangupReadsAnew(t *testing.T) {
	url, path := freshService(t, "skip: [typo]\n")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// The same size and time: only the signal can tell.
	if err := os.WriteFile(path, []byte("skip: [link]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Now(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	becomes(t, "after SIGHUP", "POST", url+"/v1/check", "请登陆系统", 200, `"error":1`)
}
