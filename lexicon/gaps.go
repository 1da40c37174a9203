package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Punctuation and spaces between the characters of a word are a disguise (法。轮 功), or the
// borders of sentences, clauses and items that happen to meet there (严禁赌，博物馆). What tells
// them apart is whether the pieces make sense outside the word.

// A gap is what stands between two characters of a word.
type gap struct {
	start, end int
	ornament   bool // has something that does not stand between words in ordinary writing
}

// isMark reports whether the gap has a mark that ends a sentence, a clause or an item.
func (g gap) isMark(text string) bool {
	return strings.ContainsAny(text[g.start:g.end], "，。、；：！？,.;:!?…—“”‘’\"'《》〈〉（）()【】[]「」『』")
}

// plausibleGaps reports whether the gaps make the match a word in disguise.
func plausibleGaps(gaps []gap, text string, start, end int, f flags) bool {
	if f&alphanumeric != 0 {
		return spelledOut(text, start, end, gaps)
	}
	kept := gaps[:0]
	for _, g := range gaps {
		if !isTypography(text, g) {
			kept = append(kept, g)
		}
	}
	if gaps = kept; len(gaps) == 0 {
		return true
	}
	if isEnumeration(text, start, end, gaps) {
		return false
	}
	ornaments := false
	for i, g := range gaps {
		ornaments = ornaments || g.ornament
		// A character alone between two gaps is no clause, though it may be an item.
		if i > 0 && isOne(text[gaps[i-1].end:g.start]) &&
			(text[g.start:g.end] != "、" || text[gaps[i-1].start:gaps[i-1].end] != "、") {
			return true
		}
	}
	first, last := gaps[0], gaps[len(gaps)-1]
	left, right := wordAcross(text, start, 0, first.start), wordAcross(text, end, last.end, len(text))
	if !ornaments {
		return !left && !right && isApart(gaps, text, start, end)
	}
	return !(left && (right || !isOne(text[last.end:end]) || wordAfter(text, end)) ||
		right && (!isOne(text[start:first.start]) || wordBefore(text, start)))
}

// isApart reports whether the pieces of a match with ordinary gaps are not parts of the
// sentences on either side.
func isApart(gaps []gap, text string, start, end int) bool {
	first, last := gaps[0], gaps[len(gaps)-1]
	left, right := wordBefore(text, start), wordAfter(text, end)
	for _, g := range gaps {
		if !g.isMark(text) {
			continue
		}
		if left && right || len(gaps) == 1 && text[g.start:g.end] == "、" {
			return false
		}
		if (left || !isOne(text[start:first.start])) && (right || !isOne(text[last.end:end])) {
			return false
		}
	}
	return true
}

// isTypography reports whether the gap is the space that is set between Chinese characters
// and letters or digits.
func isTypography(text string, g gap) bool {
	if text[g.start:g.end] != " " {
		return false
	}
	a, _ := utf8.DecodeLastRuneInString(text[:g.start])
	b, _ := utf8.DecodeRuneInString(text[g.end:])
	return isHan(a) != isHan(b)
}

// isEnumeration reports whether the gaps are all alike, and the text goes on in the same way
// beside the match: 东西 in 东、西、南、北.
func isEnumeration(text string, start, end int, gaps []gap) bool {
	sep := text[gaps[0].start:gaps[0].end]
	for _, g := range gaps[1:] {
		if text[g.start:g.end] != sep {
			return false
		}
	}
	return strings.HasSuffix(text[:start], sep) || strings.HasPrefix(text[end:], sep)
}

// spelledOut reports whether a word of letters has the same gap between all of them, and
// stands apart from other letters that are set in the same way.
func spelledOut(text string, start, end int, gaps []gap) bool {
	const least = 3 // letters; two are initials
	if len(gaps)+1 < least {
		return false
	}
	sep := text[gaps[0].start:gaps[0].end]
	piece := start
	for _, g := range gaps {
		if text[g.start:g.end] != sep || !isOne(text[piece:g.start]) {
			return false
		}
		piece = g.end
	}
	if !isOne(text[piece:end]) {
		return false
	}
	outside, more := strings.CutSuffix(text[:start], sep)
	if r, _ := utf8.DecodeLastRuneInString(outside); more && (isAlphabetic(r) || unicode.IsDigit(r)) {
		return false
	}
	outside, more = strings.CutPrefix(text[end:], sep)
	r, _ := utf8.DecodeRuneInString(outside)
	return !more || !isAlphabetic(r) && !unicode.IsDigit(r)
}

// isOne reports whether s is one character.
func isOne(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == len(s)
}

func wordBefore(text string, at int) bool {
	r, _, ok := before(text, at)
	return ok && isWordy(r)
}

func wordAfter(text string, at int) bool {
	r, _, ok := after(text, at)
	return ok && isWordy(r)
}

// isWordy reports whether r, folded, is of a word or a number.
func isWordy(r rune) bool { return isHan(r) || unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' }
