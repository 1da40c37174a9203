package main

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progressDelay is how long a run goes on before its progress is shown.
const progressDelay = time.Second

// progress shows on a terminal how far a long run is. It is safe for several goroutines.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	label string
	start time.Time
	total int
	done  int
	bar   *progressbar.ProgressBar // nil until it is shown
}

// newProgress returns nil, on which all methods do nothing, when progress is not wanted.
func (p *program) newProgress(wanted bool, total int) *progress {
	if !wanted || total < 2 || !isTerminal(p.stderr) {
		return nil
	}
	return &progress{out: p.stderr, label: p.say("progress"), start: time.Now(), total: total}
}

// add counts one more draft.
func (g *progress) add() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done++
	if g.bar == nil {
		if time.Since(g.start) < progressDelay || g.done == g.total {
			return
		}
		g.bar = progressbar.NewOptions(g.total,
			progressbar.OptionSetWriter(g.out), progressbar.OptionSetDescription(g.label),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth())
	}
	g.bar.Set(g.done) // a terminal that cannot be written to is no reason to stop
}

// clear takes the bar away while something else is written; it comes back with the next draft.
func (g *progress) clear() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bar != nil {
		g.bar.Clear()
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// colorful reports whether standard output shows colours and the user has not asked for none; see
// https://no-color.org.
func (p *program) colorful() bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(p.stdout)
}
