package main

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"proofcheck/internal/testserver"
)

func TestMain(m *testing.M) {
	if part(context.Background()) {
		os.Exit(0)
	}
	testserver.Main(m)
}

func TestTheSimulationEndsAtWhatIsScarce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what                        string
		workers, cores              int
		work, queue, commit, shared float64
		want                        float64 // parcels a second
	}{
		{"one worker does one thing after the other", 1, 1, 0.1, 0.01, 0.01, 0, 1 / 0.12},
		{"two workers disturb each other hardly", 2, 2, 0.1, 0, 0.0001, 0, 20},
		{"cores that are shared", 8, 2, 0.1, 0, 0.0001, 0, 20},
		{"one store for many", 500, 500, 0.1, 0, 0.01, 0, 100},
		{"a store on the same cores", 8, 2, 0.1, 0, 0.01, 0.1, 10},
		{"a store on the same core, which one worker waits for", 1, 1, 0.1, 0, 0.05, 0.05, 1 / 0.15},
		{"one queue for many", 500, 500, 0.1, 0.02, 0.001, 0, 50},
	} {
		if got := simulate(c.workers, c.cores, c.work, c.queue, c.commit, c.shared); math.Abs(got/c.want-1) > 0.04 {
			t.Errorf("%s: %.1f parcels/s, want %.1f", c.what, got, c.want)
		}
	}
}

func TestEverythingThatIsMeasuredIsThere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dsn := testserver.Postgres(t)
	s := shape{"small", 1000, small}
	f, err := measure(t.Context(), s, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if f.documents != 1000 || f.findings < 100 || f.parcels < 10 || f.text < 30_000 || f.queued < 100 || f.stored < 100 || min(f.check, f.worker, f.send, f.commit) <= 0 {
		t.Errorf("measured %+v", f)
	}
	list, err := compare(t.Context(), s, f, dsn, 1)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	f.write(&out)
	plan(&out, f, 1, 1)
	writeTrials(&out, list)
	for i, n := range []int{1, 2, 4} {
		if list[i].workers != n || list[i].bare <= 0 || list[i].computed <= 0 || list[i].measured <= 0 || math.IsInf(list[i].measured, 0) || list[i].ours <= 0 {
			t.Errorf("trial %+v", list[i])
		}
	}
	for _, want := range []string{"| small | 4 |", "| 256 |", "1 billion documents", "a core-hour"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
}
