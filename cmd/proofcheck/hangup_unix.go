//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// hangups returns a channel that tells of SIGHUP.
func hangups() <-chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c
}
