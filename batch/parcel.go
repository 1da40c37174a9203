package batch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"proofcheck/formats"
	"proofcheck/store"
)

// Parcel is a piece of work for another machine: records of one source of a run, with their contents; or
// a whole live site; or the end of a source of pages. The last two have one record, with the name of the source and
// no content.
type Parcel struct {
	ID      string // the same records of the same run have the same ID
	Run     int64
	Began   time.Time     // when the run began, since runs of two stores may have one number; milliseconds count
	Ruleset store.Ruleset // that the results must be made with
	Lang    string        // of messages; part of Ruleset, which does not tell it
	Source  string
	Again   bool // check whatever is known
	Records []*Record
	Site    *Site     // nil for records; see Worker.Walk
	Filter  Filter    // of the pages of Site
	Limit   int64     // of the records of the run, with which the walk over Site ends; 0 means no limit
	Rest    []*Parcel // sites to be walked after Site, within the same limit
	End     *End      // nil for records; see Worker.End
}

// records tells that a parcel has records to check.
func (p *Parcel) records() bool { return p.Site == nil && p.End == nil }

// How much goes into one parcel. Where one ends depends on the records alone, so that a run that is
// taken up again makes the same parcels.
const (
	parcelRecords = 100
	parcelBytes   = 256 << 10
)

// Submit reads the sources like Run, but hands the records over in parcels instead of checking them. The
// run is HandedOver afterwards, and done when the last parcel is. Records that are known not to have
// changed are counted and not handed over. A send that fails ends the run; Submit may be called again and goes on
// behind the last parcel that was sent.
func (s *Scan) Submit(ctx context.Context, send func(context.Context, *Parcel) error) (*Outcome, error) {
	if s.Recheck || s.Sample > 0 {
		return nil, errors.New("batch: rechecks and samples are not handed over")
	}
	unlock, err := s.Store.Lock(ctx, "scan")
	if err != nil {
		return nil, err
	}
	defer unlock()
	mine := *s
	mine.handOver = true
	r := &running{Scan: &mine, started: time.Now(), blocks: map[*Source]*siteBlocks{}}
	out, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return out, r.finish(ctx, out, err)
	}
	return out, r.finish(ctx, out, (&packer{running: r, send: send}).all(ctx))
}

// packer makes parcels of records.
type packer struct {
	*running
	send  func(context.Context, *Parcel) error
	next  *Parcel
	from  string // cursor before the first record of next
	at    string // cursor behind the last record
	size  int64
	count store.Counts // of what is in next, or need not be sent
	pages bool         // next has records of a source of pages
	notes [][]byte     // of the pages in next
	err   error
}

// all hands all sources over. Sites come first, since walking takes longest; but with a limit they have what the
// records of the other sources leave of it.
func (p *packer) all(ctx context.Context) error {
	var sites []*Source
	p.Sources = slices.Clone(p.Sources)
	p.Sources = slices.DeleteFunc(p.Sources, func(src *Source) bool {
		if src.Site != nil {
			sites = append(sites, src)
		}
		return src.Site != nil
	})
	if p.Limit == 0 {
		if err := p.sites(ctx, sites); err != nil {
			return err
		}
	}
	err := p.read(ctx, func(it *item) bool {
		p.err = p.take(ctx, it)
		return p.err == nil
	})
	if err := errors.Join(err, p.err, ctx.Err()); err != nil || p.Limit == 0 {
		return err
	}
	return p.sites(ctx, sites)
}

// parcel makes an empty parcel.
func (p *packer) parcel(source string) *Parcel {
	return &Parcel{Run: p.run.ID, Began: p.run.Started, Ruleset: p.Examiner.Ruleset, Lang: p.Examiner.Lang, Source: source, Again: p.Again}
}

// whole makes a parcel about a source as a whole. Its record is what a failure is noted at.
func (p *packer) whole(source, what string) *Parcel {
	out := p.parcel(source)
	out.ID = parcelID(source, "", what)
	out.Records = []*Record{{Key: source, URL: source, Format: formats.HTML}}
	return out
}

