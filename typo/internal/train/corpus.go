package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"proofcheck/typo"
)

// A corpus is the clean text, a paragraph a line.
type corpus struct {
	files  []string
	folder string
	folds  []typo.Fold // whose lines are counted
}

// news are the files that a second set of counts leaves out, so that the scorer sees text of a kind
// that was not counted: most drafts are such text.
var news = []string{"cctv_news.txt", "thucnews_titles.txt", "xwlb_2012_2021.txt"}

// openCorpus lists the files of the corpus but some; the lines of folds are to be counted.
func openCorpus(shared string, except []string, folds ...typo.Fold) (*corpus, error) {
	folder := filepath.Join(shared, "corpus", "text")
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no text in %s", folder)
	}
	slices.Sort(files)
	files = slices.DeleteFunc(files, func(f string) bool { return slices.Contains(except, filepath.Base(f)) })
	return &corpus{files, folder, folds}, err
}

// lines calls yield for each line of some folds.
func (c *corpus) lines(folds []typo.Fold, yield func(file, line string) error) error {
	for _, name := range c.files {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		scan := bufio.NewScanner(file)
		scan.Buffer(nil, 1<<26)
		for scan.Scan() {
			if line := strings.TrimSpace(scan.Text()); line != "" && slices.Contains(folds, typo.FoldOf(line)) {
				if err := yield(filepath.Base(name), line); err != nil {
					file.Close()
					return err
				}
			}
		}
		file.Close()
		if err := scan.Err(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// A vocabulary numbers the characters, the commonest first.
type vocabulary struct {
	typo.Vocabulary
	chars []rune // of each token; 0 for those that are no characters
}

const (
	hanFirst   = 16
	blockFirst = 0x3400
	blockLast  = 0x9fff
)

func isHan(r rune) bool { return r >= blockFirst && r <= blockLast }

func (c *corpus) vocabulary(standard map[rune]bool) (*vocabulary, error) {
	count := make([]int, blockLast+1)
	for r := range standard {
		if isHan(r) {
			count[r]++
		}
	}
	err := c.lines(c.folds, func(_, line string) error {
		for _, r := range line {
			if isHan(r) {
				count[r]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	v := &vocabulary{chars: make([]rune, hanFirst)}
	for r, n := range count {
		if n > 0 {
			v.chars = append(v.chars, rune(r))
		}
	}
	slices.SortStableFunc(v.chars[hanFirst:], func(a, b rune) int { return count[b] - count[a] })
	if len(v.chars) > typo.Radix {
		v.chars = v.chars[:typo.Radix]
	}
	ids := make([]byte, 2*(blockLast-blockFirst+1))
	for i := range len(ids) / 2 {
		ids[2*i] = 1 // unknown
	}
	for t, r := range v.chars {
		if r != 0 {
			ids[2*(r-blockFirst)], ids[2*(r-blockFirst)+1] = byte(t), byte(t>>8)
		}
	}
	v.Vocabulary = typo.Vocabulary(ids)
	return v, nil
}

// token returns the number of a character, or 1 if it has none.
func (v *vocabulary) token(r rune) uint16 {
	if !isHan(r) {
		return 1
	}
	i := 2 * (r - blockFirst)
	return uint16(v.Vocabulary[i]) | uint16(v.Vocabulary[i+1])<<8
}

// word returns the tokens of a word, nil if the model lacks one of its characters.
func (v *vocabulary) word(s string) []uint16 {
	var ids []uint16
	for _, r := range s {
		t := v.token(r)
		if t < hanFirst {
			return nil
		}
		ids = append(ids, t)
	}
	return ids
}

// stream returns the tokens of all counted text, with boundaries between the lines.
func (c *corpus) stream(v *vocabulary) ([]uint16, error) {
	var out []uint16
	var ids []uint16
	var at []int32
	err := c.lines(c.folds, func(_, line string) error {
		ids, at = v.Tokens(line, ids[:0], at[:0])
		out = append(out, 0)
		for _, t := range ids {
			if t != 0 || out[len(out)-1] != 0 {
				out = append(out, t)
			}
		}
		if out[len(out)-1] == 0 {
			out = out[:len(out)-1]
		}
		return nil
	})
	return append(out, 0), err
}
