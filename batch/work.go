package batch

import (
	"context"
	"slices"
	"sync"

	"proofcheck/store"
)

// work decides what has to be done with a record, and does it. An error ends the run.
func (r *running) work(ctx context.Context, it *item) error {
	rec, known, x := it.record, it.known, r.Examiner
	if err := ctx.Err(); err != nil {
		return err
	}
	src := it.source.Name
	fail := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		it.kind, it.result = failed, x.failed(src, rec, err)
		return nil
	}
	if rec.Err != nil {
		return fail(rec.Err)
	}
	if rec.Gone {
		d := x.describe(src, rec)
		hash := hashOf(rec, nil)
		d.Hash = hash[:]
		it.kind, it.result = checked, store.Result{Document: d, Sketch: []byte{}}
		return nil
	}
	usable := known != nil && known.Ruleset != 0 && known.Error == "" && !r.Again
	same := usable && rec.Stamp != "" && rec.Stamp == known.Stamp && !rec.Page
	var ch *change
	if usable && known.Ruleset != x.Ruleset.ID {
		var err error
		if ch, err = r.change(ctx, known.Ruleset); err != nil {
			return err
		}
		usable = ch != nil
	}
	if same && usable {
		if ch == nil {
			it.kind = unchanged
			return nil
		}
		maybe, err := r.maySketch(ctx, ch, known)
		if err != nil {
			return err
		}
		if !maybe {
			it.kind, it.result = untouched, r.noted(it, known)
			return nil
		}
	}
	content, err := rec.read(x.maxSize())
	if err != nil {
		return fail(err)
	}
	it.read = int64(len(content))
	var page *pageBlocks
	if blocks := r.siteBlocks(it.source); rec.told != nil {
		page, err = rec.told.page(x, rec, content)
	} else if rec.Page && blocks != nil {
		page, err = blocks.page(x, rec, content)
	}
	if err != nil {
		return fail(err)
	}
	it.page = page
	hash := hashOf(rec, page.strip(content))
	if usable && (page == nil || !page.force) && string(hash[:]) == string(known.Hash) {
		if ch == nil {
			it.kind = unchanged
			if rec.Stamp != known.Stamp || rec.URL != known.URL || rec.Column != known.Column || rec.Unit != known.Unit {
				it.result = r.noted(it, known)
			}
			return nil
		}
		maybe, err := r.maySketch(ctx, ch, known)
		if err != nil {
			return err
		}
		if maybe {
			if maybe, err = ch.touches(rec.document(content, false), rec.leading()); err != nil {
				return fail(err)
			}
		}
		if !maybe {
			it.kind, it.result = untouched, r.noted(it, known)
			return nil
		}
	}
	if it.result, err = x.check(ctx, src, rec, content, page); err != nil {
		return err
	}
	it.kind = checked
	if rec.shared && known != nil {
		if err := r.keepShared(ctx, it, known); err != nil {
			return err
		}
	}
	if it.result.Outcome == store.Failed {
		it.kind = failed
		return nil
	}
	it.result.Document.Hash = hash[:]
	return nil
}

// keepShared leaves of the findings of a page those that its template had.
func (r *running) keepShared(ctx context.Context, it *item, known *store.Document) error {
	had := map[string]bool{}
	if err := r.patiently(ctx, func() error {
		for row, err := range r.Store.Findings(ctx, store.Filter{Documents: store.DocumentFilter{ID: known.ID}}) {
			if err != nil {
				return err
			}
			had[row.Finding.Fingerprint] = true
		}
		return nil
	}); err != nil {
		return err
	}
	it.result.Document.Title, it.result.Document.Characters, it.result.Document.Weighted = known.Title, 0, 0
	it.result.Findings = slices.DeleteFunc(it.result.Findings, func(f store.Finding) bool { return !had[f.Fingerprint] })
	return nil
}

// noted is the result of a document whose findings stay.
func (r *running) noted(it *item, known *store.Document) store.Result {
	d := r.Examiner.describe(it.source.Name, it.record)
	if d.Title == "" {
		d.Title = known.Title
	}
	return store.Result{Outcome: store.Untouched, Document: d}
}

// changesLock guards the changes of a run, which workers share.
var changesLock sync.Mutex

// change returns what has changed in lexicons since a ruleset.
func (r *running) change(ctx context.Context, ruleset int64) (ch *change, err error) {
	changesLock.Lock()
	defer changesLock.Unlock()
	err = r.patiently(ctx, func() error {
		ch, err = r.changes.from(ctx, ruleset)
		return err
	})
	return ch, err
}

// maySketch asks the sketch of a document whether a change may touch it.
func (r *running) maySketch(ctx context.Context, ch *change, known *store.Document) (bool, error) {
	if ch.masked {
		return true, nil
	}
	if len(ch.forms) == 0 {
		return false, nil
	}
	var sketches map[int64][]byte
	if err := r.patiently(ctx, func() (err error) {
		sketches, err = r.Store.Sketches(ctx, []int64{known.ID})
		return err
	}); err != nil {
		return false, err
	}
	return ch.maySketch(sketches[known.ID]), nil
}
