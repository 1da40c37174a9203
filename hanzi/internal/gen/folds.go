package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed radicals.tsv
var radicals string

//go:embed lookalikes.tsv
var lookalikes string

// compat writes the unified ideographs of radicals and compatibility ideographs: U+2E80 to U+2FD5,
// U+F900 to U+FAFF, U+2F800 to U+2FA1D.
func (g *generator) compat() {
	unified := map[rune]rune{}
	rows(radicals, func(a, b string) { unified[first(a)] = first(b) })
	var out []byte
	for _, block := range [][2]rune{{0x2E80, 0x2FD5}, {0xF900, 0xFAFF}, {0x2F800, 0x2FA1D}} {
		for r := block[0]; r <= block[1]; r++ {
			to, ok := unified[r]
			if !ok {
				to = r
				if s := norm.NFKC.String(string(r)); utf8.RuneCountInString(s) == 1 {
					to = first(s)
				}
			}
			// What a radical stands for is the character that people write: ⻓ is 长, ⻔ is 门.
			out = put24(out, uint32(to))
		}
	}
	g.write("compat", out)
}

// lookalikes writes what letters and digits of other shapes are taken for.
func (g *generator) lookalikes() {
	table := map[rune]rune{}
	for _, block := range [][2]rune{{0x80, 0x24F}, {0x250, 0x36F}, {0x1D00, 0x1DFF}, {0x1E00, 0x1EFF}, {0x2070, 0x209F}, {0x2100, 0x214F}, {0x2150, 0x218F}, {0x2460, 0x24FF}, {0x3200, 0x33FF}, {0xFB00, 0xFB06}, {0x1D400, 0x1D7FF}, {0x1F100, 0x1F1FF}} {
		for r := block[0]; r <= block[1]; r++ {
			if to, ok := decomposed(r); ok {
				table[r] = to
			}
		}
	}
	rows(lookalikes, func(list, to string) {
		if a, b, ok := strings.Cut(list, "-"); ok {
			for r := first(a); r <= first(b); r++ {
				table[r] = first(to) + r - first(a)
			}
			return
		}
		for _, r := range list {
			table[r] = first(to)
		}
	})
	for r := rune(0x300); r <= 0x36F; r++ {
		table[r] = 0 // combining marks vanish
	}
	keys := slices.Sorted(maps.Keys(table))
	var from, to []byte
	for _, r := range keys {
		from = put24(from, uint32(r))
		to = put24(to, uint32(table[r]))
	}
	g.write("lookalike", append(from, to...))
}

// decomposed returns the one ASCII letter, digit or Chinese character that r consists of when marks,
// circles and styles are taken away.
func decomposed(r rune) (rune, bool) {
	if unicode.Is(unicode.Mn, r) {
		return 0, false
	}
	var out []rune
	for _, c := range norm.NFKD.String(string(r)) {
		if unicode.Is(unicode.Mn, c) || c == '(' || c == ')' || c == '.' || c == ',' {
			continue
		}
		out = append(out, unicode.ToLower(c))
	}
	if len(out) != 1 || out[0] == r {
		return 0, false
	}
	c := out[0]
	if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x4E00 && c <= 0x9FFF {
		return c, true
	}
	return 0, false
}

// rows calls f with the two cells of each row.
func rows(table string, f func(a, b string)) {
	in := bufio.NewScanner(strings.NewReader(table))
	for in.Scan() {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		a, b, ok := strings.Cut(line, "\t")
		if !ok {
			panic(fmt.Sprintf("no tab in %q", line))
		}
		f(a, b)
	}
}
