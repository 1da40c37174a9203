package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// linkBar shows how many addresses have been asked, how many a second, and the time that is left. Its
// methods do nothing on nil and are safe for several goroutines.
type linkBar struct {
	mu    sync.Mutex
	out   io.Writer
	label string
	start time.Time
	bar   *progressbar.ProgressBar // nil until it is shown
	total int
}

func (p *program) newLinkBar() *linkBar {
	return &linkBar{out: p.stderr, label: p.say("progress"), start: time.Now()}
}

func (b *linkBar) set(done, total int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar == nil {
		if time.Since(b.start) < progressDelay {
			return
		}
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(b.label),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth())
	}
	if total > b.total {
		b.total = total
		b.bar.ChangeMax(total)
	}
	b.bar.Set(done) // a terminal that cannot be written to is no reason to stop
}

func (b *linkBar) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar != nil {
		b.bar.Clear()
	}
}
