package automaton

import (
	"unicode/utf8"
)

// The naive matcher says what is right, in as few lines as possible.

type character struct {
	form     rune // -1 invisible, -2 an invalid byte
	from, to int
}

func identity(r rune) rune { return r }

func characters(text string, fold func(rune) rune) []character {
	if fold == nil {
		fold = identity
	}
	var list []character
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		c := character{-2, i, i + n}
		if r != utf8.RuneError || n > 1 {
			c.form = fold(r)
		}
		if c.form != -1 {
			list = append(list, c)
		}
		i += n
	}
	return list
}

// naiveAll tries every word at every place. Order: by end, then by start, then by word.
func naiveAll(words []string, text string, fold func(rune) rune) []Match {
	chars := characters(text, fold)
	forms := make([][]character, len(words))
	longest := 0
	for i, w := range words {
		forms[i] = characters(w, fold)
		longest = max(longest, len(forms[i]))
	}
	var matches []Match
	for end := range len(chars) + 1 {
		for from := max(end-longest, 0); from < end; from++ {
			for i, form := range forms {
				if sameForms(form, chars[from:end]) {
					matches = append(matches, Match{chars[from].from, chars[end-1].to, int32(i)})
				}
			}
		}
	}
	return matches
}

func sameForms(word, text []character) bool {
	if len(word) != len(text) {
		return false
	}
	for i := range word {
		if word[i].form != text[i].form {
			return false
		}
	}
	return true
}

// naiveLongest is the definition of leftmost-longest, word for word.
func naiveLongest(all []Match) []Match {
	var matches []Match
	for from := 0; ; {
		best := Match{Start: -1}
		for _, m := range all {
			if m.Start < from {
				continue
			}
			if best.Start < 0 || m.Start < best.Start || m.Start == best.Start && m.End > best.End {
				best = m
			}
		}
		if best.Start < 0 {
			return matches
		}
		matches = append(matches, best)
		from = best.End
	}
}
