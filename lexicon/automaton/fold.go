package automaton

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

const invisible = -1 // what a fold maps an invisible character to

// A folder is a fold, asked once for each character.
type folder struct {
	fold  func(rune) rune
	forms []rune        // of the characters of foldedPlanes, plane by plane
	other map[rune]rune // of the characters of words on other planes
	seen  []bool        // with no fold: the characters of words
}

// A coded is a character with its code.
type coded struct {
	r    rune
	code uint16
}

// foldedPlanes are the planes that have assigned characters, other than private ones.
var foldedPlanes = [...]rune{0, 1, 2, 3, 14}

// newFolder asks fold, which may be nil, for the forms of foldedPlanes.
func newFolder(fold func(rune) rune) *folder {
	f := &folder{fold: fold}
	if fold == nil {
		f.seen = make([]bool, 1<<16)
		return f
	}
	f.other = map[rune]rune{}
	f.forms = make([]rune, len(foldedPlanes)<<16)
	for i, plane := range foldedPlanes {
		for r := range rune(1 << 16) {
			if c := plane<<16 | r; utf8.ValidRune(c) {
				f.forms[i<<16|int(r)] = fold(c)
			}
		}
	}
	return f
}

// append appends the forms of the characters of word to forms.
func (f *folder) append(forms []rune, word string) ([]rune, error) {
	if word == "" {
		return forms, errors.New("it is empty")
	}
	for i, r := range word {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(word[i:]); n == 1 {
				return forms, fmt.Errorf("byte %d is not valid UTF-8", i)
			}
		}
		form := f.form(r)
		if form > utf8.MaxRune || form < invisible {
			return forms, fmt.Errorf("%U folds to %d, which is no character", r, form)
		}
		if form != invisible {
			forms = append(forms, form)
		}
	}
	return forms, nil
}

// form returns the form of r, which is in a word.
func (f *folder) form(r rune) rune {
	if f.fold == nil {
		if int(r) >= len(f.seen) {
			f.seen = append(f.seen, make([]bool, int(r)+1-len(f.seen))...)
		}
		f.seen[r] = true
		return r
	}
	if i := slices.Index(foldedPlanes[:], r>>16); i >= 0 {
		return f.forms[rune(i)<<16|r&0xFFFF]
	}
	form, ok := f.other[r]
	if !ok {
		form = f.fold(r)
		f.other[r] = form
	}
	return form
}

// coded returns the characters that have a code, in ascending order, with their codes.
func (f *folder) coded(codeOf []uint16) []coded {
	var all []coded
	add := func(r, form rune) {
		code := uint16(codeSkip)
		if form != invisible {
			code = codeNone
			if int(form) < len(codeOf) {
				code = codeOf[form]
			}
		}
		if code != codeNone {
			all = append(all, coded{r, code})
		}
	}
	for r, seen := range f.seen {
		if seen {
			add(rune(r), rune(r))
		}
	}
	for i, form := range f.forms {
		if r := foldedPlanes[i>>16]<<16 | rune(i&0xFFFF); utf8.ValidRune(r) && form <= utf8.MaxRune {
			add(r, max(form, invisible))
		}
	}
	if len(f.other) > 0 {
		for r, form := range f.other {
			add(r, form)
		}
		slices.SortFunc(all, func(x, y coded) int { return int(x.r - y.r) })
	}
	return all
}
