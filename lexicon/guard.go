package lexicon

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/hanzi"
)

// foldString returns the form in which s is compared.
func foldString(s string) string { return strings.Map(hanzi.Fold, s) }

// places are the kinds of places beside a match that guards name.
type places uint8

const (
	textBegins places = 1 << iota
	textEnds
	punctuation
	digit
	latin
	han
	space
)

var placeNames = [...]string{"^", "$", ":punct:", ":digit:", ":latin:", ":han:", ":space:"}

// A guard is the compiled form of one guard list of an entry.
type guard struct {
	places  places
	singles []rune   // sorted, folded
	longer  []string // folded, two characters or more
}

func newGuard(items []string) guard {
	var g guard
	for _, item := range items {
		if i := slices.Index(placeNames[:], item); i >= 0 {
			g.places |= 1 << i
			continue
		}
		switch item = foldString(item); utf8.RuneCountInString(item) {
		case 0: // invisible: it can stand beside nothing
		case 1:
			r, _ := utf8.DecodeRuneInString(item)
			g.singles = append(g.singles, r)
		default:
			g.longer = append(g.longer, item)
		}
	}
	slices.Sort(g.singles)
	return g
}

// endsAt reports whether one of the guard's strings or places ends at text[at].
func (g *guard) endsAt(text string, at int) bool {
	r, _, ok := before(text, at)
	if !ok {
		return g.places&textBegins != 0
	}
	if g.has(r) {
		return true
	}
	for _, s := range g.longer {
		if endsWith(text, at, s) {
			return true
		}
	}
	return false
}

// beginsAt reports whether one of the guard's strings or places begins at text[at].
func (g *guard) beginsAt(text string, at int) bool {
	r, _, ok := after(text, at)
	if !ok {
		return g.places&textEnds != 0
	}
	if g.has(r) {
		return true
	}
	for _, s := range g.longer {
		if beginsWith(text, at, s) {
			return true
		}
	}
	return false
}

func (g *guard) has(r rune) bool {
	if len(g.singles) > 0 {
		if _, ok := slices.BinarySearch(g.singles, r); ok {
			return true
		}
	}
	return g.places != 0 && g.places&placeOf(r) != 0
}

// placeOf returns the kinds of place that the folded character r makes.
func placeOf(r rune) places {
	switch {
	case isHan(r):
		return han
	case unicode.IsSpace(r):
		return space
	case unicode.IsDigit(r):
		return digit
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		return punctuation
	case unicode.Is(unicode.Latin, r):
		return latin
	}
	return 0
}

func isHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || r >= 0x2E80 && unicode.Is(unicode.Han, r)
}

// before returns the visible character that ends at text[at], folded, and where it begins.
func before(text string, at int) (r rune, from int, ok bool) {
	for at > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:at])
		at -= n
		if r = hanzi.Fold(r); r >= 0 {
			return r, at, true
		}
	}
	return 0, 0, false
}

// after returns the visible character that begins at text[at], folded, and where it ends.
func after(text string, at int) (r rune, to int, ok bool) {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		at += n
		if r = hanzi.Fold(r); r >= 0 {
			return r, at, true
		}
	}
	return 0, len(text), false
}

// endsWith reports whether text[:at], folded, ends with the folded string s.
func endsWith(text string, at int, s string) bool {
	for s != "" {
		want, n := utf8.DecodeLastRuneInString(s)
		r, from, ok := before(text, at)
		if !ok || r != want {
			return false
		}
		s, at = s[:len(s)-n], from
	}
	return true
}

// beginsWith reports whether text[at:], folded, begins with the folded string s.
func beginsWith(text string, at int, s string) bool {
	for _, want := range s {
		r, to, ok := after(text, at)
		if !ok || r != want {
			return false
		}
		at = to
	}
	return true
}

// guards are the four guard lists of an entry.
type guards struct{ notAfter, notBefore, onlyAfter, onlyBefore guard }

func newGuards(e *Entry) guards {
	return guards{newGuard(e.NotAfter), newGuard(e.NotBefore), newGuard(e.OnlyAfter), newGuard(e.OnlyBefore)}
}

func (g *guards) pass(e *Entry, text string, start, end int) bool {
	switch {
	case len(e.NotAfter) > 0 && g.notAfter.endsAt(text, start),
		len(e.NotBefore) > 0 && g.notBefore.beginsAt(text, end),
		len(e.OnlyAfter) > 0 && !g.onlyAfter.endsAt(text, start),
		len(e.OnlyBefore) > 0 && !g.onlyBefore.beginsAt(text, end):
		return false
	}
	return true
}

// Alphabetic words are separated by more than their forms say: AV is not in AV1, but 加vx
// is in 加vx123, since Chinese writing runs on.

// edgeFlags says which ends of a form must be ends of an alphabetic word or number.
func edgeFlags(form string) flags {
	folded := foldString(form)
	first, _ := utf8.DecodeRuneInString(folded)
	last, _ := utf8.DecodeLastRuneInString(folded)
	f := alphanumeric
	if strings.ContainsFunc(folded, func(r rune) bool {
		return isHan(r) || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
	}) {
		f = 0
	}
	if isAlphabetic(first) {
		f |= beginsLetter
	}
	if unicode.IsDigit(first) {
		f |= beginsDigit
	}
	if isAlphabetic(last) {
		f |= endsLetter
	}
	if unicode.IsDigit(last) {
		f |= endsDigit
	}
	return f
}

// isAlphabetic reports whether r is a letter of an alphabet that sets spaces between words.
func isAlphabetic(r rune) bool {
	if r < 0x80 {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return r < 0x2E80 && unicode.IsLetter(r)
}

// isWord reports whether a match of a form with flags f stands between borders of
// alphabetic words and numbers.
func isWord(f flags, text string, start, end int) bool {
	if f&(beginsLetter|beginsDigit) != 0 {
		r, from, ok := before(text, start)
		if ok && joins(r, f&beginsLetter != 0, f&alphanumeric != 0) {
			return false
		}
		if ok && f&beginsDigit != 0 && (r == '.' || r == ',') {
			if r, _, ok = before(text, from); ok && unicode.IsDigit(r) {
				return false
			}
		}
	}
	if f&(endsLetter|endsDigit) != 0 {
		r, to, ok := after(text, end)
		if ok && joins(r, f&endsLetter != 0, f&alphanumeric != 0) {
			return false
		}
		if ok && f&endsDigit != 0 && (r == '.' || r == ',') {
			if r, _, ok = after(text, to); ok && unicode.IsDigit(r) {
				return false
			}
		}
	}
	return true
}

// joins reports whether r beside a letter, or else a digit, belongs to the same word.
func joins(r rune, letter, alphanumeric bool) bool {
	switch {
	case isAlphabetic(r):
		return letter || alphanumeric
	case unicode.IsDigit(r):
		return !letter || alphanumeric
	}
	return r == '_' && alphanumeric
}
