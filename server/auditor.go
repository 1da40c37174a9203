package server

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	"proofcheck/store"
)

// Bounds of what waits to be recorded.
const (
	maxPendingBytes = 64 << 20 // of contents
	auditBatch      = 500
	auditTimeout    = 5 * time.Second // of one transaction
	auditRetry      = time.Second
)

// How an entry is recorded, as answers say.
const (
	auditRecorded = "recorded" // it is in the store
	auditPending  = "pending"  // it is in memory, since the store does not take it at the moment
	auditLost     = "lost"     // there is no more room in memory
	auditOff      = "off"      // there is no store
)

// auditor writes entries to the store. Those of many requests share a transaction; when the store is
// full or gone, checks go on, what is to be recorded waits in bounded memory, and answers, metrics,
// the log and /readyz say so.
type auditor struct {
	open func(context.Context) (*store.Store, error)
	log  *slog.Logger
	wait time.Duration // that a request waits for its entry at most
	most int           // entries that wait

	mu      sync.Mutex
	pending []*auditItem
	bytes   int64 // of contents in pending
	lost    int64
	failing error // of the last attempt; nil when it went well
	wake    chan struct{}
	done    chan struct{}

	handle sync.Mutex   // of what follows; never held together with mu
	store  *store.Store // nil while it could not be opened
	file   os.FileInfo  // of an SQLite store, so that a new one in its place is noticed
}

// auditItem is an entry that waits.
type auditItem struct {
	entry *store.AuditEntry
	done  chan struct{} // closed when it has been tried
	ok    bool          // it is in the store; set before done is closed
}

func newAuditor(opt Options) *auditor {
	return &auditor{open: opt.Open, log: opt.Log, wait: opt.Limits.Record, most: opt.Limits.Pending, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// record notes entries and returns how they are recorded.
func (a *auditor) record(ctx context.Context, entries ...*store.AuditEntry) string {
	if a == nil {
		return auditOff
	}
	items := make([]*auditItem, len(entries))
	a.mu.Lock()
	bytes := int64(0)
	for i, e := range entries {
		items[i] = &auditItem{entry: e, done: make(chan struct{})}
		bytes += int64(len(e.Content))
	}
	if len(a.pending)+len(items) > a.most || a.bytes+bytes > maxPendingBytes {
		a.lost += int64(len(items))
		a.mu.Unlock()
		return auditLost
	}
	a.pending = append(a.pending, items...)
	a.bytes += bytes
	failing := a.failing != nil
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
	if failing {
		return auditPending
	}
	timer := time.NewTimer(a.wait)
	defer timer.Stop()
	for _, item := range items {
		select {
		case <-item.done:
			if !item.ok {
				return auditPending
			}
		case <-timer.C:
			return auditPending
		case <-ctx.Done():
			return auditPending
		}
	}
	return auditRecorded
}

// run writes entries until ctx ends, and then what is left.
func (a *auditor) run(ctx context.Context) {
	defer close(a.done)
	for {
		select {
		case <-a.wake:
		case <-ctx.Done():
			a.drain(context.WithoutCancel(ctx))
			return
		}
		for a.some() && ctx.Err() == nil {
			if a.flush(ctx) {
				continue
			}
			select {
			case <-time.After(auditRetry):
			case <-ctx.Done():
			}
		}
	}
}

// drain writes what is left at the end, as far as the store takes it.
func (a *auditor) drain(ctx context.Context) {
	for a.some() && a.flush(ctx) {
	}
	a.mu.Lock()
	if n := len(a.pending); n > 0 {
		a.lost += int64(n)
		a.log.Error("audit entries lost: the store did not take them before the end", "entries", n, "error", a.failing)
	}
	a.mu.Unlock()
	a.handle.Lock()
	defer a.handle.Unlock()
	if a.store != nil {
		if err := a.store.Close(); err != nil {
			a.log.Error("audit store", "error", err)
		}
		a.store = nil
	}
}

func (a *auditor) some() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.pending) > 0
}

// flush writes one batch and reports whether it did. What was not written stays in its place.
func (a *auditor) flush(ctx context.Context) bool {
	a.mu.Lock()
	batch := append([]*auditItem{}, a.pending[:min(auditBatch, len(a.pending))]...)
	before := a.failing
	a.mu.Unlock()
	entries := make([]*store.AuditEntry, len(batch))
	for i, item := range batch {
		entries[i] = item.entry
	}
	err := a.write(ctx, entries)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failing = err
	if err == nil {
		a.pending = append(a.pending[:0:0], a.pending[len(batch):]...)
		for _, item := range batch {
			a.bytes -= int64(len(item.entry.Content))
			item.ok = true
		}
	}
	for _, item := range batch {
		release(item)
	}
	if err != nil {
		for _, item := range a.pending {
			release(item)
		}
	}
	switch {
	case err != nil && before == nil:
		a.log.Error("audit: the store does not take entries; checks go on", "error", err, "full", store.Full(err))
	case err == nil && before != nil:
		a.log.Info("audit: the store takes entries again", "pending", len(a.pending), "lost", a.lost)
	}
	return err == nil
}

// release lets the request of an item go on.
func release(item *auditItem) {
	select {
	case <-item.done:
	default:
		close(item.done)
	}
}

// write opens the store if need be and adds entries.
func (a *auditor) write(ctx context.Context, entries []*store.AuditEntry) error {
	ctx, cancel := context.WithTimeout(ctx, auditTimeout)
	defer cancel()
	s, err := a.current(ctx)
	if err != nil {
		return err
	}
	return s.Record(ctx, entries)
}

// current returns the store. One whose file has been taken away is opened anew, since what is
// written to a file without a name is lost.
func (a *auditor) current(ctx context.Context) (*store.Store, error) {
	a.handle.Lock()
	defer a.handle.Unlock()
	if a.store != nil && a.file != nil {
		if now, err := os.Stat(a.store.Name()); err != nil || !os.SameFile(now, a.file) {
			_ = a.store.Close() // of a file that is gone
			a.store = nil
		}
	}
	if a.store != nil {
		return a.store, nil
	}
	s, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	a.store = s
	a.file, _ = os.Stat(s.Name()) // nil for a database server
	return s, nil
}

// state returns how many entries wait and were lost, and what is amiss, nil when nothing is.
func (a *auditor) state() (pending int, lost int64, amiss error) {
	if a == nil {
		return 0, 0, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.pending), a.lost, a.failing
}
