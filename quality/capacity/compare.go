package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"proofcheck/batch"
	"proofcheck/batch/queue"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// Variables that give this program another part to play.
const (
	workVariable  = "PROOFCHECK_CAPACITY_WORK"  // a worker: URL of the queue, its name, and address of the store
	checkVariable = "PROOFCHECK_CAPACITY_CHECK" // it only checks: kind of the records, the first one, how many
)

// part plays the part that a variable gives, and reports whether one does.
func part(ctx context.Context) bool {
	var err error
	switch {
	case os.Getenv(workVariable) != "":
		err = work(ctx, os.Getenv(workVariable))
	case os.Getenv(checkVariable) != "":
		err = onlyCheck(ctx, os.Getenv(checkVariable))
	default:
		return false
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "capacity:", err)
		os.Exit(1)
	}
	return true
}

// makers make the records of each kind.
var makers = map[string]func(int) (name, text string){"articles": article, "small": small}

// onlyCheck checks records and writes how many a second that were.
func onlyCheck(ctx context.Context, what string) error {
	var s shape
	var from int
	if _, err := fmt.Sscan(what, &s.name, &from, &s.n); err != nil {
		return err
	}
	s.make = makers[s.name]
	x, err := examiner()
	if err != nil {
		return err
	}
	if err := check(ctx, x.Checker, s, 0); err != nil { // the first one loads what is loaded when it is wanted
		return err
	}
	began := time.Now()
	for i := range s.n {
		if err := check(ctx, x.Checker, s, from+i); err != nil {
			return err
		}
	}
	fmt.Println(float64(s.n) / time.Since(began).Seconds())
	return nil
}

// work does what waits in a queue.
func work(ctx context.Context, at string) error {
	var url, name, dsn string
	if _, err := fmt.Sscan(at, &url, &name, &dsn); err != nil {
		return err
	}
	q, err := queue.Connect(ctx, queue.Options{URL: url, Name: name})
	if err != nil {
		return err
	}
	defer q.Close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	x, err := examiner()
	if err != nil {
		return err
	}
	w, err := batch.NewWorker(ctx, &batch.Scan{Store: s, Examiner: x, Lexicons: []*lexicon.Set{lexicon.Builtin()}})
	if err != nil {
		return err
	}
	return q.Do(ctx, queue.Work{Worker: w, Drain: true})
}

// trial is a number of workers, and how much of the speed of as many processes that only check they reach.
type trial struct {
	records            string
	workers            int
	bare               float64 // documents a second of those that only check, the middle one
	computed, measured float64 // share of it, the middle one
	least, most        float64 // of the shares measured
	ours, database     float64 // seconds of a core a document: worker processes, PostgreSQL
}

// compare lets 1, 2 and 4 processes work at the same records, and computes what they should do.
func compare(ctx context.Context, shape shape, f *figures, dsn string, rounds int) ([]trial, error) {
	perParcel := float64(f.documents) / float64(f.parcels)
	db, err := databaseOf(ctx, dsn)
	if err != nil {
		return nil, err
	}
	var out []trial
	for _, n := range []int{1, 2, 4} {
		cores := min(n, runtime.NumCPU())
		t := trial{records: shape.name, workers: n}
		rate := simulate(n, cores, f.worker*perParcel, f.send, f.commit, f.database*perParcel) * perParcel
		if cores < runtime.NumCPU() { // the store has a core of its own
			rate = simulate(n, cores, f.worker*perParcel, f.send, f.commit, 0) * perParcel
		}
		t.computed = rate * f.check / float64(cores)
		before, err := bare(ctx, shape, n)
		if err != nil {
			return nil, err
		}
		bares, shares := []float64{before}, []float64{}
		for round := range rounds {
			database := db.seconds()
			got, err := workers(ctx, shape, n, fmt.Sprintf("%s-%d-%d", shape.name, n, round), dsn)
			if err != nil {
				return nil, err
			}
			t.database += (db.seconds() - database) / float64(shape.n*rounds)
			t.ours += got.seconds / float64(shape.n*rounds)
			after, err := bare(ctx, shape, n)
			if err != nil {
				return nil, err
			}
			bares, shares = append(bares, after), append(shares, got.rate/((before+after)/2))
			before = after
		}
		t.bare, t.measured, t.least, t.most = middle(bares), middle(shares), slices.Min(shares), slices.Max(shares)
		out = append(out, t)
	}
	return out, nil
}

