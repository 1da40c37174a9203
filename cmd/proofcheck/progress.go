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

// progress shows on a terminal how far a long run is, by the bytes that have been read. It is safe
// for several goroutines.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	label string
	start time.Time
	total int64
	done  int64
	bar   *progressbar.ProgressBar // nil until it is shown
}

// newProgress returns nil, on which all methods do nothing, when no progress can be shown.
func (p *program) newProgress(tasks []*task) *progress {
	if !isTerminal(p.stderr) {
		return nil
	}
	g := &progress{out: p.stderr, label: p.say("progress"), start: time.Now()}
	for _, t := range tasks {
		if info, err := os.Stat(t.draft.path); err == nil && !t.draft.stdin {
			g.total += info.Size()
		}
	}
	return g
}

// reader counts what is read from in.
func (g *progress) reader(in io.Reader) io.Reader {
	if g == nil {
		return in
	}
	return &countedReader{in, g}
}

type countedReader struct {
	in io.Reader
	g  *progress
}

// Read reads and counts.
func (r *countedReader) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	r.g.add(int64(n))
	return n, err
}

func (g *progress) add(n int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done += n
	if g.bar == nil {
		if time.Since(g.start) < progressDelay || g.done >= g.total {
			return
		}
		g.bar = progressbar.NewOptions64(g.total,
			progressbar.OptionSetWriter(g.out), progressbar.OptionSetDescription(g.label),
			progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth())
	}
	g.bar.Set64(min(g.done, g.total)) // a terminal that cannot be written to is no reason to stop
}

// clear takes the bar away while something else is written; it comes back with the next bytes.
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
