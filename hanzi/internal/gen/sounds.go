package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

func (g *generator) shapeConfusion() map[rune][]rune {
	raw := map[string][]string{}
	b, err := os.ReadFile(filepath.Join(g.dict, "ecspell_confusion", "shapeConfusion.json"))
	g.fail(err)
	if err == nil {
		g.fail(json.Unmarshal(b, &raw))
	}
	out := map[rune][]rune{}
	for _, k := range slices.Sorted(maps.Keys(raw)) {
		for _, v := range raw[k] {
			out[first(k)] = append(out[first(k)], first(v))
		}
	}
	return out
}

// plain takes the tone from a syllable; ü is written v.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case r == 0x308: // the dots of ü
			t := strings.TrimSuffix(b.String(), "u")
			b.Reset()
			b.WriteString(t + "v")
		}
	}
	return b.String()
}

const (
	manyReadings = 0x8000
	lastReading  = 0x8000
)

// sounds writes readings, syllables and their neighbours.
func (g *generator) sounds() {
	readings := map[rune][]string{}
	add := func(r rune, s string) {
		if s = plain(s); s != "" && len(s) <= 7 && !slices.Contains(readings[r], s) {
			readings[r] = append(readings[r], s)
		}
	}
	unihan := func(name string, most int) {
		g.lines("pinyin_data/"+name, func(line string) {
			code, rest, ok := strings.Cut(line, ":")
			code, ok2 := strings.CutPrefix(strings.TrimSpace(code), "U+")
			if !ok || !ok2 {
				return
			}
			n, err := strconv.ParseUint(code, 16, 32)
			if err != nil {
				return
			}
			rest, _, _ = strings.Cut(rest, "#")
			list := strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || r == ' ' })
			if g.row[rune(n)] == 0 && rune(n) != blockFirst {
				return
			}
			for i, s := range list {
				if i < most {
					add(rune(n), s)
				}
			}
		})
	}
	// The most used reading first, then those of the standard table, then the first of any other
	// character.
	unihan("kMandarin_8105.txt", 1)
	unihan("kHanyuPinlu.txt", 4)
	unihan("kTGHZ2013.txt", 4)
	unlisted := maps.Clone(readings)
	unihan("pinyin.txt", 1)
	for r := range readings {
		if known, ok := unlisted[r]; ok {
			readings[r] = known
		}
	}

	set := map[string]bool{}
	for _, list := range readings {
		for _, s := range list {
			set[s] = true
		}
	}
	syllables := append([]string{""}, slices.Sorted(maps.Keys(set))...)
	number := map[string]int{}
	var b []byte
	for i, s := range syllables {
		number[s] = i
		b = append(b, s...)
		b = append(b, make([]byte, 8-len(s))...)
	}
	g.write("syllable", b)

	g.writeReadings(readings, number)
	g.neighbours(syllables, number)

	// Characters by syllable: common ones first, those whose main reading it is before the others.
	by := make([][]rune, len(syllables))
	for _, r := range slices.Sorted(maps.Keys(readings)) {
		if g.norm.levels[r] > 0 {
			for _, s := range readings[r] {
				by[number[s]] = append(by[number[s]], r)
			}
		}
	}
	order := map[rune]int{}
	for i, s := range g.norm.List {
		order[first(s)] = i
	}
	rows := make([]string, len(syllables))
	for i, list := range by {
		main := func(r rune) int {
			if readings[r][0] == syllables[i] {
				return 0
			}
			return 1
		}
		slices.SortFunc(list, func(x, y rune) int {
			return cmp.Or(g.norm.levels[x]-g.norm.levels[y], main(x)-main(y), order[x]-order[y])
		})
		rows[i] = string(list)
	}
	g.write("sounding", dense(rows))
}

func (g *generator) writeReadings(readings map[rune][]string, number map[string]int) {
	var table, pool []byte
	for p := range g.places {
		list := readings[g.at(p)]
		switch len(list) {
		case 0:
			table = put16(table, 0)
		case 1:
			table = put16(table, number[list[0]])
		default:
			table = put16(table, manyReadings|len(pool)/2)
			for i, s := range list {
				n := number[s]
				if i == len(list)-1 {
					n |= lastReading
				}
				pool = put16(pool, n)
			}
		}
	}
	g.write("reading", table)
	g.write("readings", pool)
}

// neighbours writes which syllables are confused: z/zh c/ch s/sh, n/l/r, h/f, and the finals with n
// and ng.
func (g *generator) neighbours(syllables []string, number map[string]int) {
	classes := map[string][]int{}
	for i, s := range syllables {
		if i > 0 {
			classes[blur(s)] = append(classes[blur(s)], i)
		}
	}
	representative := make([]int, len(syllables))
	rows := make([]string, len(syllables))
	for _, class := range classes {
		for _, i := range class {
			representative[i] = class[0]
			var near []rune
			for _, k := range class {
				if k != i {
					near = append(near, rune(k))
				}
			}
			rows[i] = string(near)
		}
	}
	var b []byte
	for _, r := range representative {
		b = put16(b, r)
	}
	g.write("blur", b)
	g.write("near", dense(rows))
}

var blurred = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ang", "an", "eng", "en", "ing", "in")

func blur(s string) string {
	s = blurred.Replace(s)
	switch s[0] {
	case 'l', 'r':
		s = "n" + s[1:]
	case 'f':
		if len(s) > 1 && s[1] != 'u' || s == "fu" {
			s = "h" + s[1:]
		}
	}
	// fang is confused with huang, fei with hui, fan with huan.
	switch s {
	case "hua", "huan", "hui", "hun":
		s = map[string]string{"hua": "ha", "huan": "han", "hui": "hei", "hun": "hen"}[s]
	}
	return s
}
