package words

import "unicode/utf8"

// reach is how many characters on each side of a place are segmented to judge it.
const reach = 8

// window returns the Chinese characters around text[from:to], at most reach on each side, and stops
// at anything else.
func window(text string, from, to int) (start, end int) {
	start, end = from, to
	for n := 0; n < reach && start > 0; n++ {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if code(r) == 0 {
			break
		}
		start -= size
	}
	for n := 0; n < reach && end < len(text); n++ {
		r, size := utf8.DecodeRuneInString(text[end:])
		if code(r) == 0 {
			break
		}
		end += size
	}
	return start, end
}

// common is the frequency from which on a single character is taken for a word of its own.
const common = 30000

// BetterExplained reports whether text[from:to], which a lexicon lists as a wrong form, is there only
// because good words meet: the likeliest segmentation around it has a word that reaches over one of
// its ends, and nothing of it is left that is not part of such words, a word of two characters or
// more, or a very common word of one. 律已 is better explained in 法律已经, 峻工 in 严峻工作; in 工程峻工
// it is not.
func BetterExplained(text string, from, to int) bool {
	if from < 0 || to > len(text) || from >= to {
		return false
	}
	start, end := window(text, from, to)
	var buf [2*reach + 16]int
	ends := Segment(buf[:0], text[start:end])
	crossed := false
	at := start
	for _, e := range ends {
		wordFrom, wordTo := at, start+e
		at = wordTo
		if wordTo <= from {
			continue
		}
		if wordFrom >= to {
			break
		}
		word := text[wordFrom:wordTo]
		chars := utf8.RuneCountInString(word)
		over := wordFrom < from || wordTo > to
		switch {
		case over && chars > 1:
			crossed = true
		case wordFrom == from && wordTo == to:
			return false // the dictionary knows it as a word after all
		case chars == 1 && Frequency(word) < common:
			return false
		}
	}
	return crossed
}

// Whole reports whether text[from:to] begins and ends where words of the sentence do.
func Whole(text string, from, to int) bool {
	if from < 0 || to > len(text) || from >= to {
		return false
	}
	start, end := window(text, from, to)
	var buf [2*reach + 16]int
	begins, finishes := from == start, false
	for _, e := range Segment(buf[:0], text[start:end]) {
		begins = begins || start+e == from
		finishes = finishes || start+e == to
	}
	return begins && finishes
}
