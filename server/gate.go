package server

import (
	"context"
	"sync/atomic"
	"time"
)

// gate lets a bounded number of checks run and a bounded number wait. Others are turned away at once:
// a service that is too slow for a publishing editor is as bad as one that is down.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	wait    time.Duration
}

func newGate(jobs, queue int, wait time.Duration) *gate {
	return &gate{slots: make(chan struct{}, jobs), queue: int64(queue), wait: wait}
}

// enter waits for a slot and returns how long that took; leave gives the slot back. The problem is
// busy when there is no room, and nil with ok false when ctx has ended.
func (g *gate) enter(ctx context.Context) (leave func(), waited time.Duration, p *problem) {
	leave = func() { <-g.slots }
	select {
	case g.slots <- struct{}{}:
		return leave, 0, nil
	default:
	}
	if g.waiting.Add(1) > g.queue {
		g.waiting.Add(-1)
		return nil, 0, later("busy", 1)
	}
	defer g.waiting.Add(-1)
	start := time.Now()
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case g.slots <- struct{}{}:
		return leave, time.Since(start), nil
	case <-timer.C:
		return nil, time.Since(start), later("busy", 2)
	case <-ctx.Done():
		return nil, time.Since(start), fail("body-cut", "error", "the client has gone")
	}
}

// budget bounds the memory that the bodies of all requests take together.
type budget struct {
	limit int64
	used  atomic.Int64
}

// take reserves n bytes, or none when they are not there.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) <= b.limit {
		return true
	}
	b.used.Add(-n)
	return false
}

func (b *budget) give(n int64) { b.used.Add(-n) }
