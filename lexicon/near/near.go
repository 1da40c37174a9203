// Package near finds places where a text almost says a fixed phrase: one character is changed,
// missing, too many, or swapped with its neighbour. 中国人民共和国 is one change away from
// 中华人民共和国, and nothing else that people write is.
//
// A phrase that differs from the text in one place keeps one of its halves. Of each half the three
// characters that fewest phrases have are looked for; only where they occur is the half compared, and
// only where it is there the other one. Phrases have six characters or more, so that a half is rare
// enough to mean something.
package near

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// MinChars and MaxChars bound the length of a phrase.
const (
	MinChars = 6
	MaxChars = 64
)

// Kind says how a text differs from a phrase.
type Kind uint8

// The kinds of difference.
const (
	Changed Kind = iota // another character in its place
	Missing             // a character is not there
	Extra               // a character too many
	Swapped             // two neighbours change places
)

// Match is a place that almost says a phrase.
type Match struct {
	Start, End int // bytes of the text
	Phrase     int // index in the list given to Compile
	Kind       Kind
	At         int  // which character of the phrase differs, from 0
	Have, Want rune // the character that stands there and the one of the phrase; 0 for none
}

// repeats reports whether two matches are the same difference, seen from both halves.
func (m Match) repeats(o Match) bool {
	return m.Start == o.Start && m.End == o.End && m.Phrase == o.Phrase && m.Kind == o.Kind
}

type span struct{ from, to int }

// Matcher knows a list of phrases. It is immutable and safe for concurrent use.
type Matcher struct {
	text    string // of the phrases, one after the other, and of the words that are no part of one
	phrases []phrase
	words   []word   // that anchors are, each once, in the order of their keys
	keys    []uint64 // of the words: hashes of the three characters that are looked for
	anchors []anchor // in the order of their words
	signs   []uint64 // of the anchors: what their phrases have beside them
	index   *index   // of the words
	scratch sync.Pool
}

// A phrase is text[from:to] of a Matcher, divided at half.
type phrase struct{ from, half, to uint32 }

// A word is text[from:to] of a Matcher. Names of laws share their first half.
type word struct {
	from, to uint32
	gram     uint32 // bytes of the word before these characters
	// Anchors that are to be continued behind the word are anchors[behind:before], those before it anchors[before:end].
	behind, before, end uint32
}

// An anchor says what a word is of a phrase.
type anchor struct {
	phrase uint32
	part   part
}

type part uint32

const (
	first   part = iota // the first half
	second              // the second half
	swapped             // the first half and one more, with the two characters in the middle swapped
)

// Len returns the number of phrases.
func (m *Matcher) Len() int { return len(m.phrases) }

// Phrase returns a phrase by its index.
func (m *Matcher) Phrase(i int) string { return m.text[m.phrases[i].from:m.phrases[i].to] }

// rest returns what an anchor leaves of its phrase.
func (m *Matcher) rest(a anchor) string {
	p := m.phrases[a.phrase]
	switch a.part {
	case first:
		return m.text[p.half:p.to]
	case second:
		return m.text[p.from:p.half]
	}
	return m.text[p.half+uint32(width(m.text[p.half])) : p.to]
}

// scratch is what a search needs while it runs.
type scratch struct {
	found []Match
	exact []span
}

// Find yields the places that almost say a phrase in the order of their beginnings; a place may be yielded for
// several phrases. Places that overlap an exact occurrence of another phrase are left out, unless it is much shorter
// than they are. Text is compared as it is.
func (m *Matcher) Find(text string, yield func(Match) bool) {
	if len(m.words) == 0 {
		return
	}
	sc, _ := m.scratch.Get().(*scratch)
	if sc == nil {
		sc = new(scratch)
	}
	sc.found, sc.exact = sc.found[:0], sc.exact[:0]
	for at := 0; ; at += len("一") {
		var key uint64
		var from, to uint32
		if at, key, from, to = m.index.next(text, at); at < 0 {
			break
		}
		for i := from; i < to; i++ {
			if m.keys[i] == key {
				w := &m.words[i]
				m.word(sc, text, at-int(w.gram), w)
			}
		}
	}
	if len(sc.found) > 0 {
		sc.report(yield)
	}
	m.scratch.Put(sc)
}

// word looks for a word at a place, and for the rest of its phrases beside it.
func (m *Matcher) word(sc *scratch, text string, start int, w *word) {
	if start < 0 || !strings.HasPrefix(text[start:], m.text[w.from:w.to]) {
		return
	}
	end := start + int(w.to-w.from)
	if w.behind < w.before {
		beside := after(text[end:])
		m.side(sc, text, start, end, w.behind, w.before, beside.sign())
	}
	if w.before < w.end {
		beside := before(text[:start])
		m.side(sc, text, start, end, w.before, w.end, beside.sign())
	}
}

// side tries some of the anchors of a word: those whose phrases may go on with what stands there.
func (m *Matcher) side(sc *scratch, text string, start, end int, from, to uint32, have uint64) {
	for i, want := range m.signs[from:to] {
		if !fit(have, want) {
			continue
		}
		match, same, ok := m.compare(text, start, end, m.anchors[int(from)+i])
		switch {
		case same:
			sc.exact = append(sc.exact, span{match.Start, match.End})
		case ok && !slices.ContainsFunc(sc.found[max(0, len(sc.found)-8):], match.repeats):
			sc.found = append(sc.found, match)
		}
	}
}

// report yields what no exact phrase covers.
func (sc *scratch) report(yield func(Match) bool) {
	slices.SortFunc(sc.found, func(a, b Match) int { return cmp.Or(a.Start-b.Start, a.Phrase-b.Phrase) })
	slices.SortFunc(sc.exact, func(a, b span) int { return a.from - b.from })
	for _, f := range sc.found {
		// Phrases are short, so what reaches into f begins shortly before it.
		i, _ := slices.BinarySearchFunc(sc.exact, f.Start-4*MaxChars, func(e span, at int) int { return e.from - at })
		covered := false
		for ; i < len(sc.exact) && sc.exact[i].from < f.End; i++ {
			e := sc.exact[i]
			inside := e.from >= f.Start && e.to <= f.End && e.to-e.from < f.End-f.Start-len("一")
			covered = covered || e.to > f.Start && !inside
		}
		if !covered && !yield(f) {
			return
		}
	}
}
