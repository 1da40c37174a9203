// Typo measures the detector of wrong characters: precision and recall on files of errors, false
// alarms on clean text, whether its confidence is a probability, and where it goes wrong.
//
//	go run ./quality/typo [-model file] [-clean] [-worst n] [file.tsv ...]
//
// A file holds a sentence as written, a tab, and the sentence as meant on each line. Without files
// it takes those of the evaluation folder of the shared data.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"proofcheck/typo"
)

func main() {
	shared := flag.String("shared", "../shared", "folder of the evaluation sets and of clean text")
	model := flag.String("model", "", "model file; without one, the embedded model")
	clean := flag.Bool("clean", true, "measure false alarms on the tenth of the clean text that the model never saw")
	lines := flag.Int("lines", 20_000, "lines of clean text to read")
	worst := flag.Int("worst", 0, "print so many of the most confident wrong findings, and as many misses")
	unread := flag.Bool("unread", false, "print only the findings in clean text that nobody has looked at, for reviewed.tsv")
	verbose := flag.Bool("v", false, "print reliability and kinds for every file")
	pairs := flag.Bool("pairs", false, "print only how often the models of pairs are right in that tenth, the commonest pairs first")
	flag.Parse()
	w := bufio.NewWriter(os.Stdout)
	if *pairs {
		printed(w, printPairs(w, *shared, *model, *lines))
		return
	}
	printed(w, run(w, *shared, *model, flag.Args(), options{*clean, *lines, *worst, *verbose, *unread}))
}

// printed ends the program if there was an error.
func printed(w *bufio.Writer, err error) {
	w.Flush()
	if err != nil {
		fmt.Fprintln(os.Stderr, "typo:", err)
		os.Exit(1)
	}
}

type options struct {
	clean   bool
	lines   int
	worst   int
	verbose bool
	unread  bool
}

func run(w *bufio.Writer, shared, model string, files []string, opt options) error {
	m, err := open(model)
	if err != nil {
		return err
	}
	list, err := verdicts(reviewed)
	if err != nil {
		return err
	}
	if opt.unread {
		all, err := measureClean(m, shared, opt.lines)
		printUnread(w, all, list)
		return err
	}
	if len(files) == 0 {
		if files, err = filepath.Glob(filepath.Join(shared, "eval", "*.tsv")); err != nil {
			return err
		}
		slices.Sort(files)
	}
	var sets []*figures
	for _, name := range files {
		pairs, err := readPairs(name)
		if err != nil {
			return err
		}
		f := measure(m, filepath.Base(name), pairs)
		sets = append(sets, f)
		if same := sameLength(pairs); len(same) < len(pairs) {
			sets = append(sets, measure(m, f.name+" (same length)", same))
		}
	}
	printSets(w, sets)
	for _, f := range sets {
		if opt.verbose && f.errors > 0 {
			printReliability(w, f)
			printKinds(w, f)
		}
		printWorst(w, f, opt.worst)
	}
	if !opt.clean {
		return nil
	}
	all, err := measureClean(m, shared, opt.lines)
	if err != nil {
		return err
	}
	printClean(w, all, list)
	printTrade(w, sets, all)
	for _, f := range all {
		printWorst(w, f, opt.worst)
	}
	return nil
}

// measureClean returns what is found in clean text.
func measureClean(m *typo.Model, shared string, lines int) ([]*figures, error) {
	texts, err := cleanText(shared, lines)
	var all []*figures
	for _, t := range texts {
		all = append(all, measure(m, t.name, t.pairs))
	}
	return all, err
}

func open(name string) (*typo.Model, error) {
	if name == "" {
		return typo.Embedded(), nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return typo.Open(string(data))
}
