// Measure says how good the findings are: on evaluation sets of sentences with and without errors, and on clean
// text. It writes docs/QUALITY.md.
//
//	go run ./quality/measure -shared ../shared -out docs/QUALITY.md
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/formats"
)

func main() {
	log.SetFlags(0)
	shared := flag.String("shared", "../shared", "folder with eval/ and corpus/")
	out := flag.String("out", "", "file to write; standard output without")
	quick := flag.Bool("quick", false, "leave out the clean text")
	flag.BoolVar(&verbose, "v", false, "list the errors that count as wrong, on standard error")
	flag.Parse()
	var b strings.Builder
	fmt.Fprintf(&b, "# Quality\n\nWritten by `make quality` on %s. The sets and texts are not part of the project.\n\n", time.Now().UTC().Format("2006-01-02"))
	if err := sets(&b, *shared); err != nil {
		log.Fatal(err)
	}
	b.WriteString("## The statistical detector, `typo/context`, by itself\n\n")
	b.WriteString("`go run ./quality/typo`: best F1 of correction by character and what the levels of the detector give. The rule\nreports its errors as warnings.\n\n")
	if err := run(&b, "go", "run", "./quality/typo", "-shared", *shared); err != nil {
		log.Fatal(err)
	}
	if !*quick {
		b.WriteString("\n## Clean text and real drafts\n\n")
		b.WriteString("`make falsealarms`: findings of all rules on laws, news, documentation and titles. Errors were looked at one by one;\nwhat is a real mistake is counted as reviewed.\n\n```text\n")
		if err := run(&b, "go", "run", "./quality/falsealarms", "-shared", *shared, "-samples", "0"); err != nil {
			log.Print(err)
		}
		b.WriteString("```\n")
	}
	if *out == "" {
		fmt.Print(b.String())
		return
	}
	if err := os.WriteFile(*out, []byte(b.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

func run(b *strings.Builder, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = b, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// sets measures the checker on sentences with their corrections, with lexicons and rules alone and with everything.
func sets(b *strings.Builder, shared string) error {
	names, err := filepath.Glob(filepath.Join(shared, "eval", "*.tsv"))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no sets in %s: %v", shared, err)
	}
	for _, mode := range []struct {
		title string
		opt   checker.Options
	}{
		{"Lexicons and rules alone", checker.Options{Only: []string{"typo", "expression/doubled-word"}, Skip: []string{"typo/context"}, MinLevel: checker.Warning}},
		{"Everything", checker.Options{Only: []string{"typo", "expression/doubled-word"}, MinLevel: checker.Warning}},
	} {
		c, err := checker.New(mode.opt)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "## %s\n\nFindings of category typo, on sentences with errors. A finding counts as right where the set changes the text, as\nmended when its first suggestion is what the set has.\n\n", mode.title)
		b.WriteString("| set | sentences | places changed | errors: right / wrong | precision | all: right / wrong | precision | mended | recall | clean sentences touched |\n|---|---|---|---|---|---|---|---|---|---|\n")
		var sum score
		for _, name := range names {
			s, err := measure(c, name)
			if err != nil {
				return err
			}
			s.row(b, strings.TrimSuffix(filepath.Base(name), ".tsv"))
			sum.add(s)
		}
		sum.row(b, "all")
		b.WriteByte('\n')
	}
	return nil
}

var verbose bool

// A score counts findings on one set.
type score struct {
	sentences, clean, touched int
	changed, found            int    // places of the text that the set changes, and those of them with a finding
	right, wrong              [2]int // findings: of level error, of any
	mended                    int
}

func (s *score) add(o score) {
	s.sentences += o.sentences
	s.clean += o.clean
	s.touched += o.touched
	s.changed += o.changed
	s.found += o.found
	s.mended += o.mended
	for i := range s.right {
		s.right[i] += o.right[i]
		s.wrong[i] += o.wrong[i]
	}
}

func (s *score) row(b *strings.Builder, name string) {
	share := func(a, n int) string {
		if n == 0 {
			return "–"
		}
		return fmt.Sprintf("%.3f", float64(a)/float64(n))
	}
	fmt.Fprintf(b, "| %s | %d | %d | %d / %d | %s | %d / %d | %s | %d | %s | %s |\n", name, s.sentences, s.changed,
		s.right[0], s.wrong[0], share(s.right[0], s.right[0]+s.wrong[0]), s.right[1], s.wrong[1], share(s.right[1], s.right[1]+s.wrong[1]),
		s.mended, share(s.found, s.changed), share(s.touched, s.clean))
}

// measure checks the sentences of a file: source, tab, target.
func measure(c *checker.Checker, name string) (score, error) {
	var s score
	f, err := os.Open(name)
	if err != nil {
		return s, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		from, to, ok := strings.Cut(strings.TrimRight(in.Text(), "\r"), "\t")
		// Sentences of another length are about missing and additional words.
		if !ok || utf8.RuneCountInString(from) != utf8.RuneCountInString(to) {
			continue
		}
		if err := s.sentence(c, []rune(from), []rune(to)); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, in.Err()
}

func (s *score) sentence(c *checker.Checker, from, to []rune) error {
	s.sentences++
	changed := map[int]bool{}
	for i := range from {
		if from[i] != to[i] {
			changed[i] = true
		}
	}
	s.changed += len(changed)
	found := map[int]bool{}
	count := 0
	doc := formats.Text.Split("sentence", strings.NewReader(string(from)), formats.Options{})
	for f, err := range c.Check(context.Background(), doc, nil) {
		if err != nil {
			return err
		}
		count++
		start := f.Start.Column - 1
		end := start + utf8.RuneCountInString(f.Text)
		right := false
		for i := start; i < min(end, len(from)); i++ {
			if changed[i] {
				right, found[i] = true, true
			}
		}
		if right && len(f.Fixes) > 0 && end <= len(to) && slices.Contains(f.Suggestions()[:1], string(to[start:end])) {
			s.mended++
		}
		for k, counts := range [2]bool{f.Level == checker.Error, true} {
			if counts && right {
				s.right[k]++
			} else if counts {
				s.wrong[k]++
				if verbose && k == 0 {
					log.Printf("%s[%s]%s → %q %s", f.Before, f.Text, f.After, f.Suggestions(), f.Rule)
				}
			}
		}
	}
	s.found += len(found)
	if len(changed) == 0 {
		s.clean++
		if count > 0 {
			s.touched++
		}
	}
	return nil
}
