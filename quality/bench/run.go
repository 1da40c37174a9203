package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
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
		err := cmd.Start()
		if err != nil {
			return least, err
		}
		stop := make(chan struct{})
		peak := make(chan int64)
		go func() { peak <- watch(cmd.Process.Pid, stop) }()
		err = cmd.Wait()
		wall := time.Since(start)
		close(stop)
		resident := <-peak
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
			return least, err
		}
		state := cmd.ProcessState
		c := cost{wall: wall, cpu: state.UserTime() + state.SystemTime()}
		c.memory = resident
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

// watch samples the most memory that a process has had resident, in bytes. What the system says at the end counts
// the memory of this program, too, from which the other was started.
func watch(pid int, stop <-chan struct{}) (peak int64) {
	name := "/proc/" + strconv.Itoa(pid) + "/status"
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if data, err := os.ReadFile(name); err == nil {
			for line := range strings.Lines(string(data)) {
				if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
					kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
					peak = max(peak, kib*1024)
				}
			}
		}
		select {
		case <-stop:
			return peak
		case <-tick.C:
		}
	}
}
