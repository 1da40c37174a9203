package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/links"
	"proofcheck/store"
)

// madeSource is a source of n made articles.
func madeSource(n int) *Source {
	return &Source{Name: "made", Records: func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			from, _ := strconv.Atoi(cursor)
			for i := from; i < n; i++ {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				a := articles.Make(i)
				if !yield(&Record{Key: a.Name, Format: formats.ByName(a.Name), Content: []byte(a.Text), Size: int64(len(a.Text)), Cursor: strconv.Itoa(i + 1)}, nil) {
					return
				}
			}
		}
	}}
}

// Variables of the process that is killed.
const (
	crashStore  = "PROOFCHECK_CRASH_STORE"  // that it scans into
	crashSource = "PROOFCHECK_CRASH_SOURCE" // a number of made articles, or what Open takes
	crashLast   = "PROOFCHECK_CRASH_LAST"   // the end of a key: the record at which it waits to be killed
)

func TestMain(m *testing.M) {
	if os.Getenv(crashStore) == "" {
		testserver.Main(m)
	}
	// This process is a scan that will be killed.
	if err := scanToBeKilled(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func scanToBeKilled(ctx context.Context) error {
	s, err := store.Open(ctx, os.Getenv(crashStore))
	if err != nil {
		return err
	}
	var src *Source
	if n, err := strconv.Atoi(os.Getenv(crashSource)); err == nil {
		src = madeSource(n)
	} else {
		prober := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond})
		if src, err = Open(ctx, os.Getenv(crashSource), SourceOptions{Site: links.CrawlOptions{Prober: prober, Depth: 5}}); err != nil {
			return err
		}
	}
	if last := os.Getenv(crashLast); last != "" {
		waitAt(src, last)
	}
	_, err = (&Scan{Store: s, Sources: []*Source{src}, Examiner: examiner(nil), every: 50 * time.Millisecond}).Run(ctx)
	return err
}

// waitAt makes a source stop for ever at a record.
func waitAt(src *Source, last string) {
	wait := func(all iter.Seq2[*Record, error]) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			for r, err := range all {
				if err == nil && strings.HasSuffix(r.Key, last) {
					select {}
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
	records, walk := src.Records, src.Walk
	src.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] { return wait(records(ctx, cursor)) }
	if walk != nil {
		src.Walk = func(ctx context.Context, known []store.Address) iter.Seq2[*Record, error] {
			return wait(walk(ctx, known))
		}
	}
}

// kill scans a source of so many records in processes that are killed, each at any moment of its life: while it
// opens, migrates, reads, checks or commits. All kills hit, since a process waits at the last record
// until it is killed. The scan takes so long alone. Then one comes to its end.
func kill(t *testing.T, dsn, source, last string, records, kills int, alone time.Duration) *store.Store {
	t.Helper()
	start := func(last string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashStore+"="+dsn, crashSource+"="+source, crashLast+"="+last)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	var s *store.Store
	for killed := range kills {
		left := 1.0
		if s != nil {
			for run, err := range s.Runs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				left = 1 - float64(run.Documents)/float64(records)
			}
		}
		cmd := start(last)
		// Until a process is at it again takes a while; the rest is shared by the kills that are to come.
		time.Sleep(time.Duration(rand.Float64() * float64(50*time.Millisecond+time.Duration(2*left*float64(alone))/time.Duration(kills-killed))))
		cmd.Process.Kill()
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("kill %d did not hit: %v", killed+1, err)
		}
		if s == nil {
			var err error
			if s, err = store.Open(t.Context(), dsn); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
		}
	}
	if err := start("").Wait(); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	return s
}

// sameRun reports whether a store has one run, which is done and has counted what another one has.
func sameRun(t *testing.T, s *store.Store, whole store.Counts) {
	t.Helper()
	n := 0
	for run, err := range s.Runs(t.Context()) {
		n++
		c, w := run.Counts, whole
		c.Weighted, w.Weighted = 0, 0 // sums of fractions in another order
		for d := range s.Documents(t.Context(), store.DocumentFilter{Key: templateKey}) {
			if d != nil { // the first pages with a template count its characters, and which those are is chance
				c.Characters, w.Characters = 0, 0
			}
		}
		if err != nil || c != w || run.State != store.Done {
			t.Errorf("counted %+v (%s), want %+v; %v", c, run.State, w, err)
		}
	}
	if n != 1 {
		t.Errorf("%d runs", n)
	}
}

// Kills of one crash test, and the articles that are scanned meanwhile.
func crashSize(t *testing.T) (articles, kills int) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	return testserver.Number(t, "PROOFCHECK_CRASH_ARTICLES", 1500), testserver.Number(t, "PROOFCHECK_CRASH_KILLS", 6)
}

// More of it: PROOFCHECK_CRASH_ARTICLES=50000 PROOFCHECK_CRASH_KILLS=50 go test -run Killed -timeout 1h ./batch.
func TestAKilledScanGivesWhatAnUndisturbedOneDoes(t *testing.T) {
	n, kills := crashSize(t)
	straight := openStore(t)
	began := time.Now()
	whole := scanAll(t, straight, examiner(t), madeSource(n))
	alone := time.Since(began)
	want := results(t, straight)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "s.db")
			if kind == "postgres" {
				dsn = testserver.Postgres(t)
			}
			s := kill(t, dsn, strconv.Itoa(n), articles.Make(n-1).Name, n, kills, alone)
			if got := results(t, s); got != want {
				t.Errorf("%d bytes of results differ from %d", len(got), len(want))
			}
			sameRun(t, s, whole.Run.Counts)
			t.Logf("%d kills, %d articles", kills, n)
		})
	}
}

// firstOther returns the first line in which two lists differ.
func firstOther(a, b []string) string {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("%q, %q", a[min(i, len(a)):min(i+1, len(a))], b[min(i, len(b)):min(i+1, len(b))])
		}
	}
	return ""
}

// Sites have no order, and archives of them have templates: what a page had must outlive the process
// that has read it.
func TestAKilledScanOfASiteGivesWhatAnUndisturbedOneDoes(t *testing.T) {
	_, kills := crashSize(t)
	const pages = 300
	for _, kind := range []string{"site", "warc"} {
		t.Run(kind, func(t *testing.T) {
			site, source, opt := startTrial(t, pages)
			site.sections, site.slow = true, 20*time.Millisecond
			if kind == "warc" {
				source = write(t, filepath.Join(t.TempDir(), "a.warc"), warc(t, site, false))
			}
			straight := openStore(t)
			began := time.Now()
			whole := scanAll(t, straight, examiner(t), open(t, source, opt))
			alone := time.Since(began)
			site.mu.Lock()
			clear(site.asked)
			site.mu.Unlock()
			s := kill(t, filepath.Join(t.TempDir(), "s.db"), source, fmt.Sprintf("/news/%d.html", pages-1), pages, kills, alone)
			if got, want := teststore.Pages(t, s), teststore.Pages(t, straight); !slices.Equal(got, want) {
				t.Errorf("%d lines of results differ from %d, first: %s", len(got), len(want), firstOther(got, want))
			}
			sameRun(t, s, whole.Run.Counts)
			asked := 0
			for path, n := range site.asked {
				if strings.HasPrefix(path, "/news/") {
					asked += n
				}
			}
			// What was on its way, or checked and not yet committed, is read again.
			t.Logf("%d kills; %d pages were asked for %d times", kills, pages, asked)
			if kind == "site" && asked > pages+40*kills {
				t.Errorf("%d pages were asked for %d times", pages, asked)
			}
		})
	}
}
