package batch

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"proofcheck/store"
)

// handled does parcels of pages in any order, with workers that take turns; whose turn has not come is done later.
func handled(t *testing.T, s *store.Store, list []*Parcel) store.Counts {
	t.Helper()
	var workers []*Worker
	for range 2 {
		w, err := NewWorker(t.Context(), &Scan{Store: s, Examiner: examiner(t)})
		if err != nil {
			t.Fatal(err)
		}
		workers = append(workers, w)
	}
	var waiting []*Parcel
	do := func(i int, p *Parcel) {
		t.Helper()
		w := workers[i%2]
		var err error
		switch {
		case p.End != nil:
			if err = w.Ended(t.Context(), p); errors.Is(err, ErrNotEnded) {
				waiting = append(waiting, p)
				return
			}
			if err == nil {
				_, err = w.End(t.Context(), p)
			}
		case i%3 == 0:
			err = w.Divide(t.Context(), p, func(ctx context.Context, one *Parcel) error {
				_, err := w.Do(ctx, one, 0)
				return err
			})
		default:
			_, err = w.Do(t.Context(), p, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range list {
		do(i, p)
	}
	for i, p := range waiting {
		do(i, p)
	}
	run, err := s.Run(t.Context(), list[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	if run.State != store.Done {
		t.Errorf("the run is %v with %+v, want it done", run.State, run.Counts)
	}
	return run.Counts
}

// Web archives that are handed over give what a scan by one process gives, in whatever order their parcels are done, once or
// twice, and whether or not the handing over was interrupted: the first time, with nothing changed, and when what is
// wrong in the templates and in a page has been mended.
func TestPagesThatAreHandedOverGiveWhatAScanDoes(t *testing.T) {
	t.Parallel()
	site := &trial{footer: "请登陆系统。", pages: 450, sections: true}
	name := filepath.Join(t.TempDir(), "a.warc.gz")
	alone, s := openStore(t), openStore(t)
	random := rand.New(rand.NewPCG(6, 7))
	for round, change := range []func(){
		func() {},
		func() {},
		func() { site.footer = "请登录系统。" },
		func() { site.footer, site.sections = "", false },
	} {
		change()
		write(t, name, warc(t, site, true))
		out, err := (&Scan{Store: alone, Sources: []*Source{open(t, name, SourceOptions{})}, Examiner: examiner(t), Jobs: 1}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list := submitted(t, s, open(t, name, SourceOptions{}), 2)
		list = append(list, submitted(t, s, open(t, name, SourceOptions{}), -1)...)
		if len(list) < 5 {
			t.Fatalf("%d parcels", len(list))
		}
		list = append(list, list[1], list[len(list)-1], list[len(list)-2]) // some are delivered twice
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		counts := handled(t, s, list)
		if got, want := results(t, s), results(t, alone); got != want {
			t.Errorf("round %d: parcels give\n%s\na scan gives\n%s", round, head(got, 3000), head(want, 3000))
		}
		if counts != out.Run.Counts {
			t.Errorf("round %d: parcels counted %+v, a scan %+v", round, counts, out.Run.Counts)
		}
		for note := range s.Notes(t.Context(), list[0].Run, open(t, name, SourceOptions{}).Name) {
			t.Fatalf("round %d: a note is left: %s", round, note)
		}
	}
}

// A run that is over knows nothing of pages that a later run of the same source has read.
func TestAnEndThatComesTooLateChangesNothing(t *testing.T) {
	t.Parallel()
	site := &trial{footer: "请登陆系统。", pages: 30}
	name := write(t, filepath.Join(t.TempDir(), "a.warc"), warc(t, site, false))
	s := openStore(t)
	first := submitted(t, s, open(t, name, SourceOptions{}), -1)
	end := first[len(first)-1]
	if end.End == nil {
		t.Fatalf("the last parcel is %+v", end)
	}
	w, err := NewWorker(t.Context(), &Scan{Store: s, Examiner: examiner(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Ended(t.Context(), end); !errors.Is(err, ErrNotEnded) {
		t.Errorf("before the pages: %v", err)
	}
	for _, p := range first[:len(first)-1] {
		if _, err := w.Do(t.Context(), p, 0); err != nil {
			t.Fatal(err)
		}
	}
	scan := &Scan{Store: s, Sources: []*Source{open(t, name, SourceOptions{})}, Examiner: examiner(t), Again: true}
	if _, err := scan.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := results(t, s)
	if err := w.Ended(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if _, err := w.End(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if got := results(t, s); got != want {
		t.Errorf("now there are\n%s\nand there were\n%s", head(got, 3000), head(want, 3000))
	}
	if run, err := s.Run(t.Context(), end.Run); err != nil || run.State != store.Done {
		t.Errorf("the run is %+v, %v", run, err)
	}
}