// bare returns the documents a second that n processes of one core each only check, together.
func bare(ctx context.Context, shape shape, n int) (float64, error) {
	each := shape.n / n
	outputs, errs := make([]string, n), make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			cmd := exec.CommandContext(ctx, os.Args[0])
			cmd.Env = append(os.Environ(), "GOMAXPROCS=1", fmt.Sprintf("%s=%s %d %d", checkVariable, shape.name, i*each, each))
			cmd.Stderr = os.Stderr
			text, err := cmd.Output()
			outputs[i], errs[i] = string(text), err
		})
	}
	group.Wait()
	sum := 0.0
	for i, text := range outputs {
		one := 0.0
		if errs[i] == nil {
			_, errs[i] = fmt.Sscan(text, &one)
		}
		sum += one
	}
	return sum, errors.Join(errs...)
}

// done is what workers have done.
type done struct {
	rate    float64 // documents a second
	seconds float64 // of the processors, of all worker processes
}

// workers lets n worker processes of one core each do all records. The rate is that from the first commit to the last.
func workers(ctx context.Context, shape shape, n int, name, dsn string) (out done, err error) {
	folder, err := os.MkdirTemp("", "capacity")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(folder)
	server, err := queue.Serve(queue.ServerOptions{Listen: "127.0.0.1:0", Folder: folder})
	if err != nil {
		return out, err
	}
	defer server.Close()
	q, err := queue.Connect(ctx, queue.Options{URL: server.URL(), Name: name})
	if err != nil {
		return out, err
	}
	defer q.Close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return out, err
	}
	defer s.Close()
	x, err := examiner()
	if err != nil {
		return out, err
	}
	scan := &batch.Scan{Store: s, Sources: []*batch.Source{shape.source(name)}, Lexicons: []*lexicon.Set{lexicon.Builtin()}, Examiner: x}
	run, err := scan.Submit(ctx, q.Send)
	if err != nil {
		return out, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type end struct {
		seconds float64
		err     error
	}
	ended := make(chan end, n)
	for range n {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1", workVariable+"="+strings.Join([]string{server.URL(), name, dsn}, " "))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			return out, err
		}
		go func() {
			err := cmd.Wait()
			ended <- end{(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), err}
		}()
	}
	var first time.Time
	var before int64
	for {
		r, err := s.Run(ctx, run.Run.ID)
		if err != nil {
			return out, err
		}
		if first.IsZero() && r.Checked > 0 {
			first, before = time.Now(), r.Checked
		}
		if r.State == store.Done {
			out.rate = float64(r.Checked-before) / time.Since(first).Seconds()
			for range n {
				e := <-ended
				if e.err != nil {
					return out, e.err
				}
				out.seconds += e.seconds
			}
			return out, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// writeTrials tells how far what was computed is from what was measured.
func writeTrials(w io.Writer, list []trial) {
	fmt.Fprintf(w, "\n| records | processes of one core, on %d cores | only checking, documents/s | workers: share of it, computed | measured | from … to | deviation | of a core a document: workers, PostgreSQL |\n|---|---|---|---|---|---|---|---|\n", runtime.NumCPU())
	for _, t := range list {
		fmt.Fprintf(w, "| %s | %d | %.0f | %.2f | %.2f | %.2f … %.2f | %+.0f %% | %.2f ms, %.2f ms |\n", t.records, t.workers, t.bare, t.computed, t.measured, t.least, t.most, 100*(t.measured/t.computed-1), t.ours*1e3, t.database*1e3)
	}
	fmt.Fprintln(w)
}
