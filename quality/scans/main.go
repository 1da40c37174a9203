// Command scans measures scans of made articles: the bare checker on the same text, a scan into an SQLite
// store, the same scan again, and a scan after ten words have been added to a lexicon. It fails when
// the store lacks one of the wrong words that the articles have, or is not sound. Times are of the
// processors (user and system), since other work disturbs the clock.
//
//	go run ./quality/scans -n 20000
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"proofcheck/batch"
	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/internal/usage"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

var terms = []string{"红头文件汇编本", "网格员积分", "旧版办事指南", "临时通行码", "健康宝弹窗", "互联网+监督", "三资清理", "五个一工程队", "百日攻坚赛", "投诉直通车"}

func main() {
	n := flag.Int("n", 20000, "number of articles")
	bare := flag.Bool("bare", true, "measure the bare checker too")
	folder := flag.String("dir", "", "folder for the store; a temporary one by default")
	input := flag.String("in", "", "read these files instead of made articles")
	flag.Parse()
	if *folder == "" {
		dir, err := os.MkdirTemp("", "scans")
		if err != nil {
			log.Fatal(err)
		}
		defer os.RemoveAll(dir)
		*folder = dir
	}
	if err := measure(*n, *bare, *folder, *input); err != nil {
		log.Fatal(err)
	}
}

// made is a source of made articles, or of files.
func made(ctx context.Context, n int, input string) (*batch.Source, error) {
	if input != "" {
		return batch.Open(ctx, input, batch.SourceOptions{})
	}
	return &batch.Source{Name: "made", Records: func(ctx context.Context, cursor string) iter.Seq2[*batch.Record, error] {
		return func(yield func(*batch.Record, error) bool) {
			from := 0
			fmt.Sscan(cursor, &from)
			for i := from; i < n && ctx.Err() == nil; i++ {
				a := articles.Make(i)
				r := &batch.Record{Key: a.Name, Format: formats.ByName(a.Name), Content: []byte(a.Text), Size: int64(len(a.Text)), Cursor: fmt.Sprint(i + 1)}
				if !yield(r, nil) {
					return
				}
			}
		}
	}}, nil
}

