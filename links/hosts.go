package links

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// host is what is known of a host during a run, and how it is spared.
type host struct {
	slots   chan struct{}
	limiter *rate.Limiter // nil: no limit
	opt     *HostOptions

	headless atomic.Bool // its answers to HEAD are false, or do not come

	mu     sync.Mutex
	pause  time.Time     // no request before it: the host has asked for that
	failed int           // connections that failed in a row
	closed time.Time     // until when the circuit is open
	random chan struct{} // closed when soft is known; nil before it is asked for
	soft   *Answer       // to an address that cannot exist; nil when that says nothing
}

const (
	circuitAfter = 10 // failures in a row
	circuitFor   = 30 * time.Second
)

func (p *Prober) host(name string) *host {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.hosts[name]
	if ok {
		return h
	}
	h = &host{opt: p.opt.Hosts[name]}
	slots, perSecond := p.opt.PerHost, p.opt.Rate
	if h.opt == nil {
		h.opt = &HostOptions{}
	}
	if h.opt.PerHost > 0 {
		slots = h.opt.PerHost
	}
	if h.opt.Rate != 0 {
		perSecond = h.opt.Rate
	}
	h.slots = make(chan struct{}, slots)
	if perSecond > 0 {
		h.limiter = rate.NewLimiter(rate.Limit(perSecond), slots)
	}
	p.hosts[name] = h
	return h
}

// enter waits for the right to send a request; leave gives it back.
func (p *Prober) enter(ctx context.Context, h *host) error {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := h.wait(ctx); err != nil {
		<-h.slots
		return err
	}
	// The global slot is taken last, so that waiting for one host does not hold up others.
	select {
	case p.global <- struct{}{}:
	case <-ctx.Done():
		<-h.slots
		return ctx.Err()
	}
	return nil
}

func (p *Prober) leave(h *host) {
	<-p.global
	<-h.slots
}

func (h *host) wait(ctx context.Context) error {
	h.mu.Lock()
	pause := time.Until(h.pause)
	h.mu.Unlock()
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if h.limiter == nil {
		return nil
	}
	return h.limiter.Wait(ctx)
}

// rest keeps requests from the host for a while.
func (h *host) rest(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until := time.Now().Add(d); until.After(h.pause) {
		h.pause = until
	}
}

// open returns how long the circuit to the host stays open, during which nothing is asked of it; 0
// when it is closed.
func (h *host) open() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(time.Until(h.closed), 0)
}

// connected takes note of whether a connection could be made and used.
func (h *host) connected(ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ok {
		h.failed = 0
		return
	}
	if h.failed++; h.failed >= circuitAfter {
		h.closed = time.Now().Add(circuitFor)
		h.failed = circuitAfter - 2 // two more attempts close it again
	}
}

func (h *host) accepts(status int) bool {
	for _, s := range h.opt.Accept {
		if s == status {
			return true
		}
	}
	return false
}
