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
	"strconv"
	"testing"
	"time"

	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/internal/testserver"
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

// crashing is set for the process that is killed: the store that it scans into.
const crashing = "PROOFCHECK_CRASH_STORE"

func TestMain(m *testing.M) {
	if os.Getenv(crashing) == "" {
		testserver.Main(m)
	}
	// This process is a scan that will be killed.
	n, _ := strconv.Atoi(os.Getenv("PROOFCHECK_CRASH_ARTICLES"))
	ctx := context.Background()
	s, err := store.Open(ctx, os.Getenv(crashing))
	if err == nil {
		_, err = (&Scan{Store: s, Sources: []*Source{madeSource(n)}, Examiner: examiner(nil)}).Run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// More of it: PROOFCHECK_CRASH_ARTICLES=50000 PROOFCHECK_CRASH_KILLS=50 go test -run Killed -timeout 1h ./batch.
func TestAKilledScanGivesWhatAnUndisturbedOneDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	n, kills := testserver.Number(t, "PROOFCHECK_CRASH_ARTICLES", 1500), testserver.Number(t, "PROOFCHECK_CRASH_KILLS", 6)
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			straight := openStore(t)
			began := time.Now()
			whole := scanAll(t, straight, examiner(t), madeSource(n))
			took := time.Since(began)
			dsn := filepath.Join(t.TempDir(), "s.db")
			if kind == "postgres" {
				dsn = testserver.Postgres(t)
			}
			killed := 0
			for begins := 1; ; begins++ {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), crashing+"="+dsn, "PROOFCHECK_CRASH_ARTICLES="+strconv.Itoa(n))
				cmd.Stderr = os.Stderr
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if killed < kills {
					// At any moment of its life: while it opens, migrates, reads, checks or commits.
					time.AfterFunc(time.Duration(rand.Float64()*float64(took/time.Duration(kills)*3)), func() { cmd.Process.Kill() })
				}
				err := cmd.Wait()
				var exit *exec.ExitError
				if err == nil {
					break
				}
				if !errors.As(err, &exit) || exit.ExitCode() != -1 {
					t.Fatal(err)
				}
				if killed++; begins > 10*kills+10 {
					t.Fatal("it does not come to its end")
				}
			}
			s, err := store.Open(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if got, want := results(t, s), results(t, straight); got != want {
				t.Errorf("%d bytes of results differ from %d", len(got), len(want))
			}
			for run, err := range s.Runs(t.Context()) {
				c, w := run.Counts, whole.Run.Counts
				c.Weighted, w.Weighted = 0, 0
				if err != nil || c != w || run.State != store.Done {
					t.Errorf("counted %+v (%s), want %+v; %v", c, run.State, w, err)
				}
			}
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
			t.Logf("%d kills, %d articles", killed, n)
		})
	}
}
