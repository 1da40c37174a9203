package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"proofcheck/typo"
)

// A pair is a sentence as written and as meant.
type pair struct{ wrong, right string }

func readPairs(name string) ([]pair, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []pair
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		wrong, right, ok := strings.Cut(scan.Text(), "\t")
		if !ok {
			return nil, fmt.Errorf("%s:%d: no tab", name, n)
		}
		out = append(out, pair{wrong, right})
	}
	return out, scan.Err()
}

// sameLength returns the pairs without a missing or surplus character.
func sameLength(pairs []pair) []pair {
	var out []pair
	for _, p := range pairs {
		if characters(p.wrong) == characters(p.right) {
			out = append(out, p)
		}
	}
	return out
}

// An edit is what was meant in place of wrong[start:end].
type edit struct {
	start, end int
	meant      string
}

// edits aligns the sides of a pair by the fewest insertions, deletions and replacements of
// characters, and returns these one by one.
func (p pair) edits() []edit {
	if p.wrong == p.right {
		return nil
	}
	a, b := []rune(p.wrong), []rune(p.right)
	at := make([]int, 0, len(a)+1)
	for i := range p.wrong {
		at = append(at, i)
	}
	at = append(at, len(p.wrong))
	var out []edit
	if len(a) == len(b) {
		for i := range a {
			if a[i] != b[i] {
				out = append(out, edit{at[i], at[i+1], string(b[i])})
			}
		}
		return out
	}
	cost := make([][]int, len(a)+1)
	for i := range cost {
		cost[i] = make([]int, len(b)+1)
		for j := range cost[i] {
			switch {
			case i == 0:
				cost[i][j] = j
			case j == 0:
				cost[i][j] = i
			default:
				same := cost[i-1][j-1]
				if a[i-1] != b[j-1] {
					same++
				}
				cost[i][j] = min(same, cost[i-1][j]+1, cost[i][j-1]+1)
			}
		}
	}
	for i, j := len(a), len(b); i > 0 || j > 0; {
		switch {
		case i > 0 && j > 0 && a[i-1] == b[j-1] && cost[i][j] == cost[i-1][j-1]:
			i, j = i-1, j-1
		case i > 0 && j > 0 && cost[i][j] == cost[i-1][j-1]+1:
			i, j = i-1, j-1
			out = append(out, edit{at[i], at[i+1], string(b[j])})
		case i > 0 && cost[i][j] == cost[i-1][j]+1:
			i--
			out = append(out, edit{at[i], at[i+1], ""})
		default:
			j--
			out = append(out, edit{at[i], at[i], string(b[j])})
		}
	}
	slices.Reverse(out)
	return out
}

// A text is clean text of one kind.
type text struct {
	name  string
	pairs []pair
}

// cleanText returns lines of the corpus that were never counted nor taught, spread evenly.
func cleanText(shared string, most int) ([]text, error) {
	files, err := filepath.Glob(filepath.Join(shared, "corpus", "text", "*.txt"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []text
	total := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t := text{name: filepath.Base(name)}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && typo.FoldOf(line) == typo.Measured {
				t.pairs = append(t.pairs, pair{line, line})
			}
		}
		total += len(t.pairs)
		out = append(out, t)
	}
	for i := range out {
		var kept []pair
		n := 0
		for k, p := range out[i].pairs {
			if (k+1)*most/max(total, most) > n {
				n++
				kept = append(kept, p)
			}
		}
		out[i].pairs = kept
	}
	return out, nil
}

func characters(s string) int { return utf8.RuneCountInString(s) }
