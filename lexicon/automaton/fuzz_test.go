package automaton

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func addCases(f *testing.F) {
	for i, c := range cases {
		f.Add(c.words, c.text, uint8(i), c.fold != nil)
	}
	f.Add("啊啊啊|啊啊", "啊啊啊啊啊哦", uint8(2), false)
}

// fuzzWords makes valid words of fuzzed input, few and short enough for the naive matcher.
func fuzzWords(list string, fold func(rune) rune) []string {
	var words []string
	for w := range strings.SplitSeq(list, "|") {
		visible := slices.ContainsFunc(characters(w, fold), func(c character) bool { return c.form >= 0 })
		if utf8.ValidString(w) && visible && len(w) <= 64 && len(words) < 32 {
			words = append(words, w)
		}
	}
	return words
}

func foldOf(folded bool) func(rune) rune {
	if folded {
		return foldTest
	}
	return nil
}

// FuzzFind compares all searches with the naive matcher.
func FuzzFind(f *testing.F) {
	addCases(f)
	f.Fuzz(func(t *testing.T, list, text string, _ uint8, folded bool) {
		if fold := foldOf(folded); len(text) <= 512 {
			check(t, fuzzWords(list, fold), text, fold)
		}
	})
}

// FuzzStream compares chunks of any size with the whole.
func FuzzStream(f *testing.F) {
	addCases(f)
	f.Fuzz(func(t *testing.T, list, text string, size uint8, folded bool) {
		if size == 0 || len(text) > 4096 {
			return
		}
		fold := foldOf(folded)
		words := fuzzWords(list, fold)
		a := compile(t, words, fold)
		if got, want := streamed(a.StreamAll(), text, int(size)), a.AppendAll(nil, text); !slices.Equal(got, want) {
			t.Errorf("all of %q in %q in chunks of %d: got %v, want %v", words, text, size, got, want)
		}
		if got, want := streamed(a.StreamLongest(), text, int(size)), a.AppendLongest(nil, text); !slices.Equal(got, want) {
			t.Errorf("longest of %q in %q in chunks of %d: got %v, want %v", words, text, size, got, want)
		}
	})
}

// FuzzOpen overwrites a part of a compiled form, and searches with what is accepted.
func FuzzOpen(f *testing.F) {
	for _, c := range cases {
		f.Add(c.words, c.text, uint16(len(c.words)), []byte{1})
	}
	f.Add("ab|b", "abab", uint16(headerSize), []byte{0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0x80})
	f.Fuzz(func(t *testing.T, list, text string, at uint16, patch []byte) {
		data := compile(t, fuzzWords(list, nil), nil).AppendBinary(nil)
		if len(text) > 512 {
			return
		}
		copy(data[int(at)%len(data):], patch)
		searchOpened(t, string(data), text)
	})
}
