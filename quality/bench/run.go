package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A cost is what a run took.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes resident at most
}

// measure runs a program and returns the least of its times and the most of its memory. Exit code 1 means
// that something was found, which is no failure.
func measure(times int, dir string, stdin string, args ...string) (cost, error) {
	var least cost
	for i := range times {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		if stdin != "" {
			f, err := os.Open(stdin)
			if err != nil {
				return least, err
			}
			defer f.Close()
			cmd.Stdin = f
		}
		start := time.Now()
		err := cmd.Run()
		wall := time.Since(start)
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
			return least, err
		}
		state := cmd.ProcessState
		c := cost{wall: wall, cpu: state.UserTime() + state.SystemTime()}
		if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
			c.memory = int64(usage.Maxrss) * 1024
		}
		if i == 0 || c.wall < least.wall {
			least.wall = c.wall
		}
		if i == 0 || c.cpu < least.cpu {
			least.cpu = c.cpu
		}
		least.memory = max(least.memory, c.memory)
	}
	return least, nil
}
