package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"sync"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/mend"
	"proofcheck/source"
)

// task is one draft of a run. Workers write the second half of the fields, which hold once the
// queue is closed.
type task struct {
	draft *draft
	unit  *unit
	queue *queue

	stats  checker.Stats // what was read; findings are counted where they are reported
	diff   string
	fixed  int
	mended bool
	err    error
}

// all checks the drafts with as many workers as wanted and reports them in their order: the first
// one whose turn it is streams, those ahead of it wait in bounded queues.
func (r *checkRun) all(ctx context.Context, tasks []*task) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan *task)
	order := make(chan *task, 8*r.jobs) // bounds how far workers are ahead
	var workers sync.WaitGroup
	for range min(r.jobs, len(tasks)) {
		workers.Go(func() {
			for t := range work {
				r.work(ctx, t)
			}
		})
	}
	workers.Go(func() {
		defer close(work)
		defer close(order)
		for _, t := range tasks {
			if ctx.Err() != nil {
				return
			}
			t.queue = newQueue()
			order <- t
			work <- t
		}
	})
	for t := range order {
		r.consume(ctx, t)
		if r.err != nil {
			cancel()
		}
	}
	workers.Wait()
}

// work checks one draft and puts what happens into its queue.
func (r *checkRun) work(ctx context.Context, t *task) {
	defer t.queue.close()
	defer func() {
		// A mistake of this program that one draft brings out does not cost the others.
		if v := recover(); v != nil {
			t.err = &crash{v, debug.Stack()}
		}
	}()
	if t.err = t.draft.err; t.err != nil {
		return
	}
	if t.err = ctx.Err(); t.err != nil {
		return
	}
	if r.fix != "" && !r.diff {
		f := r.fixer(t)
		t.mended, t.err = f.mend(ctx)
		if t.mended {
			t.fixed = f.Fixed
		}
		if t.err != nil {
			return
		}
	}
	in, err := r.open(ctx, t)
	if err != nil {
		t.err = err
		return
	}
	defer in.Close()
	defer context.AfterFunc(ctx, func() { in.Close() })() // ends a read that waits
	if t.err = r.read(ctx, t, r.progress.reader(in)); t.err != nil && ctx.Err() != nil {
		t.err = ctx.Err()
	}
}

// crash is a mistake of this program that came out while a draft was checked.
type crash struct {
	value any
	stack []byte
}

// Error returns what happened.
func (c *crash) Error() string { return fmt.Sprint(c.value) }

// open opens a draft. With --diff, which reads it twice, its diff is made first, and standard input
// is kept in memory.
func (r *checkRun) open(ctx context.Context, t *task) (io.ReadCloser, error) {
	var in io.ReadSeekCloser
	if t.draft.stdin {
		stdin := interruptible(ctx, r.stdin)
		if !r.diff {
			return stdin, nil
		}
		text, err := io.ReadAll(io.LimitReader(stdin, diffLimit+1))
		if err != nil {
			return nil, err
		}
		in = memory{bytes.NewReader(text)}
	} else {
		file, err := os.Open(t.draft.path)
		if err != nil || !r.diff {
			return file, err
		}
		in = file
	}
	var err error
	if t.diff, err = r.fixer(t).diff(ctx, in); err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// interruptible makes reading end when ctx does. The goroutine that waits for a terminal or a pipe
// cannot be woken; it ends with the program.
func interruptible(ctx context.Context, in io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		_, err := io.CopyBuffer(w, in, make([]byte, 64<<10))
		w.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	return r
}

// memory is a file in memory.
type memory struct{ *bytes.Reader }

// Close does nothing.
func (memory) Close() error { return nil }

// read checks an open draft.
func (r *checkRun) read(ctx context.Context, t *task, in io.Reader) error {
	doc := t.draft.format.Split(shown(t.draft.path), in, formats.Options{Charset: t.unit.charset, Elements: t.unit.checker.Elements()})
	segments, number := doc.Segments, 0
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		for seg, err := range segments {
			if err == nil {
				if number == 0 && !t.queue.put(event{document: doc}) {
					return
				}
				if len(r.reports.segments) > 0 && seg.Kind != source.Directive && !t.queue.put(event{segment: seg.Clone(), number: number}) {
					return
				}
				number++
			}
			if !yield(seg, err) {
				return
			}
		}
		if number == 0 {
			t.queue.put(event{document: doc})
		}
	}
	var graded []*checker.Finding
	byClause := t.unit.profileName() == "gov" && len(r.reports.segments) == 0
	var failed error
	for f, err := range t.unit.checker.Check(ctx, doc, &t.stats) {
		if err != nil {
			failed = err
			break
		}
		if r.asker.ask(ctx, f); f.Level < t.unit.least() {
			continue
		}
		if byClause && len(graded) < maxGraded {
			graded = append(graded, f)
		} else if !t.queue.put(event{finding: f}) {
			return nil
		}
	}
	slices.SortStableFunc(graded, func(a, b *checker.Finding) int { return int(b.Clause) - int(a.Clause) })
	for _, f := range graded {
		if !t.queue.put(event{finding: f}) {
			return nil
		}
	}
	return failed
}

