// Falsealarms runs proofcheck over clean text and real drafts and counts what it finds there: by rule
// and level, per 10,000 characters, with samples. Text that was published after proofreading has few
// mistakes, so nearly all of it is false. What was looked at and is a real mistake stands in reviewed.tsv
// by its fingerprint; no text of the corpus is kept.
//
//	go run ./quality/falsealarms -shared ../shared [-only RULE,…] [-samples 5] [-level error]
//
// It exits with 1 when an error-level finding is neither reviewed nor explained.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
)

//go:embed reviewed.tsv
var reviewed string

// explained lists rules whose warnings in some files have one reason, which was looked at in samples.
//
//go:embed explained.tsv
var explained string

func main() {
	log.SetFlags(0)
	shared := flag.String("shared", "../shared", "folder with corpus/")
	only := flag.String("only", "", "rules, separated by commas")
	skip := flag.String("skip", "", "rules left out, separated by commas")
	samples := flag.Int("samples", 3, "samples of each rule")
	level := flag.String("level", "info", "least level")
	profile := flag.String("profile", "general", "profile")
	match := flag.String("files", "", "only files whose path contains this")
	words := flag.Bool("words", false, "count by word instead of by rule")
	rows := flag.Bool("rows", false, "print the errors that are not reviewed as rows for reviewed.tsv")
	flag.Parse()
	least, ok := lexicon.ParseLevel(*level)
	if !ok {
		log.Fatalf("unknown level %q", *level)
	}
	c, err := checker.New(checker.Options{Profile: *profile, Only: list(*only), Skip: list(*skip), MinLevel: least})
	if err != nil {
		log.Fatal(err)
	}
	files, err := corpus(*shared, *match)
	if err != nil {
		log.Fatal(err)
	}
	start := time.Now()
	t := newTally(*samples, *words)
	t.run(c, files)
	if *rows {
		t.printRows()
		return
	}
	t.print(time.Since(start))
	if t.errors > 0 {
		os.Exit(1)
	}
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// corpus returns the files to read, the largest first.
func corpus(shared, match string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(filepath.Join(shared, "corpus"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && formats.ByName(path) != nil && filepath.Base(path) != "README.md" && strings.Contains(path, match) {
			files = append(files, path)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no drafts in %s", filepath.Join(shared, "corpus"))
	}
	return files, err
}

// A tally counts findings by rule and level.
type tally struct {
	mu       sync.Mutex
	rows     map[string]*row
	stats    checker.Stats
	reviewed map[string]string
	samples  int
	words    bool
	errors   int               // findings of level error that are not reviewed
	open     map[string]string // by their fingerprints: rule and words
	told     map[string]bool   // file and rule, see explained
	aside    int               // findings that explained sets aside
	known    int               // findings that are
	failed   []string
}

type row struct {
	key     string
	level   checker.Level
	count   int
	samples []sample
}

// A sample is kept when its hash is among the least, so that the choice is the same in every run.
type sample struct {
	hash uint64
	text string
}

func newTally(samples int, words bool) *tally {
	t := &tally{rows: map[string]*row{}, reviewed: map[string]string{}, open: map[string]string{}, told: map[string]bool{}, samples: samples, words: words}
	for line := range strings.Lines(reviewed) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cells) == 4 && cells[0] != "fingerprint" {
			t.reviewed[cells[0]] = cells[3]
		}
	}
	for line := range strings.Lines(explained) {
		if cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); len(cells) == 3 {
			t.told[cells[0]+" "+cells[1]] = true
		}
	}
	return t
}

func (t *tally) run(c *checker.Checker, files []string) {
	work := make(chan string)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for path := range work {
				t.file(c, path)
			}
		})
	}
	for _, path := range files {
		work <- path
	}
	close(work)
	group.Wait()
}

