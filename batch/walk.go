package batch

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"proofcheck/links"
	"proofcheck/store"
)

// A live site is handed over whole: what its pages have in common shows to one process only. The worker
// that has it commits pages and frontier as it goes, so another one can take the site up where it was. Each commit
// names the one before it, which keeps a worker that has lost the site, and does not know, from bringing anything in.

// sites hands over sites. Those that share a limit are walked one after the other.
func (p *packer) sites(ctx context.Context, sites []*Source) error {
	list := make([]*Parcel, len(sites))
	for i, src := range sites {
		list[i] = p.whole(src.Name, "site")
		list[i].Site, list[i].Filter, list[i].Limit = src.Site, p.Filter, p.Limit
	}
	switch {
	case p.Limit > 0 && p.counts.Documents >= p.Limit:
		return nil
	case p.Limit > 0 && len(list) > 1:
		list[0].Rest = list[1:]
		list = list[:1]
	}
	for _, one := range list {
		if err := p.open(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// handOn sends the next of the sites that are walked one after the other, and notes it in the last batch of p.
func (p *Parcel) handOn(ctx context.Context, b *store.Batch, send func(context.Context, *Parcel) error) error {
	if len(p.Rest) == 0 {
		return nil
	}
	next := *p.Rest[0]
	next.Rest = p.Rest[1:]
	b.Opened = append(b.Opened, next.ID)
	return send(ctx, &next)
}

// walking is how far a worker has come with a site.
type walking struct {
	parcel *Parcel
	send   func(context.Context, *Parcel) error
	source string
	steps  int    // commits, also of others
	self   string // of no other worker
	at     string // the cursor of the last commit
}

// step makes a batch the next one after the last commit; the one that ends the source is the result of the parcel,
// and hands on when records are left of the limit.
func (w *walking) step(ctx context.Context, b *store.Batch, done bool, left int64) error {
	after := w.at
	b.Cursors = append(b.Cursors, store.Cursor{Source: w.source, Cursor: strconv.Itoa(w.steps+1) + "." + w.self, Done: done, After: &after})
	if !done {
		return nil
	}
	b.Parcel = w.parcel.ID
	if left <= 0 {
		return nil
	}
	return w.parcel.handOn(ctx, b, w.send)
}

// stepped notes that a batch of step is in the store.
func (w *walking) stepped(b *store.Batch) {
	w.steps, w.at = w.steps+1, b.Cursors[0].Cursor
}

// Reached tells how far workers have come with the site of a parcel. It changes with every commit.
func (w *Worker) Reached(ctx context.Context, p *Parcel) (string, error) {
	c, err := w.cursor(ctx, p)
	return c.Cursor, err
}

func (w *Worker) cursor(ctx context.Context, p *Parcel) (store.Cursor, error) {
	var cursors map[string]store.Cursor
	err := w.running.patiently(ctx, func() (err error) {
		cursors, err = w.running.Store.Cursors(ctx, p.Run)
		return err
	})
	return cursors[p.Source], err
}

// Walk walks the site of a parcel from where it was left, and commits results as it goes. It asks the network
// through the Prober, and sends what is to be walked next. When another worker has taken the site up meanwhile, it ends
// with store.ErrOvertaken; any other error is that of ctx, of send or of the store. A site that cannot be reached is in
// the results.
func (w *Worker) Walk(ctx context.Context, p *Parcel, prober *links.Prober, send func(context.Context, *Parcel) error) (store.Counts, error) {
	cursor, err := w.cursor(ctx, p)
	if err != nil {
		return store.Counts{}, err
	}
	mine := *w.running.Scan
	mine.Again, mine.Filter, mine.Progress, mine.Limit = p.Again, p.Filter, nil, p.Limit
	r := &running{Scan: &mine, changes: w.running.changes, run: &store.Run{ID: p.Run}, started: time.Now(), blocks: map[*Source]*siteBlocks{}, room: newRoom(8 << 20)}
	if cursor.Done {
		_, err := r.close(ctx, &store.Batch{Run: p.Run, Parcel: p.ID})
		return store.Counts{}, err
	}
	src, err := openSite(p.Site.Address, SourceOptions{MaxSize: mine.Examiner.maxSize(), Site: links.CrawlOptions{
		Prober: prober, Own: p.Site.Own, Depth: p.Site.Depth, MaxPages: p.Site.MaxPages, IgnoreRobots: p.Site.IgnoreRobots, NoSitemap: p.Site.NoSitemap,
	}})
	if err != nil {
		return store.Counts{}, w.GiveUp(ctx, p, err, send)
	}
	if p.Limit > 0 { // counts what others have done, with this site and the ones before it
		if err := r.patiently(ctx, func() error {
			run, err := r.Store.Run(ctx, p.Run)
			if err == nil {
				r.before = run.Counts
			}
			return err
		}); err != nil {
			return store.Counts{}, err
		}
	}
	src.Name, mine.Sources = p.Source, []*Source{src}
	self := make([]byte, 6)
	rand.Read(self)
	r.walking = &walking{parcel: p, send: send, source: p.Source, self: hex.EncodeToString(self), at: cursor.Cursor}
	number, _, _ := strings.Cut(cursor.Cursor, ".")
	fmt.Sscan(number, &r.walking.steps)
	if err := r.all(ctx); err != nil {
		return r.counts, err
	}
	return r.counts, r.patiently(ctx, func() error {
		_, err := r.Store.Complete(ctx, p.Run)
		return err
	})
}
