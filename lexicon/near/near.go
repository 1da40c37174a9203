// Package near finds places where a text almost says a fixed phrase: one character is changed,
// missing, too many, or swapped with its neighbour. 中国人民共和国 is one change away from
// 中华人民共和国, and nothing else that people write is.
//
// A phrase that differs from the text in one place keeps one of its halves. One automaton looks
// for the halves of all phrases at once; only where one occurs is the other compared. Phrases
// have six characters or more, so that a half is rare enough to mean something.
package near

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"proofcheck/lexicon/automaton"
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
	auto    *automaton.Automaton // of the words that anchors are, each once
	phrases [][]rune
	anchors []anchor // by word, then by phrase
	starts  []int32  // by word: where its anchors begin; one more for the end
}

// An anchor is what one word of the automaton is of a phrase. Names of laws share their first half, so that the
// characters that tell them apart stand beside each other.
type anchor struct {
	phrase int32
	part   part
	beside nearest // of the phrase; of no use when swapped
}

type part uint8

const (
	first   part = iota // the first half
	second              // the second half
	swapped             // the first half and one more, with the two characters in the middle swapped
)

// Compile makes a Matcher. It fails for phrases that are too short or too long.
func Compile(phrases []string) (*Matcher, error) {
	m := &Matcher{phrases: make([][]rune, len(phrases))}
	var words []string
	var owners []int32
	index := map[string]int32{}
	for i, p := range phrases {
		r := []rune(p)
		if len(r) < MinChars || len(r) > MaxChars {
			return nil, fmt.Errorf("near: phrase %q has %d characters; from %d to %d are allowed", p, len(r), MinChars, MaxChars)
		}
		m.phrases[i] = r
		m.anchor(i)
		for _, a := range m.anchors[len(owners):] {
			word := string(m.word(a))
			n, ok := index[word]
			if !ok {
				n = int32(len(words))
				index[word] = n
				words = append(words, word)
			}
			owners = append(owners, n)
		}
	}
	if len(words) == 0 {
		return m, nil
	}
	auto, err := automaton.Compile(words, automaton.Options{})
	if err != nil {
		return nil, fmt.Errorf("near: %w", err)
	}
	m.auto = auto
	m.arrange(owners)
	return m, nil
}

// anchor adds the anchors of a phrase.
func (m *Matcher) anchor(i int) {
	r := m.phrases[i]
	h := len(r) / 2
	a, b := anchor{phrase: int32(i), part: first}, anchor{phrase: int32(i), part: second}
	copy(a.beside[:], r[h:])
	for k := range min(h, len(b.beside)) {
		b.beside[k] = r[h-1-k]
	}
	m.anchors = append(m.anchors, a, b)
	if r[h-1] != r[h] {
		m.anchors = append(m.anchors, anchor{phrase: int32(i), part: swapped})
	}
}

// word returns the word of an anchor.
func (m *Matcher) word(a anchor) []rune {
	r := m.phrases[a.phrase]
	h := len(r) / 2
	switch a.part {
	case first:
		return r[:h]
	case second:
		return r[h:]
	}
	s := slices.Clone(r[:h+1])
	s[h-1], s[h] = s[h], s[h-1]
	return s
}

// arrange sorts the anchors by their words, which owners gives for each.
func (m *Matcher) arrange(owners []int32) {
	m.starts = make([]int32, m.auto.Len()+1)
	for _, w := range owners {
		m.starts[w+1]++
	}
	for w := range m.auto.Len() {
		m.starts[w+1] += m.starts[w]
	}
	sorted := make([]anchor, len(owners))
	next := slices.Clone(m.starts)
	for i, w := range owners {
		sorted[next[w]] = m.anchors[i]
		next[w]++
	}
	m.anchors = sorted
}

// Len returns the number of phrases.
func (m *Matcher) Len() int { return len(m.phrases) }

// Phrase returns a phrase by its index.
func (m *Matcher) Phrase(i int) string { return string(m.phrases[i]) }

