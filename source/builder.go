package source

import "unicode/utf8"

// Builder makes Segments. It is the only place where offsets are added up. A reader
// keeps one Builder per document and uses it again for each segment, whose storage is
// reused: see [Segment]. Ranges of raw must be given in ascending order.
type Builder struct {
	seg  Segment
	text []byte
}

// Begin starts a segment that is written as raw, bytes of the view that begin at base.
// base.Offset counts bytes of the view, as [Counter.Position] does; origin, which may be
// nil, leads to the file. The Builder keeps raw; it must not change while the segment
// is in use.
func (b *Builder) Begin(raw []byte, base Position, origin *Origin) {
	s := &b.seg
	*s = Segment{
		raw: raw, view: base.Offset, base: base, origin: origin,
		runs: s.runs[:0], Links: s.Links[:0], Omitted: s.Omitted[:0],
	}
	s.base.Offset = origin.File(base.Offset)
	b.text = b.text[:0]
}

// Len returns the length of the text so far, in bytes.
func (b *Builder) Len() int { return len(b.text) }

// Crowded reports whether there are more than n runs, omissions or links.
func (b *Builder) Crowded(n int) bool {
	return len(b.seg.runs) > n || len(b.seg.Omitted) > n || len(b.seg.Links) > n
}

// Pieces returns how many runs and omissions there are from text offset from on.
func (b *Builder) Pieces(from int) int {
	s := &b.seg
	n := len(s.runs) - s.find(from)
	for i := len(s.Omitted) - 1; i >= 0 && s.Omitted[i].At >= from; i-- {
		n++
	}
	return n
}

// Text returns the text so far; it is valid until the next call.
func (b *Builder) Text() []byte { return b.text }

// Copy appends raw[from:to] as it is. Invisible characters are left out and recorded in
// Omitted; an invalid byte becomes U+FFFD.
func (b *Builder) Copy(from, to int) {
	raw := b.seg.raw
	start := from
	for i := from; i < to; {
		c := raw[i]
		if c >= 0x20 && c < 0x7F || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		// The common case: Han characters (U+4000 to U+CFFF) and the punctuation of U+3000.
		if (c > 0xE3 && c < 0xED || c == 0xE3 && i+1 < to && raw[i+1] == 0x80) &&
			i+2 < to && raw[i+1]&0xC0 == 0x80 && raw[i+2]&0xC0 == 0x80 {
			i += 3
			continue
		}
		r, n := utf8.DecodeRune(raw[i:to])
		switch {
		case r == utf8.RuneError && n == 1:
			b.verbatim(start, i)
			b.Decode("\uFFFD", i, i+1)
		case Invisible(r):
			b.verbatim(start, i)
			b.Omit(i, i+n)
		default:
			i += n
			continue
		}
		i += n
		start = i
	}
	b.verbatim(start, to)
}

func (b *Builder) verbatim(from, to int) {
	if from >= to {
		return
	}
	s := &b.seg
	if k := len(s.runs) - 1; k >= 0 {
		if r := &s.runs[k]; !r.whole && int(r.raw+r.m) == from {
			r.n += uint32(to - from)
			r.m += uint32(to - from)
			b.text = append(b.text, s.raw[from:to]...)
			return
		}
	}
	s.runs = append(s.runs, run{uint32(len(b.text)), uint32(from), uint32(to - from), uint32(to - from), false})
	b.text = append(b.text, s.raw[from:to]...)
}

// Decode appends text that is written as raw[from:to], an entity or an escape: an
// indivisible run. Invisible characters are recorded in Omitted instead, and invalid
// UTF-8 becomes U+FFFD.
func (b *Builder) Decode(text string, from, to int) {
	at := len(b.text)
	for i, r := range text {
		if Invisible(r) {
			b.seg.Omitted = append(b.seg.Omitted, Omission{len(b.text), text[i : i+utf8.RuneLen(r)], b.span(from, to)})
			continue
		}
		b.text = utf8.AppendRune(b.text, r)
	}
	b.seg.runs = append(b.seg.runs, run{uint32(at), uint32(from), uint32(len(b.text) - at), uint32(to - from), true})
}

