package source

import (
	"slices"
	"sort"
	"strings"
)

// Segment is a run of text that a reader sees as one: a paragraph, a heading, a
// table cell, the value of an alt attribute. Inline markup is taken out and
// entities are decoded, so a word split by <b> is whole again.
//
// A Segment belongs to the reader that yields it and is valid until the next one
// is asked for; its strings may be kept. It is not safe for concurrent use.
type Segment struct {
	Kind    Kind
	Level   int        // of a heading (1 to 6) or a list item (depth, from 1)
	Name    string     // of an attribute or metadata value, lower case
	Text    string     // valid UTF-8 without invisible characters
	Lead    int        // bytes of Text that the segment before already ended with; see Limits of the formats
	Partial bool       // the block was longer than the limit and goes on in the next segment
	Tail    int        // of a Partial segment: bytes at the end of Text that the next one repeats as its Lead
	Hidden  bool       // readers of the page do not see it: hidden, display:none, off-screen …
	Links   []Link     // in order of appearance
	Omitted []Omission // in order of appearance
	Tag     *Tag       // of an Element segment, else nil

	raw    []byte // of the view
	base   Position
	view   int64 // offset of raw in the view
	runs   []run
	origin *Origin
	memo   memo
}

// A run ties n bytes of Text to m bytes of raw. A verbatim run (whole is false) is
// the same bytes on both sides and may be divided; a whole run is an entity, an
// escape or a replaced byte. An invisible character is a whole run with n = 0.
type run struct {
	text, raw uint32 // where it begins in Text and in raw
	n, m      uint32
	whole     bool
}

// memo remembers the last position computed, since callers ask in ascending order.
type memo struct {
	at  int // offset in raw
	pos Position
}

// Raw returns the bytes of the view the segment was read from, markup included. The
// caller must not change them, and they live no longer than the segment.
func (s *Segment) Raw() []byte { return s.raw }

// Base returns the position of the first byte of Raw.
func (s *Segment) Base() Position { return s.base }

// Span returns the smallest range of the file that holds Text[from:to]. It may take
// in markup. An empty range gives an empty span at the end of the character before
// from, or at the start of the first one.
func (s *Segment) Span(from, to int) Span {
	a, b := s.rawRange(from, to)
	return Span{s.file(a), s.file(b)}
}

// Spans returns the pieces of the file that Text[from:to] is written as, in order,
// with markup between them left out. Exactly one piece means that an edit of the span
// replaces these characters and nothing else. Invisible characters between two
// characters of the range do not split a piece.
func (s *Segment) Spans(from, to int) []Span {
	var out []Span
	end := -1 // in raw, of the last piece
	for i := s.find(from); i < len(s.runs); i++ {
		r := s.runs[i]
		if int(r.text) >= to {
			break
		}
		a, b := int(r.raw), int(r.raw+r.m)
		if !r.whole {
			a += max(0, from-int(r.text))
			b -= max(0, int(r.text+r.n)-to)
		} else if r.n == 0 && len(out) == 0 {
			continue
		}
		if a == end {
			out[len(out)-1].End = s.file(b)
		} else if r.n > 0 {
			out = append(out, Span{s.file(a), s.file(b)})
		} else {
			continue
		}
		end = b
	}
	return out
}

// Verbatim reports whether Text[from:to] stands in the file exactly as it is: one
// piece, no entity, no escape, no invisible character.
func (s *Segment) Verbatim(from, to int) bool {
	i := s.find(from)
	return from < to && i < len(s.runs) && !s.runs[i].whole && int(s.runs[i].text+s.runs[i].n) >= to
}

// Locate returns the positions of the first byte of Text[from:to] and of the byte
// after it.
func (s *Segment) Locate(from, to int) (start, end Position) {
	a, b := s.rawRange(from, to)
	return s.position(a), s.position(b)
}

// Position returns the line and column of an offset of the file that lies within the
// segment. An offset outside of it is moved to the nearer end.
func (s *Segment) Position(offset int64) Position {
	at := s.origin.View(offset) - s.view
	return s.position(int(min(max(at, 0), int64(len(s.raw)))))
}

// RawPosition returns the place in the file of Raw()[at].
func (s *Segment) RawPosition(at int) Position { return s.position(at) }

// TextAt returns the offset in Text of the first character that is written at or after
// an offset of the file.
func (s *Segment) TextAt(offset int64) int {
	at := s.origin.View(offset) - s.view
	i := sort.Search(len(s.runs), func(i int) bool { return int64(s.runs[i].raw+s.runs[i].m) > at })
	if i == len(s.runs) {
		return len(s.Text)
	}
	r := s.runs[i]
	if !r.whole && at > int64(r.raw) {
		return int(r.text) + int(at) - int(r.raw)
	}
	return int(r.text)
}

// Clone returns a copy that stays valid. Its raw bytes are copied too.
func (s *Segment) Clone() *Segment {
	c := *s
	c.raw = slices.Clone(s.raw)
	c.runs = slices.Clone(s.runs)
	c.Links = slices.Clone(s.Links)
	c.Omitted = slices.Clone(s.Omitted)
	c.Text = strings.Clone(s.Text)
	if s.Tag != nil {
		tag := *s.Tag
		tag.Attributes = slices.Clone(tag.Attributes)
		c.Tag = &tag
	}
	c.origin = s.origin.clip(s.view, s.view+int64(len(s.raw)))
	return &c
}

// find returns the index of the first run that reaches beyond text offset from.
func (s *Segment) find(from int) int {
	if len(s.runs) > 0 && from < int(s.runs[0].text+s.runs[0].n) {
		return 0
	}
	return sort.Search(len(s.runs), func(i int) bool { return int(s.runs[i].text+s.runs[i].n) > from })
}

// rawRange returns the smallest range of raw that holds Text[from:to].
func (s *Segment) rawRange(from, to int) (a, b int) {
	if from >= to {
		at := s.rawEnd(from)
		return at, at
	}
	i := s.find(from)
	if i == len(s.runs) {
		at := s.rawEnd(len(s.Text))
		return at, at
	}
	r := s.runs[i]
	a = int(r.raw)
	if !r.whole {
		a += max(0, from-int(r.text))
	}
	return a, s.rawEnd(to)
}

// rawEnd returns where in raw the character that ends at text offset to ends; the
// start of the first run when to is 0.
func (s *Segment) rawEnd(to int) int {
	if len(s.runs) == 0 {
		return 0
	}
	if to <= 0 {
		return int(s.runs[0].raw)
	}
	i := s.find(to - 1)
	if i == len(s.runs) {
		r := s.runs[i-1]
		return int(r.raw + r.m)
	}
	r := s.runs[i]
	if r.whole {
		return int(r.raw + r.m)
	}
	return int(r.raw) + to - int(r.text)
}

func (s *Segment) file(at int) int64 { return s.origin.File(s.view + int64(at)) }

func (s *Segment) position(at int) Position {
	if s.memo.pos.Line == 0 || at < s.memo.at {
		s.memo = memo{0, s.base}
	}
	c := Counter{pos: s.memo.pos}
	if s.memo.at > 0 && s.raw[s.memo.at-1] == '\r' {
		c.cr = true
	}
	c.Advance(s.raw[s.memo.at:at])
	s.memo = memo{at, c.pos}
	p := c.pos
	p.Offset = s.file(at)
	return p
}
