package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// A pair is a sentence as written and as meant.
type pair struct{ wrong, right string }

// learnable are the error sets whose terms allow to train on them.
var learnable = []string{"cscd_ns_dev", "ecspell_law_train", "ecspell_odw_train"}

// readPairs reads an error set: wrong, tab, right, a sentence a line. Sentences whose sides differ
// in length are left out, since the scorer weighs substitutions alone. If every is not zero, so is
// a part of every so many lines, for cross-validation.
func readPairs(shared, name string, every, part int) ([]pair, error) {
	file, err := os.Open(filepath.Join(shared, "eval", name+".tsv"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []pair
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<20)
	for n := 0; scan.Scan(); n++ {
		if every > 0 && n%every == part {
			continue
		}
		wrong, right, ok := strings.Cut(scan.Text(), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: a line without a tab", name)
		}
		if utf8.RuneCountInString(wrong) == utf8.RuneCountInString(right) {
			out = append(out, pair{wrong, right})
		}
	}
	return out, scan.Err()
}

// truth maps the bytes of the wrong side at which something else was meant to what was meant.
func (p pair) truth() map[int]rune {
	meant := []rune(p.right)
	out := map[int]rune{}
	n := 0
	for i, r := range p.wrong {
		if n < len(meant) && meant[n] != r {
			out[i] = meant[n]
		}
		n++
	}
	return out
}