func (t *tally) file(c *checker.Checker, path string) {
	file, err := os.Open(path)
	if err != nil {
		t.fail(path, err)
		return
	}
	defer file.Close()
	doc := formats.ByName(path).Split(path, file, formats.Options{Elements: c.Elements()})
	var stats checker.Stats
	for f, err := range c.Check(context.Background(), doc, &stats) {
		if err != nil {
			t.fail(path, err)
			break
		}
		t.add(f)
	}
	t.mu.Lock()
	t.stats.Add(&stats)
	t.mu.Unlock()
}

func (t *tally) fail(path string, err error) {
	t.mu.Lock()
	t.failed = append(t.failed, fmt.Sprintf("%s: %v", path, err))
	t.mu.Unlock()
}

func (t *tally) add(f *checker.Finding) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fingerprint, _, _ := strings.Cut(f.Fingerprint, "-")
	if _, ok := t.reviewed[fingerprint]; ok {
		t.known++
		return
	}
	if f.Level != checker.Error && (t.told[filepath.Base(f.Document)+" "+f.Rule] || t.told["* "+f.Rule]) {
		t.aside++
		return
	}
	if f.Level == checker.Error {
		t.errors++
		t.open[fingerprint] = f.Rule + "\t" + f.Text
	}
	key := f.Rule
	if f.Pack != "" {
		key += " " + f.Pack
	}
	if t.words {
		key += " " + f.Text
	}
	r := t.rows[key+f.Level.String()]
	if r == nil {
		r = &row{key: key, level: f.Level}
		t.rows[key+f.Level.String()] = r
	}
	r.count++
	h := fnv.New64a()
	h.Write([]byte(f.Document + f.Start.String()))
	s := sample{h.Sum64(), fmt.Sprintf("%s %s[%s]%s → %q %s:%s", fingerprint, f.Before, f.Text, f.After, f.Suggestions(), filepath.Base(f.Document), f.Start)}
	r.samples = append(r.samples, s)
	slices.SortFunc(r.samples, func(a, b sample) int {
		if a.hash < b.hash {
			return -1
		}
		return 1
	})
	r.samples = r.samples[:min(len(r.samples), t.samples)]
}

// printRows prints what is to be looked at; whoever has done so adds the rows to reviewed.tsv and
// writes the reason.
func (t *tally) printRows() {
	for _, fingerprint := range slices.Sorted(maps.Keys(t.open)) {
		fmt.Printf("%s\t%s\n", fingerprint, strings.ReplaceAll(t.open[fingerprint], "\n", "⏎"))
	}
}

func (t *tally) print(took time.Duration) {
	rows := make([]*row, 0, len(t.rows))
	for _, r := range t.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b *row) int {
		if a.level != b.level {
			return int(b.level) - int(a.level)
		}
		if a.count != b.count {
			return b.count - a.count
		}
		return strings.Compare(a.key, b.key)
	})
	per := func(n int) float64 { return float64(n) * 10000 / float64(max(1, t.stats.Runes)) }
	fmt.Printf("%d documents, %d characters, %.0f MB of text, %.1f s\n", t.stats.Documents, t.stats.Runes, float64(t.stats.Bytes)/1e6, took.Seconds())
	totals := map[checker.Level]int{}
	for _, r := range rows {
		totals[r.level] += r.count
	}
	for _, l := range []checker.Level{checker.Error, checker.Warning, checker.Info} {
		fmt.Printf("%-8s %8d  %.3f per 10,000 characters\n", l, totals[l], per(totals[l]))
	}
	fmt.Printf("reviewed %8d  real mistakes in the text, looked at one by one\n", t.known)
	fmt.Printf("set aside%8d  below error, for a reason that explained.tsv gives\n\n", t.aside)
	for _, r := range rows {
		fmt.Printf("%-8s %8d  %.4f  %s\n", r.level, r.count, per(r.count), r.key)
		for _, s := range r.samples {
			fmt.Printf("         %s\n", strings.ReplaceAll(s.text, "\n", "⏎"))
		}
	}
	for _, f := range t.failed {
		fmt.Println("could not check", f)
	}
}
