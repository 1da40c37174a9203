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

// readPairs reads an error set: wrong, tab, right, a sentence a line. If every is not zero, so is
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
		out = append(out, pair{wrong, right})
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

// A judge tells which changes of the wrong side of a pair are right.
type judge struct {
	pair
	same   bool         // the sides are of the same length
	truth  map[int]rune // of sides of the same length
	meant  []rune
	errors int // characters to change, add or drop
	room   [2][]int
}

func newJudge(p pair) *judge {
	j := &judge{pair: p, meant: []rune(p.right)}
	if p.wrong == p.right {
		return j
	}
	if j.same = utf8.RuneCountInString(p.wrong) == len(j.meant); j.same {
		j.truth = p.truth()
	}
	j.errors = j.distance([]rune(p.wrong), j.meant, max(len(j.meant), len(p.wrong)))
	return j
}

// right reports whether everything that replacing wrong[start:end] by with changes was meant.
func (j *judge) right(start, end int, with string) bool {
	if j.errors == 0 {
		return false
	}
	was := []rune(j.wrong[start:end])
	to := []rune(with)
	if j.same && len(was) == len(to) {
		wrongs, at := 0, start
		for k, r := range was {
			if meant, ok := j.truth[at]; ok {
				if wrongs++; meant != to[k] {
					return false
				}
			} else if r != to[k] {
				return false
			}
			at += utf8.RuneLen(r)
		}
		return wrongs > 0
	}
	own := j.distance(was, to, len(was)+len(to))
	left := j.errors - own
	return own > 0 && left >= 0 && j.distance([]rune(j.wrong[:start]+with+j.wrong[end:]), j.meant, left) <= left
}

// distance returns how many characters must be changed, added or dropped to make b of a, or any
// larger number than most if it is more than that.
func (j *judge) distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	for k := range j.room {
		j.room[k] = append(j.room[k][:0], make([]int, len(b)+1)...)
	}
	row, next := j.room[0], j.room[1]
	for k := range row {
		row[k] = k
	}
	for i, r := range a {
		for k := range next {
			next[k] = most + 1
		}
		if i+1 <= most {
			next[0] = i + 1
		}
		for k := max(0, i-most); k < min(len(b), i+most+1); k++ {
			d := row[k]
			if b[k] != r {
				d++
			}
			d = min(d, next[k]+1)
			if k < i+most {
				d = min(d, row[k+1]+1)
			}
			next[k+1] = d
		}
		row, next = next, row
	}
	return row[len(b)]
}
