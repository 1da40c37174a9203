package lexicon

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"proofcheck/hanzi"
	"proofcheck/lexicon/automaton"
)

// Words that are looked for by their sound are compiled into an automaton whose characters
// are syllables. A character of the text counts with its most frequent reading, one of
// a word with all.

const (
	firstSyllable = 0xF0000 // syllable s is written as the private character firstSyllable+s
	lastSyllable  = 0xFFFFD
	mostSpellings = 16 // of one word, when its characters have several readings
)

// soundOf is the fold of the automaton of sounds.
func soundOf(r rune) rune {
	if firstSyllable <= r && r <= lastSyllable {
		return r
	}
	if r = hanzi.Fold(r); r >= 0 {
		if s := hanzi.Reading(r); s != 0 {
			return firstSyllable + rune(s)
		}
	}
	return r
}

// newSounds compiles the forms that are looked for by sound; nil if there are none.
func newSounds(wanted []evasiveForm) (*automaton.Automaton, string, error) {
	var spellings []string
	var entries []byte
	for _, w := range wanted {
		if w.evasion&Homophones == 0 || utf8.RuneCountInString(w.form) < 2 {
			continue
		}
		for _, s := range spell(w.form) {
			spellings = append(spellings, s)
			entries = binary.LittleEndian.AppendUint32(entries, w.entry)
		}
	}
	if len(spellings) == 0 {
		return nil, "", nil
	}
	a, err := automaton.Compile(spellings, automaton.Options{Fold: soundOf})
	return a, string(entries), err
}

// spell returns the form in syllables, in all combinations of readings if they are few.
func spell(form string) []string {
	spellings := []string{""}
	for _, r := range form {
		if hanzi.Fold(r) < 0 {
			continue
		}
		var readings []rune
		for s := range hanzi.Readings(hanzi.Fold(r)) {
			readings = append(readings, firstSyllable+rune(s))
		}
		slices.Sort(readings)
		readings = slices.Compact(readings)
		if len(readings) == 0 || len(readings)*len(spellings) > mostSpellings {
			readings = []rune{soundOf(r)}
		}
		var longer []string
		for _, s := range spellings {
			for _, reading := range readings {
				longer = append(longer, s+string(reading))
			}
		}
		spellings = longer
	}
	return spellings
}

// homophones collects the entries that text has in other characters of the same sound.
func (v *searched) homophones(sc *scratch, number int32, text string, date Date) {
	d := v.disguises
	sc.raw = d.sounds.AppendAll(sc.raw[:0], text)
	for _, m := range sc.raw {
		entry := int(le32(d.sounded, 4*int(m.Word)))
		_, pack, f := v.row(entry)
		if !v.keep[pack] {
			continue
		}
		l := v.load(entry)
		if l.Evasion&Homophones != 0 && soundsLike(text, m.Start, m.End, l.folded) &&
			v.passes(entry, f, text, m.Start, m.End, date) {
			sc.found = append(sc.found, candidate{m.Start, m.End, number, int32(entry), true})
		}
	}
}

// soundsLike reports whether text[start:end] is the folded form with characters of the same
// sound in the place of some, which are not there because they are of ordinary words. Of
// two characters one must be the right one: most pairs of syllables occur in any text.
func soundsLike(text string, start, end int, form string) bool {
	same, differs := 0, 0
	for i, r := range text[start:end] {
		if r = hanzi.Fold(r); r < 0 {
			continue
		}
		want, n := utf8.DecodeRuneInString(form)
		switch {
		case n == 0:
			return false
		case r == want:
			same++
		case !hanzi.SoundAlike(r, want) || inWord(text, start+i):
			return false
		default:
			differs++
		}
		form = form[n:]
	}
	return form == "" && differs > 0 && (same > 0 || differs > 2) &&
		!wordAcross(text, start, 0, len(text)) && !wordAcross(text, end, 0, len(text))
}
