package server

import (
	"slices"
	"unicode/utf8"

	"proofcheck/formats"
	"proofcheck/report"
	"proofcheck/source"
)

// place is a position as the service gives it: that of the command line, and how many characters of
// the decoded draft stand before it, so that editors in browsers can use it.
type place struct {
	report.Position
	Rune  int `json:"rune"`  // code points from 0, a byte order mark left out
	UTF16 int `json:"utf16"` // UTF-16 code units from 0
}

// span is the place of an edit.
type span struct {
	Start place `json:"start"`
	End   place `json:"end"`
}

// places returns the places of bytes of the file, in any order, in one pass over the draft.
func places(d *formats.Decoded, offsets []int64) map[int64]place {
	offsets = slices.Compact(slices.Sorted(slices.Values(offsets)))
	out := make(map[int64]place, len(offsets))
	var lines source.Counter
	at, runes, wide := int64(0), 0, 0
	for _, o := range offsets {
		to := max(at, d.Offset(o))
		text := d.Text[at:to]
		lines.Advance(text)
		runes += utf8.RuneCount(text)
		wide += surrogates(text)
		at = to
		p := lines.Position()
		out[o] = place{report.Position{Offset: o, Line: p.Line, Column: p.Column}, runes, runes + wide}
	}
	return out
}

// surrogates counts the characters that are two units of UTF-16.
func surrogates(text []byte) int {
	n := 0
	for i, c := range text {
		if c >= 0xF0 {
			if r, _ := utf8.DecodeRune(text[i:]); r > 0xFFFF {
				n++
			}
		}
	}
	return n
}