// open sends a parcel about a source as a whole, and notes that it is on its way.
func (p *packer) open(ctx context.Context, one *Parcel) error {
	if err := p.send(ctx, one); err != nil {
		return err
	}
	_, err := p.commit(ctx, &store.Batch{Run: p.run.ID, Opened: []string{one.ID}})
	return err
}

// take adds a record, or ends a source.
func (p *packer) take(ctx context.Context, it *item) error {
	if p.next == nil {
		p.next, p.pages = p.parcel(it.source.Name), it.source.Pages
	}
	if it.record == nil {
		cursor := it.cursor
		cursor.Done = !it.source.Pages // pages are through when what they share is known
		if err := p.flush(ctx, cursor); err != nil {
			return err
		}
		p.from, p.at, p.next = "", "", nil
		if it.source.Pages {
			return p.endPages(ctx, it)
		}
		return nil
	}
	defer p.room.leave(it.size)
	rec := it.record
	p.count.Documents++
	p.at = it.cursor.Cursor
	if p.same(it) {
		p.count.Unchanged++
	} else {
		sent := *rec
		var err error
		if sent.Content, err = rec.read(p.Examiner.maxSize()); err == nil && rec.Page {
			sent.told, err = p.page(it, sent.Content)
		}
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			sent.Err = errors.New(p.Examiner.explain(err))
		}
		sent.Open = nil
		p.next.Records = append(p.next.Records, &sent)
	}
	if p.size += it.size; p.size >= parcelBytes || p.count.Documents >= parcelRecords {
		return p.flush(ctx, it.cursor)
	}
	return nil
}

// same reports whether a record is known to have been checked as it is.
func (p *packer) same(it *item) bool {
	k, rec := it.known, it.record
	return k != nil && k.Ruleset == p.Examiner.Ruleset.ID && k.Error == "" && !p.Again && rec.Err == nil && !rec.Gone && rec.Stamp != "" && rec.Stamp == k.Stamp
}

// flush sends the parcel and notes that it is on its way.
func (p *packer) flush(ctx context.Context, cursor store.Cursor) error {
	before := p.counts.Documents
	b := &store.Batch{Run: p.run.ID, Cursors: []store.Cursor{cursor}, Counts: p.count, Before: &before}
	if len(p.notes) > 0 {
		b.Walked = []store.Walked{{Source: p.next.Source, Notes: p.notes}}
	}
	if len(p.next.Records) > 0 {
		p.next.ID = parcelID(p.next.Source, p.from, p.at)
		if p.pages {
			p.next.ID = pagesPrefix(p.next.Source) + p.next.ID
		}
		if err := p.send(ctx, p.next); err != nil {
			return err
		}
		b.Opened = []string{p.next.ID}
	}
	counts, err := p.commit(ctx, b)
	if err != nil {
		return err
	}
	p.counts.Add(&counts)
	p.from, p.size, p.count, p.next.Records, p.notes = p.at, 0, store.Counts{}, nil, nil
	p.progress(false)
	return nil
}

// parcelID names the records of a source between two cursors.
func parcelID(source, from, to string) string {
	h := sha256.New()
	for _, s := range [...]string{source, from, to} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return string(hexDigits(h.Sum(nil)[:16]))
}

// Split makes a parcel of each record, so that one that breaks its workers does not take the others with
// it.
func (p *Parcel) Split() []*Parcel {
	out := make([]*Parcel, len(p.Records))
	for i, r := range p.Records {
		one := *p
		one.ID, one.Records = p.ID+"-"+strconv.Itoa(i), []*Record{r}
		out[i] = &one
	}
	return out
}

// Worker does parcels, wherever they come from. It is safe for many goroutines.
type Worker struct {
	running *running
	shared  sharedSeen
}

