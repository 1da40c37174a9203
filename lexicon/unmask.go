package lexicon

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"proofcheck/hanzi"
)

// A skeleton is a text reduced to the codes of its characters, three bytes each: what is in
// no word becomes one code foreign, what may stand between the characters of a word is left
// out, and a character that is repeated stands once.
type skeleton struct {
	text []byte
	runs []run // where each code comes from
}

// A run is the characters of the text that a code of the skeleton stands for.
type run struct {
	first, last int // where the first and the last of them begin
}

// reduce makes sk the skeleton of text.
func (d *disguises) reduce(sk *skeleton, text string) {
	sk.text, sk.runs = sk.text[:0], sk.runs[:0]
	last, between := foreign, 0
	put := func(c class, at int) {
		sk.text = utf8.AppendRune(sk.text, codeRune+rune(c))
		sk.runs = append(sk.runs, run{at, at})
		last, between = c, 0
	}
	for i, r := range text {
		switch c := d.class(r) &^ inDisguise; {
		case c >= firstCode:
			if c == last && between == 0 {
				sk.runs[len(sk.runs)-1].last = i
				continue
			}
			put(c, i)
		case c == unseen, last == foreign: // nothing, or nothing that could be parted
		case c == foreign, between == maxGap:
			put(foreign, i)
		default:
			between++
		}
	}
}

// unmask collects the entries that text has in disguise.
func (v *searched) unmask(sc *scratch, number int32, text string, date Date) {
	d := v.disguises
	d.reduce(&sc.skeleton, text)
	reduced, runs := sc.skeleton.text, sc.skeleton.runs
	// The string lives no longer than the call, and nobody writes to its bytes meanwhile.
	sc.raw = d.forms.AppendAll(sc.raw[:0], unsafe.String(unsafe.SliceData(reduced), len(reduced)))
	for _, m := range sc.raw {
		entry := int(le32(d.entries, 4*int(m.Word)))
		from := runs[min(m.Start/3, len(runs)-1)]
		start := from.last
		end, ok := v.disguised(sc, entry, text, start, date)
		if !ok && from.first < from.last {
			start = from.first
			end, ok = v.disguised(sc, entry, text, start, date)
		}
		if ok {
			sc.found = append(sc.found, candidate{start, end, number, int32(entry), true})
		}
	}
}

// settle leaves out what was found disguised where the same entry was found already, and
// puts the rest in order.
func settle(found []candidate) []candidate {
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(int(a.entry-b.entry), a.start-b.start, a.end-b.end)
	})
	kept := found[:0]
	for i, c := range found {
		if c.disguised {
			if k := len(kept); k > 0 && kept[k-1].entry == c.entry && kept[k-1].end > c.start {
				continue
			}
			if i+1 < len(found) && found[i+1].entry == c.entry && !found[i+1].disguised && found[i+1].start < c.end {
				continue
			}
		}
		kept = append(kept, c)
	}
	slices.SortFunc(kept, order)
	return kept
}

// disguised reports whether the entry stands at start in disguise, and where it ends.
func (v *searched) disguised(sc *scratch, entry int, text string, start int, date Date) (end int, ok bool) {
	_, pack, f := v.row(entry)
	if f&evasive == 0 || !v.keep[pack] {
		return 0, false
	}
	end, used := v.disguises.unmaskAt(sc, text, start, v.load(entry))
	if used == 0 || !v.passes(entry, f, text, start, end, date) {
		return 0, false
	}
	if used&Gaps != 0 && !plausibleGaps(sc.gaps, text, start, end, f) {
		return 0, false
	}
	if used&Lookalikes != 0 && f&alphanumeric != 0 && foreignWord(text[start:end]) {
		return 0, false
	}
	return end, true
}

// unmaskAt reads the form of l at text[start:]. It returns where that ends and the disguises
// it took; none when the form stands there as it is, or not at all. The gaps are in sc.gaps.
func (d *disguises) unmaskAt(sc *scratch, text string, start int, l *loaded) (end int, used Evasion) {
	sc.gaps = sc.gaps[:0]
	rest, previous := l.folded, rune(-1)
	between := 0
	for at := start; rest != ""; {
		if at == len(text) {
			return 0, 0
		}
		r, n := utf8.DecodeRuneInString(text[at:])
		at += n
		folded := hanzi.Fold(r)
		if folded < 0 {
			continue
		}
		want, size := utf8.DecodeRuneInString(rest)
		kind, same := resembles(r, folded, want)
		switch {
		case same && l.Evasion&kind == kind:
			used |= kind
			rest, previous = rest[size:], want
			between = 0
			end = at
		case previous < 0:
			return 0, 0
		case between == 0 && l.Evasion&Repeats != 0 && skeletonOf(r) == skeletonOf(previous):
			if used |= Repeats; doubledByWords(text, at-n, n) {
				return 0, 0
			}
		case between < maxGap && l.Evasion&Gaps != 0:
			c := d.class(r)
			if c != separator && c != ornament {
				return 0, 0
			}
			if between == 0 {
				sc.gaps = append(sc.gaps, gap{start: at - n})
			}
			between++
			g := &sc.gaps[len(sc.gaps)-1]
			g.end = at
			g.ornament = g.ornament || c == ornament
			used |= Gaps
		default:
			return 0, 0
		}
	}
	return end, used
}

// resembles reports whether r, folded to folded, can be read as want, and what disguises that
// takes.
func resembles(r, folded, want rune) (Evasion, bool) {
	switch {
	case folded == want:
		return 0, true
	case hanzi.Simplified(folded) == hanzi.Simplified(want):
		return Variants, true
	case hanzi.LooksLike(r) == hanzi.LooksLike(want):
		return Lookalikes, true
	case skeletonOf(r) == skeletonOf(want):
		return Variants | Lookalikes, true
	}
	return 0, false
}

// foreignWord reports whether all letters of s are of one alphabet other than the Latin one:
// a word of another language, not a Latin one in disguise.
func foreignWord(s string) bool {
	for _, alphabet := range []*unicode.RangeTable{unicode.Cyrillic, unicode.Greek} {
		all := true
		for _, r := range s {
			all = all && (unicode.Is(alphabet, r) || !unicode.IsLetter(r) && !unicode.IsSymbol(r))
		}
		if all {
			return true
		}
	}
	return false
}