func measure(n int, bare bool, dir, input string) error {
	ctx := context.Background()
	x, err := examiner(nil)
	if err != nil {
		return err
	}
	var check span
	if bare {
		src, err := made(ctx, n, input)
		if err != nil {
			return err
		}
		if check, err = timed(func() error { return bareCheck(ctx, x.Checker, src) }); err != nil {
			return err
		}
		fmt.Printf("bare checker: %v\n", check)
	}
	// What making and reading the articles takes is in none of the ratios.
	reading, err := timed(func() error {
		src, err := made(ctx, n, input)
		if err != nil {
			return err
		}
		for r, err := range src.Records(ctx, "") {
			if err != nil {
				return err
			}
			if r.Open != nil {
				in, err := r.Open()
				if err != nil {
					return err
				}
				io.Copy(io.Discard, in)
				in.Close()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("reading alone: %v\n", reading)
	s, err := store.Open(ctx, filepath.Join(dir, "scans.db"))
	if err != nil {
		return err
	}
	defer s.Close()
	scan := func(name string, x *batch.Examiner, sets ...*lexicon.Set) (span, error) {
		src, err := made(ctx, n, input)
		if err != nil {
			return 0, err
		}
		var out *batch.Outcome
		t, err := timed(func() (err error) {
			out, err = (&batch.Scan{Store: s, Sources: []*batch.Source{src}, Examiner: x, Lexicons: append([]*lexicon.Set{lexicon.Builtin()}, sets...)}).Run(ctx)
			return err
		})
		if err != nil {
			return t, err
		}
		c := out.Run.Counts
		fmt.Printf("%s: %v; %d records, %d checked, %d unchanged, %d untouched, %.1f MB, %d errors\n", name, t, c.Documents, c.Checked, c.Unchanged, c.Untouched, float64(c.Bytes)/1e6, c.Errors)
		return t, nil
	}
	first, err := scan("scan", x)
	if err != nil {
		return err
	}
	if bare {
		fmt.Printf("  %.3f of the bare checker\n", (first-reading).seconds()/(check-reading).seconds())
	}
	if input == "" {
		if err := planted(ctx, s, n); err != nil {
			return err
		}
	}
	second, err := scan("again", x)
	if err != nil {
		return err
	}
	fmt.Printf("  %.1f times faster, %.1f without reading\n", first.seconds()/second.seconds(), (first-reading).seconds()/(second-reading).seconds())
	var entries []lexicon.Entry
	for _, t := range terms {
		entries = append(entries, lexicon.Entry{Form: t, Category: lexicon.Sensitive, Level: lexicon.Warning, Pack: "mine"})
	}
	set, err := lexicon.Compile(entries)
	if err != nil {
		return err
	}
	if x, err = examiner(set); err != nil {
		return err
	}
	third, err := scan("ten words added", x, set)
	if err != nil {
		return err
	}
	fmt.Printf("  %.1f times faster, %.1f without reading\n", first.seconds()/third.seconds(), (first-reading).seconds()/(third-reading).seconds())
	if err := s.Check(ctx); err != nil {
		return err
	}
	resident := usage.Resident() >> 20
	if info, err := os.Stat(filepath.Join(dir, "scans.db")); err == nil {
		fmt.Printf("store %.1f MB, %.0f bytes a record; ", float64(info.Size())/1e6, float64(info.Size())/float64(n))
	}
	fmt.Printf("resident %d MiB at most\n", resident)
	if resident > 300 {
		return fmt.Errorf("more than 300 MiB")
	}
	return nil
}

func examiner(set *lexicon.Set) (*batch.Examiner, error) {
	opt := checker.Options{Date: 20240101, Links: checker.Links{Inspector: links.NewInspector(links.Options{})}}
	x := &batch.Examiner{Ruleset: store.Ruleset{Tool: "measure", Rules: "all", Lexicons: []string{lexicon.Builtin().Hash()}}}
	if set != nil {
		opt.Lexicons = []*lexicon.Set{set}
		x.Ruleset.Lexicons = append(x.Ruleset.Lexicons, set.Hash())
	}
	var err error
	x.Checker, err = checker.New(opt)
	return x, err
}

// bareCheck checks the records of a source and keeps nothing.
func bareCheck(ctx context.Context, c *checker.Checker, src *batch.Source) error {
	work := make(chan *batch.Record, 64)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for r := range work {
				if err := bareRecord(ctx, c, r); err != nil {
					log.Print(err)
				}
			}
		})
	}
	for r, err := range src.Records(ctx, "") {
		if err != nil {
			return err
		}
		work <- r
	}
	close(work)
	group.Wait()
	return nil
}

func bareRecord(ctx context.Context, c *checker.Checker, r *batch.Record) error {
	var in io.Reader = strings.NewReader(string(r.Content))
	if r.Open != nil {
		f, err := r.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	for _, err := range c.Check(ctx, r.Format.Split(r.Key, in, formats.Options{Elements: c.Elements()}), nil) {
		if err != nil {
			return err
		}
	}
	return nil
}

// planted fails when a wrong word is not in the store.
func planted(ctx context.Context, s *store.Store, n int) error {
	want := map[string]int{}
	total := 0
	for i := range n {
		a := articles.Make(i)
		for _, w := range a.Wrong {
			want[a.Name+"\x00"+w]++
			total++
		}
	}
	found := 0
	for r, err := range s.Findings(ctx, store.Filter{Rules: []string{"typo/word"}}) {
		if err != nil {
			return err
		}
		key := r.Document.Key + "\x00" + r.Finding.Text
		if want[key] > 0 {
			want[key]--
			found++
		}
	}
	fmt.Printf("  wrong words in the store: %d of %d\n", found, total)
	if found != total {
		return fmt.Errorf("%d wrong words are not in the store", total-found)
	}
	return nil
}

// span is time of the processors.
type span time.Duration

func (s span) seconds() float64 { return max(time.Duration(s).Seconds(), 1e-9) }

// String returns seconds.
func (s span) String() string {
	return fmt.Sprintf("%.2f s of the processors", time.Duration(s).Seconds())
}

func timed(f func() error) (span, error) {
	before := processors()
	err := f()
	return span(processors() - before), err
}

func processors() time.Duration { return time.Duration(usage.Seconds() * float64(time.Second)) }