// maxGraded is how many findings of one draft profile gov orders by what an inspection makes of them: what fails
// a site first, then what costs points. Those beyond, and reports that show the draft, keep the order of the text.
const maxGraded = 10_000

func (r *checkRun) fixer(t *task) *fixer {
	return &fixer{program: r.program, path: t.draft.path, Mender: mend.Mender{
		Checker: t.unit.checker, Name: shown(t.draft.path), Format: t.draft.format, All: r.fix == "all",
		Options: formats.Options{Charset: t.unit.charset}, Wanted: r.fixable,
	}}
}

// fixable reports whether a finding may be fixed: not what the baseline knows.
func (r *checkRun) fixable(f *checker.Finding) bool {
	return r.baseline == nil || r.record != "" || !r.baseline.knows(f)
}

// consume reports what happens to a draft, until its worker has done.
func (r *checkRun) consume(ctx context.Context, t *task) {
	reported := 0
	for events := t.queue.take(); len(events) > 0; events = t.queue.take() {
		for _, e := range events {
			if r.err != nil || t.unit.maxFindings > 0 && reported >= t.unit.maxFindings {
				t.queue.stop()
				break
			}
			if r.event(t, e) {
				reported++
			}
		}
		if r.err == nil {
			r.err = r.reports.flush()
		}
	}
	if r.err != nil {
		return
	}
	if r.baseline != nil && t.err == nil {
		r.checked = append(r.checked, shown(t.draft.path))
	}
	t.stats.Findings, t.stats.ByRule, t.stats.ByClause, t.stats.Weighted = nil, nil, nil, 0
	r.stats.Add(&t.stats)
	if t.err == nil {
		r.done++
	}
	r.fixed += t.fixed
	if t.mended {
		r.mended++
	}
	if t.diff != "" {
		r.progress.clear()
		_, r.err = io.WriteString(r.stdout, t.diff)
	}
	if t.err != nil && r.err == nil {
		r.failure(t.draft, t.err)
	}
}

// event reports one event and says whether it was a finding that counts.
func (r *checkRun) event(t *task, e event) bool {
	switch {
	case e.document != nil:
		r.err = r.reports.document(t.draft, e.document)
	case e.segment != nil:
		r.err = r.reports.segment(e.number, e.segment)
	case r.record != "":
		r.baseline.add(e.finding)
	case r.baseline != nil && r.baseline.meets(e.finding):
		return false
	}
	if e.finding == nil {
		return false
	}
	r.stats.Count(e.finding)
	r.worst = max(r.worst, e.finding.Level)
	r.err = r.reports.finding(e.finding)
	return true
}
