// Command capacity measures what a scan over machines costs here, and computes from that how many workers
// a store bears: the bare checker, the queue alone, commits of PostgreSQL alone, and a worker with all of
// them. Times of the checker and the worker are of the processors.
//
//	go run ./quality/capacity -n 2000 -store postgres://…
//
// The database must be empty. It writes tables in Markdown.
package main

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"log"
	"os"
	"strings"
	"time"

	"proofcheck/batch"
	"proofcheck/batch/queue"
	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/internal/usage"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 2000, "number of articles")
	dsn := flag.String("store", "", "address of an empty PostgreSQL database")
	price := flag.Float64("core-hour", 0, "price of a core-hour; 0 leaves prices out")
	gigabyte := flag.Float64("gb-month", 0, "price of a GB of storage a month")
	flag.Parse()
	if *dsn == "" || *n < 100 {
		log.Print("capacity: -store must name an empty PostgreSQL database, and -n be 100 or more")
		os.Exit(2)
	}
	f, err := measure(context.Background(), *n, *dsn)
	if err != nil {
		log.Fatal("capacity: ", err)
	}
	f.write(os.Stdout)
	plan(os.Stdout, f, *price, *gigabyte)
}

// figures are what was measured. Seconds are of one document or one parcel.
type figures struct {
	documents, findings, parcels int
	text                         int64   // bytes
	check, worker                float64 // seconds of a core a document: the checker alone; worker, server of the queue and client side of the store together
	send                         float64 // seconds on the clock a parcel, until the server has it
	commit                       float64 // seconds on the clock a parcel, one after the other, nothing to check
	queued                       float64 // bytes a parcel in the queue
	stored                       float64 // bytes a document in the store
}

func made(n int) *batch.Source {
	return &batch.Source{Name: "made", Records: func(ctx context.Context, cursor string) iter.Seq2[*batch.Record, error] {
		return func(yield func(*batch.Record, error) bool) {
			from := 0
			fmt.Sscan(cursor, &from)
			for i := from; i < n && ctx.Err() == nil; i++ {
				a := articles.Make(i)
				if !yield(&batch.Record{Key: a.Name, Format: formats.ByName(a.Name), Content: []byte(a.Text), Size: int64(len(a.Text)), Cursor: fmt.Sprint(i + 1)}, nil) {
					return
				}
			}
		}
	}}
}

func measure(ctx context.Context, n int, dsn string) (*figures, error) {
	f := &figures{documents: n}
	c, err := checker.New(checker.Options{Date: 20240101, Links: checker.Links{Inspector: links.NewInspector(links.Options{})}})
	if err != nil {
		return nil, err
	}
	before := usage.Seconds()
	for i := range n {
		a := articles.Make(i)
		f.text += int64(len(a.Text))
		for _, err := range c.Check(ctx, formats.ByName(a.Name).Split(a.Name, strings.NewReader(a.Text), formats.Options{Elements: c.Elements()}), nil) {
			if err != nil {
				return nil, err
			}
		}
	}
	f.check = (usage.Seconds() - before) / float64(n)

	folder, err := os.MkdirTemp("", "capacity")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	server, err := queue.Serve(queue.ServerOptions{Listen: "127.0.0.1:0", Folder: folder})
	if err != nil {
		return nil, err
	}
	defer server.Close()
	q, err := queue.Connect(ctx, queue.Options{URL: server.URL()})
	if err != nil {
		return nil, err
	}
	defer q.Close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	scan := &batch.Scan{Store: s, Sources: []*batch.Source{made(n)}, Lexicons: []*lexicon.Set{lexicon.Builtin()},
		Examiner: &batch.Examiner{Checker: c, Ruleset: store.Ruleset{Tool: "capacity", Rules: "all", Lexicons: []string{lexicon.Builtin().Hash()}}}}
	empty, err := size(ctx, dsn)
	if err != nil {
		return nil, err
	}
	var sending time.Duration
	if _, err := scan.Submit(ctx, func(ctx context.Context, p *batch.Parcel) error {
		began := time.Now()
		defer func() { sending += time.Since(began); f.parcels++ }()
		return q.Send(ctx, p)
	}); err != nil {
		return nil, err
	}
	f.send = sending.Seconds() / float64(f.parcels)
	if f.queued, err = used(folder); err != nil {
		return nil, err
	}
	f.queued /= float64(f.parcels)
	w, err := batch.NewWorker(ctx, scan)
	if err != nil {
		return nil, err
	}
	before = usage.Seconds()
	if err := q.Do(ctx, queue.Work{Worker: w, Drain: true, Done: func(_ *batch.Parcel, c store.Counts) { f.findings += int(c.Errors + c.Warnings + c.Infos) }}); err != nil {
		return nil, err
	}
	f.worker = (usage.Seconds() - before) / float64(n)
	full, err := size(ctx, dsn)
	if err != nil {
		return nil, err
	}
	f.stored = float64(full-empty) / float64(n)
	f.commit, err = commits(ctx, s, f.parcels, max(1, n/max(1, f.parcels)))
	return f, err
}
