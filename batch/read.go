package batch

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"strings"
	"time"

	"proofcheck/store"
)

// sourcePlace is where reading is.
type sourcePlace struct {
	name string
	part float64
}

// read reads the sources one after the other and emits their records with what the store knows of
// them. It ends when emit returns false. A source that cannot be read is noted in errs.
func (r *running) read(ctx context.Context, emit func(*item) bool) error {
	var cursors map[string]store.Cursor
	if err := r.patiently(ctx, func() (err error) {
		cursors, err = r.Store.Cursors(ctx, r.run.ID)
		return err
	}); err != nil {
		return err
	}
	left := int64(-1)
	if r.Limit > 0 {
		left = max(0, r.Limit-r.before.Documents)
	}
	for i, src := range r.Sources {
		at := cursors[src.Name]
		if at.Done {
			continue
		}
		s := &sourceReader{running: r, source: src, cursor: at.Cursor, number: i, left: &left, emit: emit}
		if src.Pages {
			if err := r.loadBlocks(ctx, src); err != nil {
				return err
			}
		}
		if src.Total != nil {
			s.total = src.Total(ctx)
		}
		if err := s.run(ctx); err != nil {
			return err
		}
		if s.stopped {
			return nil
		}
	}
	return nil
}

// sourceReader reads one source.
type sourceReader struct {
	*running
	source  *Source
	cursor  string // of the last record
	number  int    // of the source
	total   int64
	left    *int64
	emit    func(*item) bool
	waiting []*item // whose documents have not been looked up
	bytes   int64   // of these
	since   time.Time
	walked  []store.Address // of records that were passed over
	stopped bool
	failure error // of the source
}

// Lookups are made for so many records at once.
const lookupMost, lookupBytes, lookupWait = 128, 1 << 20, 100 * time.Millisecond

// run reads the source to its end. An error is that of the whole run.
func (s *sourceReader) run(ctx context.Context) error {
	began, wait := time.Now(), 250*time.Millisecond
	for {
		err := s.records(ctx)
		if err != nil || s.stopped {
			return err
		}
		var again *RetryError
		if s.failure == nil || ctx.Err() != nil {
			break
		}
		if !errors.As(s.failure, &again) || time.Since(began) > s.Patience {
			break
		}
		s.wait(ctx, again.Err, wait)
		wait = min(2*wait, 15*time.Second)
		s.failure = nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.failure != nil {
		// The rest of the source is missing, but the other sources are there.
		s.mu.Lock()
		s.errs = append(s.errs, &SourceError{s.source.Name, s.failure})
		s.mu.Unlock()
	}
	s.stopped = !s.emit(&item{source: s.source, kind: endOfSource, failure: s.failure, complete: s.failure == nil && *s.left != 0 && s.sample == nil, cursor: store.Cursor{Source: s.source.Name, Cursor: s.cursor, Done: true}})
	return nil
}

// follow returns the records that the run has not had.
func (s *sourceReader) follow(ctx context.Context) (iter.Seq2[*Record, error], error) {
	if s.source.Walk == nil {
		return s.source.Records(ctx, s.cursor), nil
	}
	var known []store.Address
	err := s.patiently(ctx, func() (err error) {
		known, err = s.Store.Frontier(ctx, s.running.run.ID, s.source.Name)
		return err
	})
	return s.source.Walk(ctx, known), err
}

// records emits the records after the cursor.
func (s *sourceReader) records(ctx context.Context) error {
	all, err := s.follow(ctx)
	if err != nil {
		return err
	}
	for rec, err := range all {
		if err != nil {
			s.failure = err
			break
		}
		s.cursor = rec.Cursor
		s.walked = append(s.walked, rec.walked...)
		s.mu.Lock()
		s.reading.name = s.source.Name
		if s.total > 0 {
			s.reading.part = (float64(s.number) + min(1, float64(rec.At)/float64(s.total))) / float64(len(s.Sources))
		}
		s.mu.Unlock()
		if rec.passed || !s.Filter.takes(rec) || !s.wantedKey(s.source, rec.Key) {
			continue
		}
		if *s.left == 0 {
			break
		}
		*s.left--
		if s.limiter != nil {
			if err := s.limiter.Wait(ctx); err != nil {
				return err
			}
		}
		if s.Examiner.Assign != nil {
			s.Examiner.Assign(rec)
		}
		rec.Key = shortKey(rec.Key)
		it := &item{source: s.source, record: rec, ready: make(chan struct{}), size: int64(len(rec.Content)) + 2048,
			cursor: store.Cursor{Source: s.source.Name, Cursor: rec.Cursor}, walked: s.walked}
		s.walked = nil
		if rec.Open != nil && rec.Size > 0 {
			it.size += min(rec.Size, s.Examiner.maxSize())
		}
		// What waits for its lookup takes room, so it goes on before this one waits for room.
		if len(s.waiting) > 0 && (s.bytes+it.size > lookupBytes || time.Since(s.since) > lookupWait) {
			if err := s.lookup(ctx); err != nil || s.stopped {
				return err
			}
		}
		if err := s.room.enter(ctx, it.size); err != nil {
			return err
		}
		if len(s.waiting) == 0 {
			s.since = time.Now()
		}
		s.waiting, s.bytes = append(s.waiting, it), s.bytes+it.size
		if len(s.waiting) >= lookupMost {
			if err := s.lookup(ctx); err != nil || s.stopped {
				return err
			}
		}
	}
	return s.lookup(ctx)
}

// shortKey bounds the length of keys, which databases index.
func shortKey(key string) string {
	const most = 700
	if len(key) <= most {
		return key
	}
	h := sha256.Sum256([]byte(key))
	return strings.ToValidUTF8(key[:most], "") + "#" + string(hexDigits(h[:16]))
}

func hexDigits(b []byte) []byte {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return out
}

// lookup asks the store what it knows of the records that wait, and emits them.
func (s *sourceReader) lookup(ctx context.Context) error {
	list := s.waiting
	s.waiting, s.bytes = nil, 0
	if len(list) == 0 {
		return nil
	}
	keys := make([]string, len(list))
	for i, it := range list {
		keys[i] = it.record.Key
	}
	var known map[string]*store.Document
	if err := s.patiently(ctx, func() (err error) {
		known, err = s.Store.Known(ctx, s.source.Name, keys)
		return err
	}); err != nil {
		return err
	}
	for i, it := range list {
		it.known = known[store.Clean(keys[i])]
		if !s.emit(it) {
			s.stopped = true
			return nil
		}
	}
	return nil
}
