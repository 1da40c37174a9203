package typo

import (
	"hash/fnv"
	"iter"
)

// A Fold says what a line of the corpus is for.
type Fold int

// The folds: the n-grams and words of Counted and Teaching lines are in the model; the scorer is trained and calibrated on
// Teaching lines, a fifth, with counts that leave them out; Measured lines, a tenth, are for measuring alone.
const (
	Counted Fold = iota
	Teaching
	Measured
)

// FoldOf returns the fold of a line of the corpus, without the space around it, by its hash.
func FoldOf(line string) Fold {
	h := fnv.New32a()
	h.Write([]byte(line))
	switch n := h.Sum32() % 20; {
	case n < 2:
		return Measured
	case n < 6:
		return Teaching
	}
	return Counted
}

// Confusions yields the characters that r may have been written for, with the kind of mistake.
func (m *Model) Confusions(r rune) iter.Seq2[rune, Kind] {
	return func(yield func(rune, Kind) bool) {
		t, skip := m.ids.tokenOf(r)
		if skip || t < hanFirst {
			return
		}
		list := m.confusionsOf(t)
		for i := range len(list) / confusionSz {
			u, kind := m.confusion(list, i)
			if c := m.char(u); c != 0 && !yield(c, kind) {
				return
			}
		}
	}
}

// Slipped yields the characters that may have been meant where r stands, if its syllable was typed with one key too
// many, too few or another one; a character may come twice.
func (m *Model) Slipped(r rune) iter.Seq2[rune, Kind] {
	return func(yield func(rune, Kind) bool) {
		t, skip := m.ids.tokenOf(r)
		if skip || t < hanFirst {
			return
		}
		for _, list := range m.slipsOf(t) {
			for _, s := range list {
				if !yield(m.char(s.token), s.kind) {
					return
				}
			}
		}
	}
}

// Chosen reports whether there is a model of its own for a pair of characters.
func (m *Model) Chosen(a, b rune) bool {
	t, skip := m.ids.tokenOf(a)
	u, other := m.ids.tokenOf(b)
	if skip || other {
		return false
	}
	list := m.choicesOf(t)
	for k := 0; k < len(list); k += choiceSize {
		if get16(list, k) == u {
			return true
		}
	}
	return false
}

// Uses yields every use of a character that has a model of a pair: the character, the other one of the pair, and by
// how much the model holds the other one for likelier, in units of 1/48 nat.
func (d *Detector) Uses(text string, yield func(written, other rune, odds int32)) {
	d.read(text)
	for i := 1; i < len(d.ids)-1; i++ {
		list := d.m.choicesOf(d.ids[i])
		for k := 0; k < len(list); k += choiceSize {
			yield(d.m.char(d.ids[i]), d.m.char(get16(list, k)), d.m.choose(d.ids, i, get16(list, k+2)))
		}
	}
}

// Homophones yields the words of the model, of the same length, that sound like a word of two to
// four characters; the word itself is among them. The order is that of the model file.
func (m *Model) Homophones(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		ids, _ := m.ids.Tokens(word, nil, nil)
		if len(ids) < 2 || len(ids) > maxSounded {
			return
		}
		going := true
		m.soundsLike(ids, new([maxSounded]token), func(w []token) {
			var c candidate
			c.n = copy(c.with[:], w)
			if going {
				going = yield(m.text(c.with[:c.n]))
			}
		})
	}
}

// Chance returns minus the log-probability of a single character, in units of 1/48 nat.
func (m *Model) Chance(r rune) int32 {
	t, skip := m.ids.tokenOf(r)
	if skip {
		t = unknown
	}
	return int32(m.uni[2*int(t)]) * pStep
}

// A Candidate is what training sees of a change that Check would weigh.
type Candidate struct {
	Start, End int // bytes
	With       string
	Kind       Kind
	Score      int32 // log-odds times 1024
	Features   *[Features]int32
}

// Candidates yields every candidate of a text with its features, which are valid until the next. Each
// text is looked at as if it were a document of its own.
func (d *Detector) Candidates(text string, yield func(Candidate)) {
	d.credit = mostCredit
	d.read(text)
	d.find(text, func(c *candidate) {
		start, end := d.span(text, c)
		yield(Candidate{start, end, d.m.text(c.with[:c.m]), c.kind, c.score, &d.feature})
	})
}