// Find yields the places that almost say a phrase in the order of their beginnings; a place may be yielded for
// several phrases. Places that overlap an exact occurrence of another phrase are left out, unless it is much shorter than they are. Text is
// compared as it is.
func (m *Matcher) Find(text string, yield func(Match) bool) {
	if m.auto == nil {
		return
	}
	var found []Match
	var exact []span
	for hit := range m.auto.All(text) {
		start, end := int(hit.Start), int(hit.End)
		var behind, ahead nearest // read when an anchor asks for them
		anchors := m.anchors[m.starts[hit.Word]:m.starts[hit.Word+1]]
		for i := range anchors {
			a := &anchors[i]
			switch a.part {
			case first:
				if behind[0] == 0 {
					behind = after(text[end:])
				}
				if !hopeful(&behind, &a.beside) {
					continue
				}
			case second:
				if ahead[0] == 0 {
					ahead = before(text[:start])
				}
				if !hopeful(&ahead, &a.beside) {
					continue
				}
			}
			match, same, ok := m.compare(text, start, end, *a)
			switch {
			case same:
				exact = append(exact, span{match.Start, match.End})
			case ok && !slices.ContainsFunc(found[max(0, len(found)-8):], match.repeats):
				found = append(found, match)
			}
		}
	}
	slices.SortFunc(found, func(a, b Match) int { return cmp.Or(a.Start-b.Start, a.Phrase-b.Phrase) })
	slices.SortFunc(exact, func(a, b span) int { return a.from - b.from })
	for _, f := range found {
		// Phrases are short, so what reaches into f begins shortly before it.
		i, _ := slices.BinarySearchFunc(exact, f.Start-4*MaxChars, func(e span, at int) int { return e.from - at })
		covered := false
		for ; i < len(exact) && exact[i].from < f.End; i++ {
			e := exact[i]
			inside := e.from >= f.Start && e.to <= f.End && e.to-e.from < f.End-f.Start-len("一")
			covered = covered || e.to > f.Start && !inside
		}
		if !covered && !yield(f) {
			return
		}
	}
}

// compare looks at the rest of a phrase beside an anchor. same means that the text says the phrase.
func (m *Matcher) compare(text string, start, end int, a anchor) (match Match, same, ok bool) {
	p := m.phrases[a.phrase]
	h := len(p) / 2
	match = Match{Start: start, End: end, Phrase: int(a.phrase)}
	switch a.part {
	case swapped:
		n := says(text[end:], p[h+1:])
		if n == 0 && h+1 < len(p) {
			return match, false, false
		}
		match.End += n
		match.Kind, match.At, match.Have, match.Want = Swapped, h-1, p[h], p[h-1]
		return match, false, true
	case first:
		if n := says(text[end:], p[h:]); n > 0 {
			match.End += n
			return match, true, false
		}
		d := diff{want: p[h:]}
		d.forward(text[end:])
		n, same, ok := d.run()
		match.End += n
		match.Kind, match.At, match.Have, match.Want = d.kind, h+d.at, d.read, d.wanted
		return match, same, ok
	default:
		if n := saysBefore(text[:start], p[:h]); n > 0 {
			match.Start -= n
			return match, true, false
		}
		var reversed [MaxChars]rune
		for i := range h {
			reversed[i] = p[h-1-i]
		}
		d := diff{want: reversed[:h]}
		d.backward(text[:start])
		n, same, ok := d.run()
		match.Start -= n
		at := h - 1 - d.at
		if d.kind == Swapped {
			at-- // the first of the two, counted from the front
			d.read, d.wanted = d.wanted, d.read
		}
		match.Kind, match.At, match.Have, match.Want = d.kind, at, d.read, d.wanted
		return match, same, ok
	}
}

// says returns how many bytes of text say the characters that are wanted, 0 when it says others. Most hits end
// here: texts say phrases as they are, or go on with something else at once.
func says(text string, want []rune) int {
	at := 0
	for _, w := range want {
		r, n := utf8.DecodeRuneInString(text[at:])
		if r != w || n == 0 {
			return 0
		}
		at += n
	}
	return at
}