// NewWorker prepares the store for results of an Examiner, whose Ruleset is registered. Patience and
// Waiting are those of Scan.
func NewWorker(ctx context.Context, s *Scan) (*Worker, error) {
	mine := *s
	r := &running{Scan: &mine}
	if err := r.register(ctx); err != nil {
		return nil, err
	}
	r.setDefaults()
	return &Worker{running: r}, nil
}

// Ruleset is what the Worker checks with.
func (w *Worker) Ruleset() store.Ruleset { return w.running.Examiner.Ruleset }

// Lang is the language of the Worker's messages.
func (w *Worker) Lang() string { return w.running.Examiner.Lang }

// Began returns when a run of the Worker's store began, and the zero time when there is no such run.
func (w *Worker) Began(ctx context.Context, run int64) (began time.Time, err error) {
	err = w.running.patiently(ctx, func() error {
		r, err := w.running.Store.Run(ctx, run)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			began = r.Started
		}
		return err
	})
	return began, err
}

// Do checks the records of a parcel and commits the results, and goes on so long after ctx is over. Doing a
// parcel again changes nothing. An error is that of ctx or of the store.
func (w *Worker) Do(ctx context.Context, p *Parcel, grace time.Duration) (store.Counts, error) {
	ctx, stop := graceful(ctx, grace)
	defer stop()
	mine := *w.running.Scan
	mine.Again = p.Again
	r := &running{Scan: &mine, changes: w.running.changes, run: &store.Run{ID: p.Run}}
	keys := make([]string, len(p.Records))
	for i, rec := range p.Records {
		keys[i] = rec.Key
	}
	var known map[string]*store.Document
	if err := r.patiently(ctx, func() (err error) {
		known, err = r.Store.Known(ctx, p.Source, keys)
		return err
	}); err != nil {
		return store.Counts{}, err
	}
	b := &store.Batch{Run: p.Run, Parcel: p.ID}
	shared := &sharing{seen: &w.shared, batch: b, parcel: p}
	src := &Source{Name: p.Source}
	for i, rec := range p.Records {
		it := &item{source: src, record: rec, known: known[store.Clean(keys[i])]}
		if err := r.work(ctx, it); err != nil {
			return store.Counts{}, err
		}
		r.take(b, it)
		if err := shared.take(it); err != nil {
			return store.Counts{}, err
		}
	}
	b.Counts.Documents = 0 // they were counted when they were handed over
	counts, err := r.close(ctx, b)
	if err == nil {
		shared.kept()
	}
	return counts, err
}

// close commits what a parcel has come to, and ends the run with its last parcel.
func (r *running) close(ctx context.Context, b *store.Batch) (store.Counts, error) {
	counts, err := r.commit(ctx, b)
	if err != nil {
		return counts, err
	}
	return counts, r.patiently(ctx, func() error {
		_, err := r.Store.Complete(ctx, b.Run)
		return err
	})
}

// Divide hands the records of a parcel over again, each in a parcel of its own, and is done with it.
func (w *Worker) Divide(ctx context.Context, p *Parcel, send func(context.Context, *Parcel) error) error {
	b := &store.Batch{Run: p.Run, Parcel: p.ID}
	for _, one := range p.Split() {
		if err := send(ctx, one); err != nil {
			return err
		}
		b.Opened = append(b.Opened, one.ID)
	}
	_, err := w.running.close(ctx, b)
	return err
}

// GiveUp notes that the records of a parcel could not be checked, hands over what was to come after it, and is done
// with it.
func (w *Worker) GiveUp(ctx context.Context, p *Parcel, reason error, send func(context.Context, *Parcel) error) error {
	b := &store.Batch{Run: p.Run, Parcel: p.ID}
	for _, rec := range p.Records {
		b.Results = append(b.Results, w.running.Examiner.failed(p.Source, rec, reason))
		b.Counts.Failed++
	}
	if !p.records() {
		b.Cursors = []store.Cursor{{Source: p.Source, Cursor: "given up", Done: true}}
	}
	if err := p.handOn(ctx, b, send); err != nil {
		return err
	}
	_, err := w.running.close(ctx, b)
	return err
}
