package typo

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed spellings.tsv
var spellingsList string

// A spellingTable is what spellings.tsv lists.
type spellingTable struct {
	pairs  map[[2]string]bool // words that are written either way, in both orders
	phrase map[string]bool    // what is right as it stands
}

var spellings = sync.OnceValue(func() spellingTable {
	t := spellingTable{map[[2]string]bool{}, map[string]bool{}}
	for line := range strings.Lines(spellingsList) {
		line = strings.TrimSpace(line)
		a, b, isPair := strings.Cut(line, "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case isPair:
			t.pairs[[2]string{a, b}], t.pairs[[2]string{b, a}] = true, true
		default:
			t.phrase[a] = true
		}
	}
	return t
})

// eitherWay reports whether a candidate writes a word of two characters in the other of its two ways.
func (d *Detector) eitherWay(c *candidate) bool {
	if c.n != c.m || c.n > 2 {
		return false
	}
	ids, m := d.ids, d.m
	is := func(was, with []token) bool { return spellings().pairs[[2]string{m.text(was), m.text(with)}] }
	i := c.start
	if c.n == 2 {
		return is(ids[i:i+2], c.with[:2])
	}
	return is(ids[i-1:i+1], []token{ids[i-1], c.with[0]}) || is(ids[i:i+2], []token{c.with[0], ids[i+1]})
}
