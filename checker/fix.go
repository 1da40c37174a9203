package checker

import (
	"unicode/utf8"

	"proofcheck/source"
)

// newFix makes the fix that replaces seg.Text[from:to] by text. Only what differs is
// edited, so that markup inside of a word stays where it is. A fix without edits could
// not be made without touching markup; it is never safe.
func newFix(seg *source.Segment, from, to int, text string, safe bool) Fix {
	old := seg.Text[from:to]
	f := Fix{Text: text, Safe: safe}
	if old == text {
		f.Safe = false
		return f
	}
	if utf8.RuneCountInString(old) == utf8.RuneCountInString(text) {
		f.Edits = editEach(seg, from, old, text)
	} else {
		f.Edits = editMiddle(seg, from, old, text)
	}
	if f.Edits == nil {
		f.Safe = false
	}
	return f
}

// editEach replaces each run of characters that differ, which needs as many characters on
// both sides.
func editEach(seg *source.Segment, from int, old, text string) []Edit {
	var edits []Edit
	i, j := 0, 0
	for i < len(old) {
		i0, j0 := i, j
		for i < len(old) {
			a, n := utf8.DecodeRuneInString(old[i:])
			b, m := utf8.DecodeRuneInString(text[j:])
			if a == b {
				if i > i0 {
					break
				}
				i0, j0 = i+n, j+m
			}
			i, j = i+n, j+m
		}
		if i == i0 {
			break
		}
		spans := seg.Spans(from+i0, from+i)
		if len(spans) == 1 && !omits(seg, from+i0, from+i) {
			edits = append(edits, Edit{spans[0], text[j0:j]})
			continue
		}
		// Markup or something invisible stands between: character by character.
		for i0 < i {
			_, n := utf8.DecodeRuneInString(old[i0:])
			_, m := utf8.DecodeRuneInString(text[j0:])
			edits = append(edits, Edit{seg.Span(from+i0, from+i0+n), text[j0 : j0+m]})
			i0, j0 = i0+n, j0+m
		}
	}
	return edits
}

// omits reports whether something is left out of Text between from and to, such as a line
// break that an edit should keep.
func omits(seg *source.Segment, from, to int) bool {
	for _, o := range seg.Omitted {
		if o.At > from && o.At < to {
			return true
		}
	}
	return false
}

// editMiddle replaces what is left when the common beginning and end are taken off. A pure
// insertion takes in one character beside it, so that its place in the file is certain.
func editMiddle(seg *source.Segment, from int, old, text string) []Edit {
	a := commonPrefix(old, text)
	b := commonSuffix(old[a:], text[a:])
	lo, hi := a, len(old)-b
	if lo == hi {
		if lo > 0 {
			_, n := utf8.DecodeLastRuneInString(old[:lo])
			lo -= n
		} else {
			_, n := utf8.DecodeRuneInString(old[hi:])
			hi, b = hi+n, b-n
		}
	}
	spans := seg.Spans(from+lo, from+hi)
	if len(spans) != 1 {
		return nil
	}
	return []Edit{{spans[0], text[lo : len(text)-b]}}
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) {
		r, k := utf8.DecodeRuneInString(a[n:])
		if q, _ := utf8.DecodeRuneInString(b[n:]); q != r {
			break
		}
		n += k
	}
	return n
}

func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) {
		r, k := utf8.DecodeLastRuneInString(a[:len(a)-n])
		if q, _ := utf8.DecodeLastRuneInString(b[:len(b)-n]); q != r {
			break
		}
		n += k
	}
	return n
}
