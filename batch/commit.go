package batch

import (
	"cmp"
	"context"
	"errors"
	"time"

	"proofcheck/formats"
	"proofcheck/store"
)

// How much is committed at once, and how long a result waits at most.
const (
	commitMost = 1000
	commitWait = time.Second
)

// commitAll commits results in order until there are no more, or one says that the run cannot go on.
func (r *running) commitAll(ctx context.Context, order <-chan *item) error {
	b := &store.Batch{Run: r.run.ID}
	places := map[string]store.Cursor{}
	last := time.Now()
	flush := func() error {
		last = time.Now()
		if len(b.Results) == 0 && len(places) == 0 && b.Counts == (store.Counts{}) {
			return nil
		}
		if err := r.place(ctx, b, places); err != nil {
			return err
		}
		counts, err := r.commit(ctx, b)
		if err != nil {
			return err
		}
		if r.walking != nil {
			r.walking.stepped(b)
		}
		r.counts.Add(&counts)
		b = &store.Batch{Run: r.run.ID}
		clear(places)
		r.progress(false)
		return nil
	}
	every := cmp.Or(r.every, commitWait)
	tick := time.NewTicker(every / 2)
	defer tick.Stop()
	for {
		var it *item
		var more bool
		select {
		case it, more = <-order:
		case <-tick.C:
			if time.Since(last) >= every {
				if err := flush(); err != nil {
					return err
				}
			}
			r.progress(false)
			continue
		}
		if !more {
			return flush()
		}
		if it.record != nil {
			select {
			case <-it.ready:
			case <-tick.C: // a long document must not keep back what is before it
				if err := flush(); err != nil {
					return err
				}
				<-it.ready
			}
			r.room.leave(it.size)
		}
		if it.err != nil {
			return errors.Join(it.err, r.lastly(flush))
		}
		if it.kind == endOfSource {
			r.endSource(b, it)
		}
		r.take(b, it)
		if err := r.walked(b, it); err != nil {
			return err
		}
		places[it.cursor.Source] = it.cursor
		if len(b.Results)+len(b.Moved) >= commitMost || time.Since(last) >= every {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// place says where in the run a batch belongs, so that it is kept once.
func (r *running) place(ctx context.Context, b *store.Batch, places map[string]store.Cursor) error {
	if r.walking != nil {
		return r.walking.step(ctx, b, places[r.walking.source].Done, r.Limit-r.before.Documents-r.counts.Documents-b.Counts.Documents)
	}
	before := r.counts.Documents
	b.Before = &before
	for _, c := range places {
		b.Cursors = append(b.Cursors, c)
	}
	return nil
}

// walked adds what the record says of the walk over its source.
func (r *running) walked(b *store.Batch, it *item) error {
	if len(it.walked) == 0 && it.page == nil {
		return nil
	}
	n := len(b.Walked) - 1
	if n < 0 || b.Walked[n].Source != it.source.Name {
		b.Walked = append(b.Walked, store.Walked{Source: it.source.Name})
		n++
	}
	w := &b.Walked[n]
	w.Addresses = append(w.Addresses, it.walked...)
	if it.page == nil {
		return nil
	}
	note, err := it.page.settle()
	if err != nil {
		return err
	}
	w.Notes = append(w.Notes, note)
	return nil
}

// endSource adds what only the end of a source shows: the templates of its pages.
func (r *running) endSource(b *store.Batch, it *item) {
	if r.walking != nil && it.failure != nil {
		name := it.source.Name
		it.result, it.kind = r.Examiner.failed(name, &Record{Key: name, URL: name, Format: formats.HTML}, it.failure), failed
	}
	if blocks := r.siteBlocks(it.source); blocks != nil && len(blocks.templates) > 0 {
		results, moved := blocks.end(r.Examiner, it.source.Name, it.complete && !r.Recheck)
		b.Results, it.moved = append(b.Results, results...), moved
		for i := range results {
			for k := range results[i].Findings {
				b.Counts.Found(results[i].Findings[k].Level, 1)
			}
		}
	}
}

// lastly commits what has been checked when the run is interrupted.
func (r *running) lastly(flush func() error) error {
	if err := flush(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// take puts the result of a record into a batch.
func (r *running) take(b *store.Batch, it *item) {
	c := &b.Counts
	if it.record != nil {
		c.Documents++
		c.Bytes += it.read
	}
	switch it.kind {
	case unchanged:
		c.Unchanged++
		if it.result.Document.Key != "" { // its stamp or what describes it has changed
			b.Results = append(b.Results, it.result)
		}
	case untouched:
		c.Untouched++
		b.Results = append(b.Results, it.result)
	case failed:
		c.Failed++
		b.Results = append(b.Results, it.result)
		if r.Failed != nil {
			r.Failed(it.source.Name, it.result.Document.Key, it.result.Document.Error)
		}
	case checked:
		c.Checked++
		c.Characters += it.result.Document.Characters
		c.Weighted += it.result.Document.Weighted
		for i := range it.result.Findings {
			c.Found(it.result.Findings[i].Level, 1)
		}
		b.Results = append(b.Results, it.result)
	}
	b.Moved = append(b.Moved, it.moved...)
}

// commit commits a batch, and waits for a store that cannot be reached.
func (r *running) commit(ctx context.Context, b *store.Batch) (counts store.Counts, err error) {
	// What has been checked is kept even when the run is being interrupted, as long as it is quick.
	ctx, stop := graceful(ctx, 700*time.Millisecond)
	defer stop()
	err = r.patiently(ctx, func() error {
		counts, err = r.Store.Commit(ctx, b)
		return err
	})
	return counts, err
}

// graceful returns a context that ends a while after ctx does.
func graceful(ctx context.Context, grace time.Duration) (context.Context, func()) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return out, func() { stop(); cancel() }
}
