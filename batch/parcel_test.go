package batch

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"

	"proofcheck/store"
)

// submitted hands a source over and returns the parcels as workers get them.
func submitted(t *testing.T, s *store.Store, src *Source, until int) []*Parcel {
	t.Helper()
	var out []*Parcel
	enough := errors.New("enough")
	scan := &Scan{Store: s, Sources: []*Source{src}, Examiner: examiner(t)}
	_, err := scan.Submit(t.Context(), func(_ context.Context, p *Parcel) error {
		if until >= 0 && len(out) >= until {
			return enough
		}
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		got := &Parcel{}
		if err := json.Unmarshal(text, got); err != nil {
			return err
		}
		out = append(out, got)
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		t.Fatal(err)
	}
	return out
}

func TestParcelsGiveWhatAScanDoes(t *testing.T) {
	t.Parallel()
	const articles = 450
	alone := openStore(t)
	scanAll(t, alone, examiner(t), madeSource(articles))

	s := openStore(t)
	list := submitted(t, s, madeSource(articles), 2) // the rest when it is submitted again
	again := submitted(t, s, madeSource(articles), -1)
	if len(list) != 2 || len(again) == 0 {
		t.Fatalf("%d and %d parcels", len(list), len(again))
	}
	list = append(list, again...)
	list = append(list, list[1], again[0]) // some are delivered twice
	rand.New(rand.NewPCG(4, 5)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	w, err := NewWorker(t.Context(), &Scan{Store: s, Examiner: examiner(t)})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range list {
		if i%3 == 0 {
			if err := w.Divide(t.Context(), p, func(ctx context.Context, one *Parcel) error {
				_, err := w.Do(ctx, one, 0)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if _, err := w.Do(t.Context(), p, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := results(t, s), results(t, alone); got != want {
		t.Errorf("parcels give\n%s\na scan gives\n%s", head(got, 2000), head(want, 2000))
	}
	run, err := s.Run(t.Context(), list[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	if run.State != store.Done || run.Documents != articles || run.Checked != articles {
		t.Errorf("the run is %v with %+v, want it done", run.State, run.Counts)
	}

	// Nothing has changed, so nothing is checked again.
	again = submitted(t, s, madeSource(articles), -1)
	for _, p := range again {
		if _, err := w.Do(t.Context(), p, 0); err != nil {
			t.Fatal(err)
		}
	}
	if len(again) > 0 {
		if run, err = s.Run(t.Context(), again[0].Run); err != nil {
			t.Fatal(err)
		}
		if run.Checked != 0 || run.Unchanged != articles || run.State != store.Done {
			t.Errorf("the second run is %v with %+v", run.State, run.Counts)
		}
	}
}

func TestARecordThatBreaksWorkersIsGivenUp(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	list := submitted(t, s, madeSource(3), -1)
	w, err := NewWorker(t.Context(), &Scan{Store: s, Examiner: examiner(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list[0].Split() {
		if err := w.GiveUp(t.Context(), one, errors.New("it broke three workers"), nil); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Error != "it broke three workers" {
			t.Errorf("%s: %q", d.Key, d.Error)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d records are noted, want 3", n)
	}
}
