package server

import (
	"sync"

	"proofcheck/store"
)

// maxRecent is how many checks are remembered, so that an override need not wait for the store.
const maxRecent = 4096

// recent remembers the last checks, without their contents.
type recent struct {
	mu   sync.Mutex
	byID map[string]*store.AuditEntry
	ring []string // IDs; next is the oldest
	next int
}

func newRecent() *recent {
	return &recent{byID: map[string]*store.AuditEntry{}, ring: make([]string, maxRecent)}
}

func (r *recent) add(e *store.AuditEntry) {
	kept := *e
	kept.Content, kept.Fingerprints, kept.Lexicons = nil, nil, nil
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, r.ring[r.next])
	r.ring[r.next] = e.Name
	r.next = (r.next + 1) % maxRecent
	r.byID[e.Name] = &kept
}

func (r *recent) find(id string) *store.AuditEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}
