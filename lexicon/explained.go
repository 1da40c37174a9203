package lexicon

import (
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// reads asks the guards that look at the words of the sentence: whether an entry that wants whole
// words has them, and whether the characters are better explained by words that merely meet.
func (v *searched) reads(c candidate, text string) bool {
	_, _, f := v.row(int(c.entry))
	switch {
	case f&whole != 0:
		return words.Whole(text, c.start, c.end)
	case f&explained != 0 && !c.disguised:
		return !words.BetterExplained(text, c.start, c.end)
	}
	return true
}

// longestWord bounds how far before a place a word that reaches over it is looked for, in characters.
const longestWord = 4

// wordAcross reports whether a word of the dictionary within text[from:to] reaches over offset at.
func wordAcross(text string, at, from, to int) bool {
	start := at
	for n := 1; n < longestWord && start > from; n++ {
		_, size := utf8.DecodeLastRuneInString(text[from:start])
		start -= size
		across := false
		words.Prefixes(text[start:to], func(end, _ int) bool {
			across = start+end > at
			return !across
		})
		if across {
			return true
		}
	}
	return false
}

// doubledByWords reports whether the character of n bytes at offset at, which repeats the one before
// it, is the first of a word: 我们们 is a repetition, 人民民主 is not.
func doubledByWords(text string, at, n int) bool {
	begins := false
	words.Prefixes(text[at:], func(end, _ int) bool {
		begins = end > n
		return !begins
	})
	return begins
}

// inWord reports whether the character at offset at belongs to a longer word of the sentence.
func inWord(text string, at int) bool {
	_, n := utf8.DecodeRuneInString(text[at:])
	return !words.Whole(text, at, at+n)
}