// saysBefore is says for what stands before an anchor.
func saysBefore(text string, want []rune) int {
	end := len(text)
	for i := len(want) - 1; i >= 0; i-- {
		r, n := utf8.DecodeLastRuneInString(text[:end])
		if r != want[i] || n == 0 {
			return 0
		}
		end -= n
	}
	return len(text) - end
}

// nearest are the characters nearest to an anchor, from it outwards; 0 where there are none.
type nearest [5]rune

// hopeful reports whether the characters beside an anchor leave a chance that the text differs from the phrase in
// one place at most. Most anchors fail here.
func hopeful(have, want *nearest) bool {
	k := 0
	for k < len(want)-2 && have[k] == want[k] {
		k++
	}
	a, b, first, second := have[k], have[k+1], want[k], want[k+1]
	return second == 0 || a == first || a == second || b == first || b == second
}

// after and before return what stands beside an anchor.
func after(text string) (out nearest) {
	at := 0
	for k := range out {
		r, n := utf8.DecodeRuneInString(text[at:])
		if n == 0 {
			break
		}
		out[k] = r
		at += n
	}
	return out
}

func before(text string) (out nearest) {
	end := len(text)
	for k := range out {
		r, n := utf8.DecodeLastRuneInString(text[:end])
		if n == 0 {
			break
		}
		out[k] = r
		end -= n
	}
	return out
}

// diff compares what is wanted with what comes next, away from the half that is there. The last
// wanted character is the outer end of the phrase.
type diff struct {
	want  []rune
	have  [MaxChars + 1]rune
	sizes [MaxChars + 1]int
	count int

	kind         Kind
	at           int
	read, wanted rune
}

// forward and backward read one character more than is wanted.
func (d *diff) forward(text string) {
	for d.count <= len(d.want) && text != "" {
		r, n := utf8.DecodeRuneInString(text)
		d.have[d.count], d.sizes[d.count] = r, n
		d.count++
		text = text[n:]
	}
}

func (d *diff) backward(text string) {
	for d.count <= len(d.want) && text != "" {
		r, n := utf8.DecodeLastRuneInString(text)
		d.have[d.count], d.sizes[d.count] = r, n
		d.count++
		text = text[:len(text)-n]
	}
}

// run returns how many bytes of the text the rest of the phrase takes, whether it is the same, and
// whether it differs in exactly one place. A missing or additional character at the outer end is
// no difference that could be told from another word beside the phrase.
func (d *diff) run() (bytes int, same, ok bool) {
	want, have := d.want, d.have[:d.count]
	n, i := len(want), 0
	for i < n && i < len(have) && have[i] == want[i] {
		i++
	}
	if i == n {
		return d.bytes(n), true, false
	}
	if i == len(have) {
		return 0, false, false
	}
	d.at, d.wanted, d.read = i, want[i], have[i]
	switch {
	case i+1 < n && i+1 < len(have) && have[i] == want[i+1] && have[i+1] == want[i] && begins(have[i+2:], want[i+2:]):
		d.kind = Swapped
		return d.bytes(n), false, true
	case i+1 < n && begins(have[i:], want[i+1:]):
		d.kind, d.read = Missing, 0
		return d.bytes(n - 1), false, true
	case begins(have[i+1:], want[i:]):
		d.kind, d.wanted = Extra, 0
		return d.bytes(n + 1), false, true
	case begins(have[i+1:], want[i+1:]):
		d.kind = Changed
		return d.bytes(n), false, true
	}
	return 0, false, false
}

func begins(have, want []rune) bool {
	return len(have) >= len(want) && slices.Equal(have[:len(want)], want)
}

func (d *diff) bytes(n int) int {
	sum := 0
	for _, size := range d.sizes[:n] {
		sum += size
	}
	return sum
}
