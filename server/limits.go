package server

import (
	"runtime"
	"time"
)

func (l Limits) withDefaults() Limits {
	orInt(&l.Body, 8<<20)
	orInt(&l.Memory, 8*l.Body)
	orInt(&l.Files, 100)
	orInt(&l.Findings, 10_000)
	orInt(&l.Jobs, runtime.GOMAXPROCS(0))
	orInt(&l.Queue, 64*l.Jobs)
	orInt(&l.Wait, 2*time.Second)
	orInt(&l.Check, 10*time.Second)
	orInt(&l.Network, time.Minute)
	orInt(&l.Header, 5*time.Second)
	orInt(&l.Read, 30*time.Second)
	orInt(&l.Write, 60*time.Second)
	orInt(&l.Idle, 60*time.Second)
	orInt(&l.Stop, 30*time.Second)
	orInt(&l.Pending, 20_000)
	orInt(&l.Record, 500*time.Millisecond)
	orInt(&l.Connections, 4096)
	return l
}

func orInt[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}
