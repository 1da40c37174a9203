package lexicon

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// A protection is the places of a text where allow entries stand.
type protection struct {
	spans  []span // by end once they are ready
	starts []int  // the least start of spans[i:]
}

type span struct{ start, end int }

func (p *protection) reset() { p.spans = p.spans[:0] }

func (p *protection) add(start, end int) { p.spans = append(p.spans, span{start, end}) }

// ready must be called between the last add and the first covers.
func (p *protection) ready() {
	slices.SortFunc(p.spans, func(a, b span) int { return a.end - b.end })
	p.starts = slices.Grow(p.starts[:0], len(p.spans))[:len(p.spans)]
	for i := len(p.spans) - 1; i >= 0; i-- {
		p.starts[i] = p.spans[i].start
		if i+1 < len(p.spans) {
			p.starts[i] = min(p.starts[i], p.starts[i+1])
		}
	}
}

// covers reports whether an allow entry stands at the place, around it, or across one of
// its borders. One that is only a part of it protects nothing.
func (p *protection) covers(start, end int) bool {
	i := sort.Search(len(p.spans), func(i int) bool { return p.spans[i].end > start })
	for ; i < len(p.spans) && p.starts[i] < end; i++ {
		s := p.spans[i]
		if s.start < end && (s.start < start || s.end > end || s == (span{start, end})) {
			return true
		}
	}
	return false
}

// Protected reports whether an allow entry stands at text[start:end], around it, or across one of its
// borders, so that other detectors leave it alone as well. Date is as for Find.
func (f *Finder) Protected(text string, start, end int, date Date) bool {
	if !slices.ContainsFunc(f.sets, func(v searched) bool { return v.allows }) {
		return false
	}
	first, last := start, end
	for range allowAround {
		_, n := utf8.DecodeLastRuneInString(text[:first])
		_, m := utf8.DecodeRuneInString(text[last:])
		first, last = first-n, last+m
	}
	window := text[first:last]
	var p protection
	for i := range f.sets {
		v := &f.sets[i]
		if !v.allows {
			continue
		}
		for m := range v.forms.All(window) {
			_, pack, flags := v.row(int(m.Word))
			if flags.category() == Allow && v.keep[pack] && v.passes(int(m.Word), flags, window, m.Start, m.End, date) {
				p.add(m.Start, m.End)
			}
		}
	}
	p.ready()
	return p.covers(start-first, end-first)
}

// allowAround is how many characters on either side of a match in disguise are looked at for
// allow entries: none is longer.
const allowAround = MaxForm

// allowedPlain reports whether an allow entry protects a match in disguise once the gaps are
// taken out and the characters are made plain: 路口交通 in 路口 交通.
func (f *Finder) allowedPlain(sc *scratch, text string, c candidate, date Date) bool {
	if !slices.ContainsFunc(f.sets, func(v searched) bool { return v.allows }) {
		return false
	}
	start, end := f.sets[c.set].disguises.plain(sc, text, c.start, c.end)
	plain := string(sc.plain)
	sc.plainAllow.reset()
	for i := range f.sets {
		v := &f.sets[i]
		if !v.allows {
			continue
		}
		sc.raw = v.forms.AppendAll(sc.raw[:0], plain)
		for _, m := range sc.raw {
			_, pack, flags := v.row(int(m.Word))
			if flags.category() == Allow && v.keep[pack] && v.passes(int(m.Word), flags, plain, m.Start, m.End, date) {
				sc.plainAllow.add(m.Start, m.End)
			}
		}
	}
	sc.plainAllow.ready()
	return sc.plainAllow.covers(start, end)
}

// plain writes the text around a match to sc.plain, without gaps and in plain characters,
// and returns where the match is there.
func (d *disguises) plain(sc *scratch, text string, start, end int) (from, to int) {
	sc.plain = sc.plain[:0]
	first, last := start, end
	for range allowAround {
		_, n := utf8.DecodeLastRuneInString(text[:first])
		_, m := utf8.DecodeRuneInString(text[last:])
		first, last = first-n, last+m
	}
	for i, r := range text[first:last] {
		if c := d.class(r); c == foreign || c >= firstCode {
			sc.plain = utf8.AppendRune(sc.plain, max(skeletonOf(r), 0))
		}
		if first+i < start {
			from = len(sc.plain)
		}
		if first+i < end {
			to = len(sc.plain)
		}
	}
	return from, to
}
