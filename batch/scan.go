package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"proofcheck/lexicon"
	"proofcheck/store"
)

// Scan is one run over sources. The zero value of an option is its default.
type Scan struct {
	Store    *store.Store
	Sources  []*Source
	Examiner *Examiner
	Lexicons []*lexicon.Set // that the Examiner's Checker has; kept in the store to find what changes touch
	Command  string         // as the user gave it, for the store

	Filter  Filter
	Jobs    int     // workers; 0 means the number of processors
	Rate    float64 // records a second; 0 means no limit
	Limit   int64   // records that are looked at; 0 means no limit
	Sample  int     // so many records, chosen at random; 0 means all
	Again   bool    // everything is checked, whatever is known
	Recheck bool    // only documents with open findings, and those that could not be checked, fetched again

	// Patience is how long the run waits for a store or a source that cannot be reached, ten
	// minutes by default.
	Patience time.Duration

	// Progress is called about twice a second and at the end, by one goroutine at a time. May be nil.
	Progress func(Progress)

	// Failed is told of each record that could not be checked, by one goroutine, in order. May be nil.
	Failed func(source, key string, reason string)

	// Waiting is told when the run waits for a store or a source, and why. May be nil.
	Waiting func(err error, wait time.Duration)

	pause    func(ctx context.Context, d time.Duration) // waits; for tests
	every    time.Duration                              // commitWait; for tests
	handOver bool                                       // records are checked elsewhere
}

// Progress is how far a run has come.
type Progress struct {
	Run     int64
	Source  string // that is being read
	Counts  store.Counts
	Started time.Time    // of this process' part of the run
	Since   store.Counts // what the run had done before
	Part    float64      // of all sources that have been read, 0 to 1; 0 when not known
	Waiting bool
}

// Outcome is how a run ended.
type Outcome struct {
	Run      *store.Run
	Resumed  bool
	Estimate *Estimate // of a sample
	Done     bool      // everything has been read
}

// SourceError says that a source could not be read to its end.
type SourceError struct {
	Source string
	Err    error
}

// Error names the source.
func (e *SourceError) Error() string { return e.Source + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// item is a record on its way.
type item struct {
	source *Source
	record *Record
	known  *store.Document
	cursor store.Cursor
	size   int64 // bytes that it takes
	ready  chan struct{}
	result store.Result
	kind   outcome
	read   int64 // bytes of content
	moved  []store.Moved
	page   *pageBlocks     // of a page that was read
	walked []store.Address // that the walk over its source knows by it, and by what was passed before it
	err    error           // the run cannot go on

	complete bool  // at the end of a source: all of it has been read
	failure  error // or why not
}

// outcome is what has been done with a record.
type outcome int8

const (
	checked outcome = iota
	unchanged
	untouched
	failed
	endOfSource // no record: its source has been read
)

// running is a Scan at work.
type running struct {
	*Scan
	run        *store.Run
	changes    *changes
	room       *room
	limiter    *rate.Limiter
	sample     map[string]*sample
	population int64 // records that the sample was drawn from
	blocks     map[*Source]*siteBlocks
	walking    *walking // of a worker that has a site
	errs       []error  // of sources
	started    time.Time
	before     store.Counts
	counts     store.Counts
	reading    sourcePlace
	waiting    bool
	mu         sync.Mutex // of reading and waiting
	shown      time.Time
}

// plan identifies what is run, so that the same command goes on where it was.
func (s *Scan) plan() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%d\x00%d\x00%v\x00%v\x00%d\x00", s.Examiner.Ruleset.Tool, s.Examiner.Ruleset.Rules, strings.Join(s.Examiner.Ruleset.Lexicons, ","),
		s.Limit, s.Sample, s.Again, s.Recheck, s.Examiner.maxSize())
	fmt.Fprintf(h, "%+v\x00", s.Filter)
	if s.handOver {
		h.Write([]byte("handed over\x00"))
	}
	for _, src := range s.Sources {
		fmt.Fprintf(h, "%s\x00", src.Name)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Run runs the scan, from where an unfinished one of the same sources and options was left. It
// returns what was done even with an error: of ctx, of the store, or *SourceErrors of sources that could
// not be read to their ends. What could be committed is in the store.
func (s *Scan) Run(ctx context.Context) (*Outcome, error) {
	unlock, err := s.Store.Lock(ctx, "scan")
	if err != nil {
		return nil, err
	}
	defer unlock()
	mine := *s // what is set here is not the caller's
	r := &running{Scan: &mine, started: time.Now(), blocks: map[*Source]*siteBlocks{}}
	out, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return out, r.finish(ctx, out, err)
	}
	return out, r.finish(ctx, out, r.all(ctx))
}

// register notes in the store what records are checked with.
func (r *running) register(ctx context.Context) error {
	rules := &r.Examiner.Ruleset
	if err := r.Store.Register(ctx, rules); err != nil {
		return err
	}
	for _, l := range r.Lexicons {
		content, err := packEntries(l)
		if err != nil {
			return err
		}
		if err := r.Store.KeepLexicon(ctx, l.Hash(), l.Name(), content); err != nil {
			return err
		}
	}
	r.changes = &changes{store: r.Store, current: rules, sets: r.Lexicons}
	return nil
}

