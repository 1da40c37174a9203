package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Bounds of guessing: an address may try so many wrong tokens at once, then one each guessEvery.
const (
	guessBurst = 10
	guessEvery = 6 * time.Second
	maxGuesser = 65536 // addresses that are remembered
)

// guesses remembers who tried wrong tokens. The zero value is ready.
type guesses struct {
	mu  sync.Mutex
	all map[netip.Prefix]*rate.Limiter
}

// wait returns how long a client has to wait before another token of it is looked at.
func (g *guesses) wait(from netip.Prefix, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.all[from]
	if l == nil {
		return 0
	}
	if left := l.TokensAt(now); left < 1 {
		return time.Duration((1 - left) * float64(guessEvery))
	}
	return 0
}

// wrong notes a wrong token.
func (g *guesses) wrong(from netip.Prefix, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.all[from]
	if l == nil {
		if len(g.all) >= maxGuesser {
			g.forget(now)
		}
		if g.all == nil {
			g.all = map[netip.Prefix]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Every(guessEvery), guessBurst)
		g.all[from] = l
	}
	l.AllowN(now, 1)
}

// forget drops those who have waited long enough, and all where nobody has.
func (g *guesses) forget(now time.Time) {
	for from, l := range g.all {
		if l.TokensAt(now) >= guessBurst {
			delete(g.all, from)
		}
	}
	if len(g.all) >= maxGuesser {
		clear(g.all)
	}
}
