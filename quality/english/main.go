// English measures how many misspelt English words typo/english finds. It takes the words of the project's own English texts,
// misspells each and puts it into a Chinese sentence: as the list knows it, and by slips of the hand of four kinds. It also
// puts every word in as it is, and counts what is found in drafts as they are.
//
//	go run ./quality/english -shared ../shared
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/golangci/misspell"

	"proofcheck/checker"
	"proofcheck/formats"
)

func main() {
	log.SetFlags(0)
	shared := flag.String("shared", "../shared", "folder with corpus/drafts/, for the count of what is found in drafts as they are")
	texts := flag.String("texts", "docs/*.md", "English texts whose words are misspelt")
	show := flag.Int("show", 0, "misses of each kind to print")
	flag.Parse()
	c, err := checker.New(checker.Options{Only: []string{"typo/english"}})
	if err != nil {
		log.Fatal(err)
	}
	words, err := vocabulary(*texts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d different words of the texts\n\n", len(words))
	fmt.Println("| word | planted | found | with the right word first | share found |\n|---|---|---|---|---|")
	for _, kind := range kinds(words) {
		planted, found, right, shown := 0, 0, 0, 0
		for _, word := range words {
			for _, written := range kind.make(word) {
				planted++
				first, ok := look(c, "本节说明 "+written+" 的用法。")
				switch {
				case ok && strings.EqualFold(first, word):
					found, right = found+1, right+1
				case ok:
					found++
				case shown < *show:
					shown++
					fmt.Println("  not found:", written)
				}
			}
		}
		fmt.Printf("| %s | %d | %d | %d | %.3f |\n", kind.name, planted, found, right, float64(found)/float64(max(planted, 1)))
	}
	if err := drafts(c, filepath.Join(*shared, "corpus", "drafts")); err != nil {
		log.Fatal(err)
	}
}

var (
	plain  = regexp.MustCompile(`(?:^|[ (])([a-z]{4,24})(?:[ ,.;:)]|$)`)
	noText = regexp.MustCompile("(?s)```.*?```|`[^`]*`|\\]\\([^)]*\\)")
)

// vocabulary returns the different English words of the texts, in order; those that are also parts of other languages'
// texts or code are few.
func vocabulary(pattern string) ([]string, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(f, ".zh.md") {
			continue
		}
		for _, m := range plain.FindAllStringSubmatch(noText.ReplaceAllString(string(b), " "), -1) {
			known[m[1]] = true
		}
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("no English words in %s", pattern)
	}
	return slices.Sorted(maps.Keys(known)), nil
}

// A kind makes misspellings of a word.
type kind struct {
	name string
	make func(word string) []string
}

func kinds(words []string) []kind {
	right := map[string]bool{}
	for _, w := range words {
		right[w] = true
	}

	known := map[string][]string{}
	for i := 0; i+1 < len(misspell.DictMain); i += 2 {
		wrong, right := misspell.DictMain[i], misspell.DictMain[i+1]
		known[right] = append(known[right], wrong)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	slip := func(f func(w string, at int) string) func(string) []string {
		return func(w string) []string {
			wrong := f(w, 1+rng.IntN(len(w)-2))
			if right[wrong] {
				return nil // the slip made another word, or none
			}
			return []string{wrong}
		}
	}
	return []kind{
		{"as it is", func(w string) []string { return []string{w} }},
		{"misspelt as the list knows it", func(w string) []string { return known[w] }},
		{"two letters swapped", slip(func(w string, at int) string { return w[:at] + w[at+1:at+2] + w[at:at+1] + w[at+2:] })},
		{"a letter missing", slip(func(w string, at int) string { return w[:at] + w[at+1:] })},
		{"a letter doubled", slip(func(w string, at int) string { return w[:at] + w[at:at+1] + w[at:] })},
		{"another letter", slip(func(w string, at int) string { return w[:at] + string('a'+rune(rng.IntN(26))) + w[at+1:] })},
	}
}

// look checks a sentence and returns the first suggestion, and whether anything was found.
func look(c *checker.Checker, text string) (string, bool) {
	doc := formats.Text.Split("sentence.txt", strings.NewReader(text), formats.Options{})
	for f, err := range c.Check(context.Background(), doc, nil) {
		if err != nil {
			log.Fatal(err)
		}
		return append(f.Suggestions(), "")[0], true
	}
	return "", false
}

// drafts prints what is found in drafts as they are.
func drafts(c *checker.Checker, root string) error {
	if _, err := os.Stat(root); err != nil {
		fmt.Printf("\nno drafts in %s\n", root)
		return nil
	}
	stats := &checker.Stats{}
	found := 0
	fmt.Println()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		f := formats.ByName(path)
		if err != nil || d.IsDir() || f == nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		for finding, err := range c.Check(context.Background(), f.Split(path, in, formats.Options{}), stats) {
			if err != nil {
				return err
			}
			found++
			fmt.Printf("found in %s:%d: %s → %v (%s)\n", filepath.Base(path), finding.Start.Line, finding.Text, finding.Suggestions(), finding.Level)
		}
		return nil
	})
	fmt.Printf("\n%d found in %d drafts of %d characters\n", found, stats.Documents, stats.Runes)
	return err
}
