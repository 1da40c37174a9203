package batch

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"proofcheck/source"
	"proofcheck/store"
)

// Pages of a site have blocks that all of them share: menus, footers, lists of the latest news. What
// is wrong in them is wrong once, in a template, and is to be mended once. A block (a segment of
// text, or a tag) that stands on templatePages different pages is part of a template: its findings
// belong to a document of their own, whose key is templateKey and whose address is that of the first
// page with it. Since a page is checked before the ones after it are known, findings of the first
// pages with a block are taken out of them at the end of the source. What a page has is noted in the
// store with its result, so that a run that goes on knows what it knew.

const (
	templatePages = 4
	templateKey   = "template:"
	mostBlocks    = 500_000 // blocks of one source that are remembered
)

// siteBlocks are the blocks of one source.
type siteBlocks struct {
	mu        sync.Mutex
	pages     int64 // that have been read
	blocks    map[uint64]*block
	templates map[uint64]*template
}

func newSiteBlocks() *siteBlocks {
	return &siteBlocks{blocks: map[uint64]*block{}, templates: map[uint64]*template{}}
}

// block is one that has been seen on some pages.
type block struct {
	pages     int
	first     []string // keys of the pages that were read before it was known to be shared
	template  bool
	confirmed bool // a page of this run has been checked with it
}

// template is a block that is part of a template and has findings, or had some.
type template struct {
	key, url, text string
	findings       []store.Finding
	column         string
}

// pageBlocks are the blocks of one page. A nil one is no page.
type pageBlocks struct {
	site   *siteBlocks
	record *Record
	order  []uint64        // the block of each segment
	shared map[uint64]bool // those that are part of a template
	own    []byte          // hash of the blocks that are not
	force  bool            // the page has to be checked, for a template's sake

	confirms []uint64   // templates for whose sake that is
	diverted []diverted // what was found in templates
}

// diverted is a finding in a block that is part of a template.
type diverted struct {
	Block   uint64
	URL     string // of the page
	Text    string // of the block
	Finding store.Finding
}

// blockHash is the same in every run: templates are known by it in the store.
func blockHash(seg *source.Segment) uint64 {
	h := sha256.New()
	if seg.Kind == source.Element {
		h.Write(seg.Raw())
	} else {
		h.Write([]byte(seg.Name + "\x00" + strings.Join(strings.Fields(seg.Text), " ")))
	}
	sum := h.Sum(nil)
	var out uint64
	for _, b := range sum[:8] {
		out = out<<8 | uint64(b)
	}
	return out
}

// page reads the blocks of a page and notes that they stand on it.
func (s *siteBlocks) page(x *Examiner, rec *Record, content []byte) (*pageBlocks, error) {
	order, err := blocksOf(x, rec, content)
	if err != nil {
		return nil, err
	}
	p := &pageBlocks{site: s, record: rec, order: order, shared: map[uint64]bool{}}
	unique := map[uint64]bool{}
	for _, h := range order {
		unique[h] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages++
	for h := range unique {
		b := s.blocks[h]
		if b = s.stands(h, rec.Key, b != nil && (b.template || b.pages >= templatePages-1)); b.template {
			p.shared[h] = true
			if !b.confirmed {
				b.confirmed, p.force, p.confirms = true, true, append(p.confirms, h)
			}
		}
	}
	own := sha256.New()
	for _, h := range p.order {
		if !p.shared[h] {
			fmt.Fprintf(own, "%x\n", h)
		}
	}
	p.own = own.Sum(nil)
	return p, nil
}

// blocksOf returns the block of each segment of a page.
func blocksOf(x *Examiner, rec *Record, content []byte) (order []uint64, err error) {
	with, err := x.checkerOf(rec)
	if err != nil {
		return nil, err
	}
	for seg, err := range rec.document(content, with.Elements()).Segments {
		if err != nil {
			break // the check will say so
		}
		order = append(order, blockHash(seg))
	}
	return order, nil
}

// stands notes that a block stands on a page, which may have been read when the block was known to be shared.
func (s *siteBlocks) stands(h uint64, page string, shared bool) *block {
	b := s.blocks[h]
	if b == nil {
		s.prune()
		b = &block{}
		s.blocks[h] = b
	}
	if b.pages++; shared || b.pages >= templatePages {
		b.template = true
	}
	if !shared && len(b.first) < templatePages-1 {
		b.first = append(b.first, page)
	}
	return b
}

// prune forgets the blocks that have been seen once when there are too many.
func (s *siteBlocks) prune() {
	if len(s.blocks) < mostBlocks {
		return
	}
	for least := 1; len(s.blocks) > mostBlocks/2 && least < templatePages; least++ {
		for h, b := range s.blocks {
			if !b.template && b.pages <= least {
				delete(s.blocks, h)
			}
		}
	}
}

// strip returns what the hash of a page is made of.
func (p *pageBlocks) strip(content []byte) []byte {
	if p == nil {
		return content
	}
	return p.own
}

// divert takes a finding that is part of a template. Segment counts from the first one of the content.
func (p *pageBlocks) divert(segment int, f store.Finding, text string) bool {
	if p == nil || segment < 0 || segment >= len(p.order) || !p.shared[p.order[segment]] {
		return false
	}
	p.diverted = append(p.diverted, diverted{p.order[segment], p.record.URL, head(text, 100), f})
	return true
}

// adopt gives findings to their templates, and returns those that the templates did not have.
func (s *siteBlocks) adopt(list []diverted) (added []diverted) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range list {
		t := s.templates[d.Block]
		if t == nil {
			t = &template{key: fmt.Sprintf(templateKey+"%016x", d.Block)}
			s.templates[d.Block] = t
		}
		if t.url == "" {
			t.url = d.URL
		}
		if d.Text != "" {
			t.text = d.Text
		}
		if !slices.ContainsFunc(t.findings, func(f store.Finding) bool { return f.Fingerprint == d.Finding.Fingerprint }) {
			t.findings, added = append(t.findings, d.Finding), append(added, d)
		}
	}
	return added
}

// repeats reports whether a segment is part of a template, by its number.
func (p *pageBlocks) repeats(segment int) bool {
	return p != nil && segment < len(p.order) && p.shared[p.order[segment]]
}

// end returns the documents of the templates of a source that has been read to its end, and the findings
// that are theirs and were counted for the first pages with them.
func (s *siteBlocks) end(x *Examiner, src string, complete bool) (results []store.Result, moved []store.Moved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	byPage := map[string]map[string]bool{}
	for h, t := range s.templates {
		b := s.blocks[h]
		if b == nil || b.pages == 0 && !complete || b.pages > 0 && !b.confirmed {
			continue
		}
		// A template that stands on no page any more has no findings.
		hash := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", t.key, len(t.findings), b.pages))
		results = append(results, store.Result{
			Document: store.Document{Source: src, Key: t.key, URL: t.url, Title: t.text, Column: t.column, Format: "html", Hash: hash[:], Ruleset: x.Ruleset.ID},
			Findings: t.findings, Sketch: []byte{},
		})
		for _, page := range b.first {
			if byPage[page] == nil {
				byPage[page] = map[string]bool{}
			}
			for _, f := range t.findings {
				byPage[page][f.Fingerprint] = true
			}
		}
	}
	for page, prints := range byPage {
		m := store.Moved{Source: src, Key: shortKey(page)}
		for print := range prints {
			m.Fingerprints = append(m.Fingerprints, print)
		}
		if len(m.Fingerprints) > 0 {
			moved = append(moved, m)
		}
	}
	return results, moved
}
