package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"proofcheck/batch"
	"proofcheck/batch/queue"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// workVariable makes this program a worker: URL of the queue, its name, and address of the store.
const workVariable = "PROOFCHECK_CAPACITY_WORK"

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

// trial is a number of workers, and the documents a second that they got through.
type trial struct {
	records            string
	workers            int
	computed, measured float64
}

// compare lets 1, 2 and 4 processes work at the same records, and computes what they should do.
func compare(ctx context.Context, shape shape, f *figures, dsn string) ([]trial, error) {
	perParcel := float64(f.documents) / float64(f.parcels)
	var out []trial
	for _, n := range []int{1, 2, 4} {
		t := trial{records: shape.name, workers: n}
		t.computed = simulate(n, min(n, runtime.NumCPU()), f.worker*perParcel, f.send, f.commit) * perParcel
		var err error
		if t.measured, err = rate(ctx, shape, n, dsn); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// rate returns the documents a second that n worker processes of one core each commit, from the first to the last.
func rate(ctx context.Context, shape shape, n int, dsn string) (float64, error) {
	folder, err := os.MkdirTemp("", "capacity")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	server, err := queue.Serve(queue.ServerOptions{Listen: "127.0.0.1:0", Folder: folder})
	if err != nil {
		return 0, err
	}
	defer server.Close()
	name := fmt.Sprintf("%s-%d", shape.name, n)
	q, err := queue.Connect(ctx, queue.Options{URL: server.URL(), Name: name})
	if err != nil {
		return 0, err
	}
	defer q.Close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	x, err := examiner()
	if err != nil {
		return 0, err
	}
	scan := &batch.Scan{Store: s, Sources: []*batch.Source{shape.source(name)}, Lexicons: []*lexicon.Set{lexicon.Builtin()}, Examiner: x}
	run, err := scan.Submit(ctx, q.Send)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, n)
	for range n {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1", workVariable+"="+strings.Join([]string{server.URL(), name, dsn}, " "))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		go func() { ended <- cmd.Wait() }()
	}
	var first time.Time
	var before int64
	for {
		r, err := s.Run(ctx, run.Run.ID)
		if err != nil {
			return 0, err
		}
		if first.IsZero() && r.Checked > 0 {
			first, before = time.Now(), r.Checked
		}
		if r.State == store.Done {
			took := time.Since(first).Seconds()
			for range n {
				if err := <-ended; err != nil {
					return 0, err
				}
			}
			return float64(r.Checked-before) / took, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// writeTrials tells how far what was computed is from what was measured: by itself, and as a multiple of what one
// worker did, which other work of the machine disturbs less.
func writeTrials(w io.Writer, list []trial) {
	fmt.Fprintf(w, "\n| records | worker processes of one core, on %d cores | computed, documents/s | measured | deviation | computed, of one | measured, of one |\n|---|---|---|---|---|---|---|\n", runtime.NumCPU())
	for _, t := range list {
		fmt.Fprintf(w, "| %s | %d | %.0f | %.0f | %+.0f %% | %.2f | %.2f |\n", t.records, t.workers, t.computed, t.measured, 100*(t.measured/t.computed-1), t.computed/list[0].computed, t.measured/list[0].measured)
	}
	fmt.Fprintln(w)
}
