//go:build unix

// Package usage tells what this process has taken of the machine, for measurements.
package usage

import (
	"runtime"
	"syscall"
)

// Seconds is what the processors have done for this process, on all cores together.
func Seconds() float64 {
	u := rusage()
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// Resident is the most bytes of memory that this process has had at a time; 0 when that is not known.
func Resident() int64 {
	n := int64(rusage().Maxrss)
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
		n <<= 10 // others count in KiB
	}
	return n
}

func rusage() (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("usage: " + err.Error()) // it fails for wrong arguments only
	}
	return u
}
