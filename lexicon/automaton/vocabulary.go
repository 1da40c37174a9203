package automaton

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// A vocabulary is the words as codes, with the alphabet that gives the codes.
type vocabulary struct {
	alphabet alphabet
	codes    []uint16 // of all words, one after the other
	ends     []uint32 // where each word ends in codes
	sizes    []uint32 // of each word, see sizeChar
}

// word returns the codes of word i.
func (v *vocabulary) word(i uint32) []uint16 {
	if i == 0 {
		return v.codes[:v.ends[0]]
	}
	return v.codes[v.ends[i-1]:v.ends[i]]
}

// newVocabulary folds the words, numbers their characters and makes the alphabet.
func newVocabulary(words []string, fold func(rune) rune) (*vocabulary, error) {
	f := newFolder(fold)
	v := &vocabulary{ends: make([]uint32, len(words)), sizes: make([]uint32, len(words))}
	total := 0
	for _, w := range words {
		total += utf8.RuneCountInString(w)
	}
	if total > maxWords {
		return nil, fmt.Errorf("automaton: the words have %d characters; at most %d are possible", total, maxWords)
	}
	forms := make([]rune, 0, total)
	for i, w := range words {
		from := len(forms)
		var err error
		if forms, err = f.append(forms, w); err == nil && len(forms) == from {
			err = errors.New("all its characters are invisible")
		}
		if len(forms)-from > maxChars {
			err = fmt.Errorf("it has more than %d characters", maxChars)
		}
		if err != nil {
			return nil, fmt.Errorf("automaton: word %d (%q): %w", i, w, err)
		}
		v.ends[i] = uint32(len(forms))
	}
	codeOf, count, err := number(forms)
	if err != nil {
		return nil, err
	}
	v.codes = make([]uint16, len(forms))
	for i, form := range forms {
		v.codes[i] = codeOf[form]
	}
	characters := f.coded(codeOf)
	v.alphabet = newAlphabet(characters, count)
	v.measure(widths(characters, count))
	return v, nil
}

// number gives a code to each of the forms, the most frequent ones first. It returns
// the codes by form, up to the highest one, and the number of codes.
func number(forms []rune) (codeOf []uint16, count int, err error) {
	highest := rune(0)
	for _, form := range forms {
		highest = max(highest, form)
	}
	frequency := make([]uint32, highest+1)
	var distinct []rune
	for _, form := range forms {
		if frequency[form] == 0 {
			distinct = append(distinct, form)
		}
		frequency[form]++
	}
	if count = codeFirst + len(distinct); count > maxCodes {
		return nil, 0, fmt.Errorf("automaton: the words have %d distinct characters; at most %d are possible",
			len(distinct), maxCodes-codeFirst)
	}
	slices.SortFunc(distinct, func(a, b rune) int {
		if frequency[a] != frequency[b] {
			return int(frequency[b]) - int(frequency[a])
		}
		return int(a - b)
	})
	codeOf = make([]uint16, highest+1)
	for i, form := range distinct {
		codeOf[form] = uint16(codeFirst + i)
	}
	return codeOf, count, nil
}

// widths returns for each code the number of bytes that all its characters have
// in UTF-8, or 0 if they differ.
func widths(characters []coded, count int) []uint8 {
	const differ = 255
	w := make([]uint8, count)
	for _, c := range characters {
		n := uint8(utf8.RuneLen(c.r))
		switch w[c.code] {
		case 0:
			w[c.code] = n
		case n:
		default:
			w[c.code] = differ
		}
	}
	for c, n := range w {
		if n == differ {
			w[c] = 0
		}
	}
	return w
}

// measure sets the sizes.
func (v *vocabulary) measure(widths []uint8) {
	for i := range v.sizes {
		word := v.word(uint32(i))
		bytes := 0
		for _, code := range word {
			if bytes += int(widths[code]); widths[code] == 0 || bytes > maskBytes {
				bytes = 0
				break
			}
		}
		v.sizes[i] = uint32(len(word))*sizeChar + uint32(bytes)
	}
}