// begin begins the run, or takes up an unfinished one.
func (r *running) begin(ctx context.Context) (*Outcome, error) {
	if err := r.register(ctx); err != nil {
		return nil, err
	}
	out := &Outcome{}
	plan := r.plan()
	run, err := r.Store.Unfinished(ctx, plan)
	if err != nil {
		return nil, err
	}
	if run != nil {
		out.Resumed = true
		if err := r.Store.Finish(ctx, run.ID, store.Running); err != nil {
			return nil, err
		}
	} else {
		run = &store.Run{Kind: "scan", Plan: plan, Command: r.Command, Ruleset: r.Examiner.Ruleset}
		switch {
		case r.Recheck:
			run.Kind = "recheck"
		case r.Sample > 0:
			run.Kind = "sample"
		}
		if err := r.Store.Begin(ctx, run); err != nil {
			return nil, err
		}
	}
	r.run, out.Run = run, run
	r.before, r.counts = run.Counts, run.Counts
	return out, nil
}

// setDefaults fills in what the caller has left open.
func (r *running) setDefaults() {
	if r.Jobs <= 0 {
		r.Jobs = runtime.GOMAXPROCS(0)
	}
	if r.Patience == 0 {
		r.Patience = 10 * time.Minute
	}
	if r.pause == nil {
		r.pause = func(ctx context.Context, d time.Duration) {
			t := time.NewTimer(d)
			defer t.Stop()
			select {
			case <-t.C:
			case <-ctx.Done():
			}
		}
	}
}

// prepare finds what is to be read.
func (r *running) prepare(ctx context.Context) error {
	r.setDefaults()
	if r.Rate > 0 {
		r.limiter = rate.NewLimiter(rate.Limit(r.Rate), max(1, int(r.Rate/10)))
	}
	r.room = newRoom(32 << 20)
	if r.Recheck {
		sources := make([]*Source, len(r.Sources))
		for i, src := range r.Sources {
			sources[i] = pending(r.Store, src)
		}
		r.Sources = sources
	}
	if r.Sample > 0 {
		return r.choose(ctx)
	}
	return nil
}

// finish notes how the run ended.
func (r *running) finish(ctx context.Context, out *Outcome, err error) error {
	state := store.Done
	if err != nil || ctx.Err() != nil {
		state = store.Interrupted
	} else if r.handOver {
		state = store.HandedOver
	}
	out.Done = err == nil && len(r.errs) == 0
	// The context may be over, and the note is still wanted.
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if state == store.Done && r.Sample > 0 {
		out.Estimate, err = r.estimate(late)
	}
	if e := r.Store.Finish(late, r.run.ID, state); err == nil {
		err = e
	}
	if state == store.HandedOver { // the workers may be through already
		if _, e := r.Store.Complete(late, r.run.ID); err == nil {
			err = e
		}
	}
	if again, e := r.Store.Run(late, r.run.ID); e == nil {
		out.Run = again
	}
	r.progress(true)
	return errors.Join(append([]error{err}, r.errs...)...)
}

// all reads all sources: one goroutine reads, workers check, and this one commits in the order of
// reading, so that what a cursor has passed is in the store.
func (r *running) all(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *item)
	order := make(chan *item, 64*r.Jobs)
	var workers sync.WaitGroup
	for range r.Jobs {
		workers.Go(func() {
			for it := range work {
				if it.err = r.work(ctx, it); it.err != nil {
					cancel(it.err)
				}
				close(it.ready)
			}
		})
	}
	workers.Go(func() {
		defer close(work)
		defer close(order)
		if err := r.read(ctx, func(it *item) bool {
			select {
			case order <- it:
			case <-ctx.Done():
				return false
			}
			if it.record == nil {
				return true
			}
			select {
			case work <- it:
				return true
			case <-ctx.Done():
				it.err = ctx.Err()
				close(it.ready)
				return false
			}
		}); err != nil {
			cancel(err)
		}
	})
	err := r.commitAll(ctx, order)
	if err == nil {
		err = context.Cause(ctx)
	}
	cancel(err)
	for it := range order { // what was read and is not wanted any more
		r.room.leave(it.size)
	}
	workers.Wait()
	return err
}

// patiently calls f until it does not fail for a reason that may pass, at longer and longer intervals.
func (r *running) patiently(ctx context.Context, f func() error) error {
	began := time.Now()
	for wait := 250 * time.Millisecond; ; wait = min(2*wait, 15*time.Second) {
		err := f()
		if err == nil || !store.Transient(err) || ctx.Err() != nil || time.Since(began) > r.Patience {
			return err
		}
		r.wait(ctx, err, wait)
	}
}

// wait tells that the run waits, and does.
func (r *running) wait(ctx context.Context, err error, d time.Duration) {
	if r.Waiting != nil {
		r.Waiting(err, d)
	}
	r.mu.Lock()
	r.waiting = true
	r.mu.Unlock()
	r.pause(ctx, d)
	r.mu.Lock()
	r.waiting = false
	r.mu.Unlock()
}

// progress tells how far the run is, not too often unless it is the last time.
func (r *running) progress(last bool) {
	if r.Progress == nil || !last && time.Since(r.shown) < 500*time.Millisecond {
		return
	}
	r.shown = time.Now()
	r.mu.Lock()
	p := Progress{Run: r.run.ID, Source: r.reading.name, Counts: r.counts, Started: r.started, Since: r.before, Part: r.reading.part, Waiting: r.waiting}
	r.mu.Unlock()
	r.Progress(p)
}

// wantedKey reports whether a recheck or a sample takes a record.
func (r *running) wantedKey(src *Source, key string) bool {
	if r.sample != nil {
		return r.sample[src.Name].has(key)
	}
	return true
}
