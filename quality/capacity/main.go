// Command capacity measures what a scan over machines costs here, and computes from that how many workers
// a store bears: the bare checker, the queue alone, commits of PostgreSQL alone, and a worker with all of
// them. Times of the checker and the worker are of the processors. Then it lets 1, 2 and 4 worker processes of one
// core do the same, and says how far that is from what was computed: with articles, and with small records, of which a store
// has to take many more in a second. Each of these runs stands between two runs of as many processes that only check, and the
// share of their speed is compared: whatever else the machine does costs both the same.
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
	"slices"
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
	if part(context.Background()) {
		return
	}
	n := flag.Int("n", 2000, "number of articles")
	dsn := flag.String("store", "", "address of an empty PostgreSQL database")
	price := flag.Float64("core-hour", 0, "price of a core-hour; 0 leaves prices out")
	gigabyte := flag.Float64("gb-month", 0, "price of a GB of storage a month")
	rounds := flag.Int("rounds", 3, "how often each number of workers is tried; the middle one counts")
	flag.Parse()
	if *dsn == "" || *n < 100 || *rounds < 1 {
		log.Print("capacity: -store must name an empty PostgreSQL database, -n be 100 or more and -rounds 1 or more")
		os.Exit(2)
	}
	ctx := context.Background()
	for _, s := range []shape{{"articles", *n, article}, {"small", 10 * *n, small}} {
		f, err := measure(ctx, s, *dsn)
		if err != nil {
			log.Fatal("capacity: ", err)
		}
		f.write(os.Stdout)
		if s.name == "articles" {
			plan(os.Stdout, f, *price, *gigabyte)
		}
		list, err := compare(ctx, s, f, *dsn, *rounds)
		if err != nil {
			log.Fatal("capacity: ", err)
		}
		writeTrials(os.Stdout, list)
	}
}

// shape is a kind of records.
type shape struct {
	name string
	n    int
	make func(i int) (name, text string)
}

func article(i int) (name, text string) {
	a := articles.Make(i)
	return a.Name, a.Text
}

// small is a record of a few words; each tenth has a mistake.
func small(i int) (name, text string) {
	text = fmt.Sprintf("<p>第%d号留言：请问公交线路何时恢复？</p>", i)
	if i%10 == 0 {
		text += "<p>按步就班</p>"
	}
	return fmt.Sprintf("%d.html", i), text
}

// source yields the records.
func (s shape) source(name string) *batch.Source {
	return &batch.Source{Name: name, Records: func(ctx context.Context, cursor string) iter.Seq2[*batch.Record, error] {
		return func(yield func(*batch.Record, error) bool) {
			from := 0
			fmt.Sscan(cursor, &from)
			for i := from; i < s.n && ctx.Err() == nil; i++ {
				name, text := s.make(i)
				if !yield(&batch.Record{Key: name, Format: formats.ByName(name), Content: []byte(text), Size: int64(len(text)), Cursor: fmt.Sprint(i + 1)}, nil) {
					return
				}
			}
		}
	}}
}

// examiner checks with all rules.
func examiner() (*batch.Examiner, error) {
	c, err := checker.New(checker.Options{Date: 20240101, Links: checker.Links{Inspector: links.NewInspector(links.Options{})}})
	return &batch.Examiner{Checker: c, Ruleset: store.Ruleset{Tool: "capacity", Rules: "all", Lexicons: []string{lexicon.Builtin().Hash()}}}, err
}

// figures are what was measured. Seconds are of one document or one parcel.
type figures struct {
	records                      string
	documents, findings, parcels int
	text                         int64   // bytes
	check, worker                float64 // seconds of a core a document: the checker alone; worker, server of the queue and client side of the store together
	send                         float64 // seconds on the clock a parcel, until the server has it; the middle one
	commit                       float64 // seconds on the clock a parcel, one after the other, with findings, nothing to check; the best of three
	database                     float64 // seconds of a core a document: PostgreSQL, 0 when it is elsewhere
	queued                       float64 // bytes a parcel in the queue
	stored                       float64 // bytes a document in the store
}

// check checks a record and keeps nothing.
func check(ctx context.Context, c *checker.Checker, shape shape, i int) error {
	name, text := shape.make(i)
	for _, err := range c.Check(ctx, formats.ByName(name).Split(name, strings.NewReader(text), formats.Options{Elements: c.Elements()}), nil) {
		if err != nil {
			return err
		}
	}
	return nil
}

func measure(ctx context.Context, shape shape, dsn string) (*figures, error) {
	n := shape.n
	f := &figures{records: shape.name, documents: n}
	x, err := examiner()
	if err != nil {
		return nil, err
	}
	c := x.Checker
	before := usage.Seconds()
	for i := range n {
		_, text := shape.make(i)
		f.text += int64(len(text))
		if err := check(ctx, c, shape, i); err != nil {
			return nil, err
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
	scan := &batch.Scan{Store: s, Sources: []*batch.Source{shape.source("measured " + shape.name)}, Lexicons: []*lexicon.Set{lexicon.Builtin()}, Examiner: x}
	empty, err := size(ctx, dsn)
	if err != nil {
		return nil, err
	}
	var sending []float64
	if _, err := scan.Submit(ctx, func(ctx context.Context, p *batch.Parcel) error {
		began := time.Now()
		defer func() { sending = append(sending, time.Since(began).Seconds()); f.parcels++ }()
		return q.Send(ctx, p)
	}); err != nil {
		return nil, err
	}
	f.send = middle(sending)
	if f.queued, err = used(folder); err != nil {
		return nil, err
	}
	f.queued /= float64(f.parcels)
	w, err := batch.NewWorker(ctx, scan)
	if err != nil {
		return nil, err
	}
	db, err := databaseOf(ctx, dsn)
	if err != nil {
		return nil, err
	}
	before, f.database = usage.Seconds(), db.seconds()
	if err := q.Do(ctx, queue.Work{Worker: w, Drain: true, Done: func(_ *batch.Parcel, c store.Counts) { f.findings += int(c.Errors + c.Warnings + c.Infos) }}); err != nil {
		return nil, err
	}
	f.worker, f.database = (usage.Seconds()-before)/float64(n), (db.seconds()-f.database)/float64(n)
	full, err := size(ctx, dsn)
	if err != nil {
		return nil, err
	}
	f.stored = float64(full-empty) / float64(n)
	for i := range 3 {
		once, err := commits(ctx, s, fmt.Sprint(shape.name, i), f.parcels, max(1, n/max(1, f.parcels)), float64(f.findings)/float64(n))
		if err != nil {
			return nil, err
		}
		if i == 0 || once < f.commit {
			f.commit = once
		}
	}
	return f, nil
}

// middle is the median.
func middle(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