// Omit leaves raw[from:to] out of the text without splitting a span around it, and
// records it: an invisible character, a stray space or line break between Han characters.
func (b *Builder) Omit(from, to int) {
	s := &b.seg
	s.Omitted = append(s.Omitted, Omission{len(b.text), string(s.raw[from:to]), b.span(from, to)})
	s.runs = append(s.runs, run{uint32(len(b.text)), uint32(from), 0, uint32(to - from), true})
}

// Extend replaces raw by a longer slice that begins with the same bytes.
func (b *Builder) Extend(raw []byte) { b.seg.raw = raw }

// Raw returns the bytes the segment is written as so far.
func (b *Builder) Raw() []byte { return b.seg.raw }

// Boundary returns the text offset at or before from at which Carry can begin: outside of indivisible
// runs.
func (b *Builder) Boundary(from int) int {
	s := &b.seg
	if i := s.find(from); i < len(s.runs) && s.runs[i].whole {
		return int(s.runs[i].text)
	}
	return from
}

// Written returns where in raw the text from offset from on is written, end when there is none. from
// must be at a Boundary.
func (b *Builder) Written(from, end int) int {
	s := &b.seg
	i := s.find(from)
	if i == len(s.runs) {
		return end
	}
	at := int(s.runs[i].raw)
	if !s.runs[i].whole {
		at += from - int(s.runs[i].text)
	}
	return at
}

// Carry begins a segment that continues the one before: it repeats Text[from:], which must be at a
// Boundary, and what that is written as; when it repeats nothing, raw[:end] is left out. Links are
// not repeated. It returns how many bytes of raw the new segment leaves out at its beginning. The
// segment before is not valid any more.
func (b *Builder) Carry(from, end int) int {
	s := &b.seg
	i := s.find(from)
	drop := b.Written(from, end)
	base := s.position(drop)
	view := s.view + int64(drop)
	runs := s.runs[:0]
	for _, r := range s.runs[i:] {
		if cut := from - int(r.text); cut > 0 && !r.whole {
			r = run{r.text + uint32(cut), r.raw + uint32(cut), r.n - uint32(cut), r.m - uint32(cut), false}
		}
		r.text -= uint32(from)
		r.raw -= uint32(drop)
		runs = append(runs, r)
	}
	omitted := s.Omitted[:0]
	for _, o := range s.Omitted {
		if o.At > from && o.At < len(b.text) { // at its end it would seem new
			o.At -= from
			omitted = append(omitted, o)
		}
	}
	b.text = append(b.text[:0], b.text[from:]...)
	*s = Segment{
		raw: s.raw[drop:], view: view, base: base, origin: s.origin,
		runs: runs, Links: s.Links[:0], Omitted: omitted,
	}
	return drop
}

// Link records a reference. Its target is written as raw[from:to]; textFrom is the text
// offset where the link's words began (see Len), and they end at the present end.
func (b *Builder) Link(l Link, from, to, textFrom int) {
	l.Span = b.span(from, to)
	l.From, l.To = textFrom, len(b.text)
	b.seg.Links = append(b.seg.Links, l)
}

// Span converts a range of raw to a span of the file.
func (b *Builder) Span(from, to int) Span { return b.span(from, to) }

func (b *Builder) span(from, to int) Span {
	s := &b.seg
	return Span{s.origin.File(s.view + int64(from)), s.origin.File(s.view + int64(to))}
}

// Segment finishes the segment and returns it. It stays valid until the next Begin. The
// caller sets Kind and the other exported fields.
func (b *Builder) Segment() *Segment {
	b.seg.Text = string(b.text)
	return &b.seg
}

// Invisible reports whether r has no glyph and no width: zero-width and directional
// marks, the soft hyphen, the byte order mark, variation selectors, control characters
// other than tab and line ends (Unicode default-ignorable code points and Cc).
func Invisible(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\t' && r != '\n' && r != '\r'
	case r < 0x7F:
		return false
	case r < 0xA0, r == 0xAD, r == 0x034F, r == 0x061C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5:
		return true
	case r < 0x180B:
		return false
	case r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r == 0x3164, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xFFA0, r >= 0xFFF0 && r <= 0xFFFB:
		return true
	case r >= 0x1D173 && r <= 0x1D17A, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}
