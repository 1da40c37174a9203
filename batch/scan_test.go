package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// examiner checks with the rules that tests need; all rules would take longer.
func examiner(_ testing.TB, sets ...*lexicon.Set) *Examiner {
	c, err := checker.New(checker.Options{Only: []string{"typo/word", "punctuation/repeated-marks"}, Lexicons: sets, Date: 20240101})
	if err != nil {
		panic(err)
	}
	x := &Examiner{Checker: c, Lang: "en", Ruleset: store.Ruleset{Tool: "test", Rules: "1", Lexicons: []string{lexicon.Builtin().Hash()}}}
	for _, s := range sets {
		x.Ruleset.Lexicons = append(x.Ruleset.Lexicons, s.Hash())
	}
	return x
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// scanAll runs a scan to its end.
func scanAll(t testing.TB, s *store.Store, x *Examiner, sources ...*Source) *Outcome {
	t.Helper()
	out, err := (&Scan{Store: s, Sources: sources, Examiner: x, Jobs: 3}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func open(t testing.TB, spec string, opt SourceOptions) *Source {
	t.Helper()
	s, err := Open(t.Context(), spec, opt)
	if err != nil {
		t.Fatal(err)
	}
	if s.Close != nil {
		t.Cleanup(func() { s.Close() })
	}
	return s
}

// results writes what a store holds, without numbers that depend on the order of commits.
func results(t testing.TB, s *store.Store) string {
	t.Helper()
	var out []string
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s|%s|%s|%s|%x|%d|%g|%s", d.Key, d.Title, d.Column, d.Date, d.Hash, d.Characters, d.Weighted, d.Error))
	}
	for r, err := range s.Findings(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		f := r.Finding
		out = append(out, fmt.Sprintf("%s|%s|%s|%s|%d:%d|%s|%v|%s|%v", r.Document.Key, f.Fingerprint, f.Rule, f.Text, f.Line, f.Column, f.Message, f.Suggest, f.State, f.Present))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// found writes the words that are wrong, by document.
func found(t testing.TB, s *store.Store, f store.Filter) string {
	t.Helper()
	var out []string
	for r, err := range s.Findings(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Document.Key+":"+r.Finding.Text+":"+r.Finding.State.String())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestASecondRunChecksWhatHasChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, a := range samples {
		write(t, filepath.Join(dir, a.key), a.text)
	}
	s := openStore(t)
	scanAll(t, s, examiner(t), open(t, dir, SourceOptions{}))
	out := scanAll(t, s, examiner(t), open(t, dir, SourceOptions{}))
	if c := out.Run.Counts; c.Unchanged != 3 || c.Checked != 0 {
		t.Errorf("counted %+v", c)
	}
	write(t, filepath.Join(dir, "a/1.html"), "<p>请登录系统。</p>")
	write(t, filepath.Join(dir, "a/2.txt"), "按步就班。")
	out = scanAll(t, s, examiner(t), open(t, dir, SourceOptions{}))
	if c := out.Run.Counts; c.Unchanged != 1 || c.Checked != 2 || c.New != 1 || c.Fixed != 1 {
		t.Errorf("counted %+v", c)
	}
	if got, want := found(t, s, store.Filter{}), "a/1.html:登陆系统:fixed a/2.txt:按步就班:open b/3.md:。。:open b/3.md:按步就班:open"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// Other rules see everything anew.
	x := examiner(t)
	x.Ruleset.Rules = "2"
	if c := scanAll(t, s, x, open(t, dir, SourceOptions{})).Run.Counts; c.Checked != 3 {
		t.Errorf("counted %+v", c)
	}
}

func TestTheTimeOfAFileSparesReadingIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := time.Now().Add(-time.Hour)
	name := write(t, filepath.Join(dir, "1.txt"), "按步就班")
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	s := openStore(t)
	scanAll(t, s, examiner(t), open(t, dir, SourceOptions{}))
	if c := scanAll(t, s, examiner(t), open(t, dir, SourceOptions{})).Run.Counts; c.Bytes != 0 || c.Unchanged != 1 {
		t.Errorf("counted %+v", c)
	}
	if c := func() store.Counts {
		out, err := (&Scan{Store: s, Sources: []*Source{open(t, dir, SourceOptions{})}, Examiner: examiner(t), Again: true}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return out.Run.Counts
	}(); c.Checked != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestFiltersLimitAndLists(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 40 {
		fmt.Fprintf(&lines, `{"id":"n%02d","content":"按步就班","date":"20%02d-06-01","column":"要闻/c%d","url":"https://a.example/x/%d.html"}`+"\n", i, i, i%4, i)
	}
	name := write(t, filepath.Join(dir, "t.jsonl"), lines.String())
	for _, c := range []struct {
		name string
		scan Scan
		want int64
	}{
		{"all", Scan{}, 40},
		{"dates", Scan{Filter: Filter{From: 20100101, Until: 20191231}}, 10},
		{"column", Scan{Filter: Filter{Columns: []string{"要闻/c1", "要闻/c2/"}}}, 20},
		{"include", Scan{Filter: Filter{Include: []string{"x/1?.html"}}}, 10},
		{"exclude", Scan{Filter: Filter{Exclude: []string{"x"}}}, 0},
		{"limit", Scan{Limit: 7}, 7},
		{"rate", Scan{Limit: 3, Rate: 1000}, 3},
	} {
		s := openStore(t)
		c.scan.Store, c.scan.Examiner, c.scan.Sources = s, examiner(t), []*Source{open(t, name, SourceOptions{})}
		out, err := c.scan.Run(t.Context())
		if err != nil || out.Run.Documents != c.want {
			t.Errorf("%s: %d, %v; want %d", c.name, out.Run.Documents, err, c.want)
		}
	}
	s := openStore(t)
	list := OpenList("list", []string{write(t, filepath.Join(dir, "1.txt"), "按步就班"), filepath.Join(dir, "none.txt")}, SourceOptions{})
	if c := scanAll(t, s, examiner(t), list).Run.Counts; c.Documents != 2 || c.Failed != 1 || c.New != 1 {
		t.Errorf("counted %+v", c)
	}
}

// interrupted runs a scan that is cancelled after some progress, until it is done, and returns how often
// it was begun.
func interrupted(t *testing.T, s *store.Store, scan Scan) int {
	t.Helper()
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		mine := scan
		mine.Store = s
		count := 0
		var once sync.Once
		for i, src := range mine.Sources {
			wrapped := *src
			wrapped.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
				return func(yield func(*Record, error) bool) {
					for r, err := range src.Records(ctx, cursor) {
						if count++; count > 37*n {
							once.Do(cancel)
						}
						if !yield(r, err) {
							return
						}
					}
				}
			}
			mine.Sources = slices.Clone(mine.Sources)
			mine.Sources[i] = &wrapped
		}
		out, err := mine.Run(ctx)
		cancel()
		if err == nil && out.Done {
			return n
		}
		if !errors.Is(err, context.Canceled) || n > 100 {
			t.Fatal(err)
		}
	}
}

func TestAnInterruptedRunGivesWhatAnUndisturbedOneDoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 2000 {
		text := fmt.Sprintf("第%d篇，没有问题。", i)
		if i%7 == 0 {
			text += "按步就班地请登陆系统。。"
		}
		fmt.Fprintf(&lines, `{"id":%d,"content":%q}`+"\n", i, text)
	}
	name := write(t, filepath.Join(dir, "t.jsonl"), lines.String())
	for _, a := range samples {
		write(t, filepath.Join(dir, "folder", a.key), a.text)
	}
	scan := Scan{Examiner: examiner(t), Jobs: 3, Sources: []*Source{open(t, filepath.Join(dir, "folder"), SourceOptions{}), open(t, name, SourceOptions{})}}
	straight, broken := openStore(t), openStore(t)
	whole := scanAll(t, straight, scan.Examiner, scan.Sources...)
	times := interrupted(t, broken, scan)
	if times < 3 {
		t.Errorf("the run was begun %d times only", times)
	}
	if got, want := results(t, broken), results(t, straight); got != want {
		t.Errorf("%d bytes of results differ from %d", len(got), len(want))
	}
	run, err := broken.Run(t.Context(), 1)
	// Sums of weights depend on their order in the last digit.
	run.Weighted, whole.Run.Weighted = math.Round(run.Weighted*1e6), math.Round(whole.Run.Weighted*1e6)
	if err != nil || run.Counts != whole.Run.Counts || run.State != store.Done {
		t.Errorf("counted %+v, want %+v; %v", run.Counts, whole.Run.Counts, err)
	}
	if err := broken.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
