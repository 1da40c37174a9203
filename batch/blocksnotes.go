package batch

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"

	"proofcheck/store"
)

// pageNote is what the store keeps of the blocks of a page until its source has been read.
type pageNote struct {
	Key      string
	Number   int64      `json:",omitempty"` // of the page in its source, when somebody else has read it and noted the rest
	Own      []byte     // hashes of blocks, 8 bytes each; each once
	Shared   []byte     // of those that were known to be part of a template
	Confirms []byte     // those templates for whose sake the page was checked
	Diverted []diverted `json:",omitempty"` // new in their templates
}

func packHashes(list []uint64) []byte {
	out := make([]byte, 0, 8*len(list))
	for _, h := range list {
		out = binary.LittleEndian.AppendUint64(out, h)
	}
	return out
}

func unpackHashes(b []byte) []uint64 {
	var out []uint64
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, binary.LittleEndian.Uint64(b))
	}
	return out
}

// settle gives what was found on a page to its templates, and returns a note of the page.
func (p *pageBlocks) settle() ([]byte, error) {
	n := pageNote{Key: p.record.Key, Confirms: packHashes(p.confirms), Diverted: p.site.adopt(p.diverted)}
	seen := make(map[uint64]bool, len(p.order))
	var own, shared []uint64
	for _, h := range p.order {
		switch {
		case seen[h]:
		case p.shared[h]:
			shared = append(shared, h)
		default:
			own = append(own, h)
		}
		seen[h] = true
	}
	n.Own, n.Shared = packHashes(own), packHashes(shared)
	return json.Marshal(n)
}

// again takes up the notes of pages.
func (s *siteBlocks) again(notes iter.Seq2[[]byte, error]) error {
	found := firstFound{}
	for note, err := range notes {
		if err != nil {
			return err
		}
		var n pageNote
		if err := json.Unmarshal(note, &n); err != nil {
			return fmt.Errorf("batch: a note of the store: %w", err)
		}
		if n.Number > 0 {
			found.add(&n)
			continue
		}
		s.read(&n)
		s.adopt(n.Diverted)
	}
	s.adopt(found.list())
	return nil
}

// read takes up what a note says of the blocks of a page.
func (s *siteBlocks) read(n *pageNote) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages++
	for _, h := range unpackHashes(n.Own) {
		s.stands(h, n.Key, false)
	}
	for _, h := range unpackHashes(n.Shared) {
		s.stands(h, n.Key, true)
	}
	for _, h := range unpackHashes(n.Confirms) {
		if b := s.blocks[h]; b != nil {
			b.template, b.confirmed = true, true
		}
	}
}

// siteBlocks returns the blocks of a source with pages, which loadBlocks has made.
func (r *running) siteBlocks(src *Source) *siteBlocks {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blocks[src]
}

// loadBlocks reads the templates that earlier runs have found, and what this run has noted.
func (r *running) loadBlocks(ctx context.Context, src *Source) error {
	return r.patiently(ctx, func() error {
		s := newSiteBlocks()
		if err := s.load(ctx, r.Store, src.Name); err != nil {
			return err
		}
		if err := s.again(r.Store.Notes(ctx, r.run.ID, src.Name)); err != nil {
			return err
		}
		r.mu.Lock()
		r.blocks[src] = s
		r.mu.Unlock()
		return nil
	})
}

// load reads the templates that earlier runs have found.
func (s *siteBlocks) load(ctx context.Context, from *store.Store, src string) error {
	for d, err := range from.Documents(ctx, store.DocumentFilter{Sources: []string{src}, Key: templateKey}) {
		if err != nil {
			return err
		}
		var h uint64
		if _, err := fmt.Sscanf(d.Key, templateKey+"%x", &h); err == nil {
			s.blocks[h] = &block{template: true}
			s.templates[h] = &template{key: d.Key, url: d.URL, text: d.Title, column: d.Column}
		}
	}
	return nil
}
