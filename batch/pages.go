package batch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"proofcheck/store"
)

// Pages of a web archive are handed over like other records, though what is a template shows only to one process that
// sees all of them: whoever hands them over reads their blocks, tells with each page which of them are shared, and
// notes them in the store. Workers note what they find in shared blocks. When all pages of a source
// are done, one more parcel, its End, puts the notes together and makes the documents of the templates.

// told is what is known of the blocks of a page when it is handed over.
type told struct {
	Number int64  // of the page in its source, from 1
	Own    []byte // hash of the blocks that are not shared
	Shared []byte // a bit for each segment, the lowest first
	Force  bool   `json:",omitempty"` // the page has to be checked, for a template's sake
}

// tell says what is known of a page.
func (p *pageBlocks) tell(number int64) *told {
	out := &told{Number: number, Own: p.own, Force: p.force, Shared: make([]byte, (len(p.order)+7)/8)}
	for i, h := range p.order {
		if p.shared[h] {
			out.Shared[i/8] |= 1 << (i % 8)
		}
	}
	return out
}

// page reads the blocks of a page that somebody else has read before.
func (t *told) page(x *Examiner, rec *Record, content []byte) (*pageBlocks, error) {
	order, err := blocksOf(x, rec, content)
	if err != nil {
		return nil, err
	}
	p := &pageBlocks{record: rec, order: order, shared: map[uint64]bool{}, own: t.Own, force: t.Force}
	for i, h := range order {
		if i/8 < len(t.Shared) && t.Shared[i/8]>>(i%8)&1 == 1 {
			p.shared[h] = true
		}
	}
	return p, nil
}

// page reads the blocks of a page that goes into the next parcel.
func (p *packer) page(it *item, content []byte) (*told, error) {
	blocks := p.siteBlocks(it.source)
	page, err := blocks.page(p.Examiner, it.record, content)
	if err != nil {
		return nil, err
	}
	note, err := page.settle()
	if err != nil {
		return nil, err
	}
	p.notes = append(p.notes, note)
	return page.tell(blocks.pages), nil
}

// End says how the reading of a source of pages ended.
type End struct {
	Cursor   string
	Pages    int64 // whose blocks were noted
	Complete bool  // all records of the source were read
}

// pagesPrefix is what the names of all parcels with pages of a source begin with.
func pagesPrefix(source string) string { return parcelID(source, "", "pages") + "." }

// endPages hands over the end of a source of pages. Its pages have been noted as opened, so that its worker sees when
// they are done.
func (p *packer) endPages(ctx context.Context, it *item) error {
	end := p.whole(it.source.Name, "end")
	end.End = &End{Cursor: it.cursor.Cursor, Complete: it.complete, Pages: p.siteBlocks(it.source).pages}
	return p.open(ctx, end)
}

// sharedKey is something that was found in a block.
type sharedKey struct {
	run         int64
	source      string
	block       uint64
	fingerprint string
}

// sharedSeen remembers the first page on which a worker has noted something, so that it does not note it a million
// times.
type sharedSeen struct {
	mu    sync.Mutex
	pages map[sharedKey]int64
}

// mostShared is how much a worker remembers. What it forgets it notes again, without harm.
const mostShared = 100_000

// sharing notes what was found in blocks that the pages of a parcel share with others.
type sharing struct {
	seen   *sharedSeen
	batch  *store.Batch
	parcel *Parcel
	noted  map[sharedKey]int64 // the page
}

// take notes what was found on a page, and not on an earlier one.
func (s *sharing) take(it *item) error {
	if it.page == nil {
		return nil
	}
	number := it.record.told.Number
	n := pageNote{Key: it.record.Key, Number: number}
	s.seen.mu.Lock()
	for _, d := range it.page.diverted {
		key := sharedKey{s.parcel.Run, s.parcel.Source, d.Block, d.Finding.Fingerprint}
		if at, ok := s.seen.pages[key]; ok && at <= number {
			continue
		}
		if at, ok := s.noted[key]; ok && at <= number {
			continue
		}
		if s.noted == nil {
			s.noted = map[sharedKey]int64{}
		}
		s.noted[key], n.Diverted = number, append(n.Diverted, d)
	}
	s.seen.mu.Unlock()
	if len(n.Diverted) == 0 {
		return nil
	}
	note, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if len(s.batch.Walked) == 0 {
		s.batch.Walked = []store.Walked{{Source: s.parcel.Source}}
	}
	s.batch.Walked[0].Notes = append(s.batch.Walked[0].Notes, note)
	return nil
}

// kept remembers what the store has.
func (s *sharing) kept() {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	if s.seen.pages == nil || len(s.seen.pages) > mostShared {
		s.seen.pages = map[sharedKey]int64{}
	}
	for key, page := range s.noted {
		if at, ok := s.seen.pages[key]; !ok || page < at {
			s.seen.pages[key] = page
		}
	}
}

// firstFound are findings in shared blocks, each of the first page on which it was found.
type firstFound map[sharedKey]foundAt

// foundAt is where in its source something was found.
type foundAt struct {
	page  int64
	place int // among the findings of the page
	what  diverted
}

// add takes up a note of a worker.
func (f firstFound) add(n *pageNote) {
	for i, d := range n.Diverted {
		key := sharedKey{block: d.Block, fingerprint: d.Finding.Fingerprint}
		if had, ok := f[key]; !ok || n.Number < had.page {
			f[key] = foundAt{n.Number, i, d}
		}
	}
}

// list returns them in the order of the pages.
func (f firstFound) list() []diverted {
	all := slices.SortedFunc(maps.Values(f), func(a, b foundAt) int {
		return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(a.place, b.place))
	})
	out := make([]diverted, len(all))
	for i := range all {
		out[i] = all[i].what
	}
	return out
}

// ErrNotEnded says that pages of a source are still being worked at.
var ErrNotEnded = errors.New("pages of the source are still being worked at")

// Ended returns ErrNotEnded as long as pages of the source are open whose end a parcel is.
func (w *Worker) Ended(ctx context.Context, p *Parcel) error {
	return w.running.patiently(ctx, func() error {
		open, err := w.running.Store.Open(ctx, p.Run, pagesPrefix(p.Source))
		if err == nil && open > 0 {
			err = ErrNotEnded
		}
		return err
	})
}

// End ends a source of pages that Ended: what was found in blocks that pages share goes to documents of templates. An error is that
// of ctx or of the store.
func (w *Worker) End(ctx context.Context, p *Parcel) (store.Counts, error) {
	mine := *w.running.Scan
	r := &running{Scan: &mine, run: &store.Run{ID: p.Run}, blocks: map[*Source]*siteBlocks{}}
	src := &Source{Name: p.Source, Pages: true}
	if err := r.loadBlocks(ctx, src); err != nil {
		return store.Counts{}, err
	}
	b := &store.Batch{Run: p.Run, Parcel: p.ID}
	if r.siteBlocks(src).pages == p.End.Pages { // else a later run has read the source, and knows better
		b.Cursors = []store.Cursor{{Source: p.Source, Cursor: p.End.Cursor, Done: true}}
		it := &item{source: src, kind: endOfSource, complete: p.End.Complete}
		r.endSource(b, it)
		r.take(b, it)
	}
	return r.close(ctx, b)
}
