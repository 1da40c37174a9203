package formats

import (
	"unicode/utf8"

	"proofcheck/source"
)

// A flow appends running text to a Builder the way a page shows it: white space at the ends of a
// block goes, runs of it become one space, and where a line break or a single stray space stands
// between two Chinese characters it is left out, so that words are whole.
type flow struct {
	b    *source.Builder
	last rune // the last character appended; 0 at the beginning of a block

	// White space that waits for the next character.
	from, to int
	space    space
}

type space uint8

const (
	none  space = iota
	one         // one space
	many        // several
	broke       // a line end, and what is around it
	hard        // something that is no text stood there: never left out
)

func (f *flow) reset() { f.last, f.space = 0, none }

// text appends raw[from:to], which has neither markup nor entities in it.
func (f *flow) text(raw []byte, from, to int) {
	for i := from; i < to; {
		if n, kind := spaceAt(raw, i, to); n > 0 {
			f.white(i, i+n, kind)
			i += n
			continue
		}
		start := i
		for i < to {
			c := raw[i]
			if c <= ' ' || c == 0xC2 || c == 0xE3 {
				if n, _ := spaceAt(raw, i, to); n > 0 {
					break
				}
			}
			i++
		}
		f.word(raw, start, i)
	}
}

// spaceAt returns the length and kind of a white space character at offset i, 0 for none.
func spaceAt(raw []byte, i, to int) (int, space) {
	switch c := raw[i]; {
	case c == '\n' || c == '\r':
		return 1, broke
	case c == ' ' || c == '\t' || c == '\f':
		return 1, one
	case c == 0xC2 && i+1 < to && raw[i+1] == 0xA0:
		return 2, one
	case c == 0xE3 && i+2 < to && raw[i+1] == 0x80 && raw[i+2] == 0x80:
		return 3, one
	}
	return 0, none
}

// white takes note of white space written as raw[from:to].
func (f *flow) white(from, to int, kind space) {
	switch {
	case f.space == none:
		f.from, f.to, f.space = from, to, kind
		return
	case f.space == hard || kind == hard:
		f.space = hard
	case f.space == broke || kind == broke:
		f.space = broke
	default:
		f.space = many
	}
	if f.to == from {
		f.to = to // no markup between the two
	}
}

// gap says that something stands here that is no text: code, a formula, a template.
func (f *flow) gap(from, to int) { f.white(from, to, hard) }

// word appends raw[from:to], which has no white space in it.
func (f *flow) word(raw []byte, from, to int) {
	first, _ := utf8.DecodeRune(raw[from:to])
	f.join(first)
	f.b.Copy(from, to)
	f.last, _ = utf8.DecodeLastRune(raw[from:to])
}

// decoded appends text that is written as raw[from:to], an entity or an escape.
func (f *flow) decoded(text string, from, to int) {
	if text == "\u00a0" || text == " " || text == "\u3000" || text == "\t" || text == "\u2002" || text == "\u2003" {
		f.white(from, to, one)
		return
	}
	if text == "\n" || text == "\r" {
		f.white(from, to, broke)
		return
	}
	first, _ := utf8.DecodeRuneInString(text)
	if source.Invisible(first) {
		f.b.Decode(text, from, to)
		return
	}
	f.join(first)
	f.b.Decode(text, from, to)
	f.last, _ = utf8.DecodeLastRuneInString(text)
}

// join settles the white space before a character.
func (f *flow) join(next rune) {
	kind := f.space
	f.space = none
	if kind == none || f.last == 0 {
		return
	}
	if kind == one || kind == broke {
		if wideRune(f.last) && wideRune(next) {
			f.b.Omit(f.from, f.to)
			return
		}
	}
	f.b.Decode(" ", f.from, f.to)
}

// flush makes a space of the white space that waits.
func (f *flow) flush() {
	if f.last != 0 {
		f.b.Decode(" ", f.from, f.to)
	}
	f.reset()
}

// wideRune reports whether r is a Chinese character or mark, which needs no space beside another.
func wideRune(r rune) bool {
	switch {
	case r < 0x2018:
		return false
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3000 && r <= 0x4DBF, r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE4F:
		return true
	case r >= 0xFF00 && r <= 0xFF60, r >= 0x20000 && r <= 0x3FFFF, r >= 0x2E80 && r <= 0x2FDF:
		return true
	}
	return r == '“' || r == '”' || r == '‘' || r == '’' || r == '…' || r == '—'
}
