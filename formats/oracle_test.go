package formats_test

import (
	"bytes"
	"fmt"
	"html"
	"iter"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"proofcheck/formats"
	"proofcheck/source"
)

// An oracle knows of each character of a file where it stands. It decodes the file as a whole, one
// character after the other, and shares no code with the readers.
type oracle struct {
	runes  []rune
	starts []int64 // bytes of the file; one more than runes
	lines  []int
	cols   []int
	index  map[int64]int // of a start
}

// decodeOne returns the character that a file goes on with.
type decodeOne func(b []byte) (r rune, size int)

func newOracle(file []byte, name string) *oracle {
	decode, mark := oneOf(name), 0
	for _, m := range []string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF", "\x84\x31\x95\x33"} {
		if bytes.HasPrefix(file, []byte(m)) {
			mark = len(m)
		}
	}
	o := &oracle{index: map[int64]int{}}
	line, col := 1, 1
	for at := mark; at < len(file); {
		r, n := decode(file[at:])
		o.add(r, int64(at), line, col)
		at += n
		next := rune(-1)
		if at < len(file) {
			next, _ = decode(file[at:])
		}
		if r == '\n' || r == '\r' && next != '\n' {
			line, col = line+1, 1
		} else {
			col++
		}
	}
	o.add(-1, int64(len(file)), line, col)
	return o
}

func (o *oracle) add(r rune, at int64, line, col int) {
	o.index[at] = len(o.starts)
	o.runes, o.starts = append(o.runes, r), append(o.starts, at)
	o.lines, o.cols = append(o.lines, line), append(o.cols, col)
}

func oneOf(name string) decodeOne {
	switch name {
	case "gb18030":
		return oneOfTable(simplifiedchinese.GB18030, 2, 4)
	case "big5":
		return oneOfTable(traditionalchinese.Big5, 2)
	case "utf-16le":
		return func(b []byte) (rune, int) { return oneWide(b, 0, 1) }
	case "utf-16be":
		return func(b []byte) (rune, int) { return oneWide(b, 1, 0) }
	}
	return utf8.DecodeRune
}

// oneOfTable tries the lengths that a character may have. What is none of them is one bad byte.
func oneOfTable(e encoding.Encoding, lengths ...int) decodeOne {
	return func(b []byte) (rune, int) {
		if b[0] < 0x80 {
			return rune(b[0]), 1
		}
		for _, n := range lengths {
			if n > len(b) || n == 4 && (b[1] < '0' || b[1] > '9') {
				break // x/text takes more second bytes of four than the standard does
			}
			out, err := e.NewDecoder().Bytes(b[:n])
			if r, size := utf8.DecodeRune(out); err == nil && r != utf8.RuneError && size == len(out) {
				return r, n
			}
		}
		return utf8.RuneError, 1
	}
}

func oneWide(b []byte, low, high int) (rune, int) {
	if len(b) < 2 {
		return utf8.RuneError, 1
	}
	r := rune(b[high])<<8 | rune(b[low])
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(b) >= 4 {
		if pair := utf16.DecodeRune(r, rune(b[2+high])<<8|rune(b[2+low])); pair != utf8.RuneError {
			return pair, 4
		}
	}
	return utf8.RuneError, 2
}

// written returns the characters of a span, and whether it begins and ends between characters.
func (o *oracle) written(sp source.Span) (string, bool) {
	from, ok1 := o.index[sp.Start]
	to, ok2 := o.index[sp.End]
	if !ok1 || !ok2 || to < from {
		return "", false
	}
	return string(o.runes[from:to]), true
}

// check reports what does not hold of a segment: each character of its text is what stands in the
// file where it is said to, or is written there as an entity or an escape; lines and columns are
// those that the oracle has counted; places ascend.
func (o *oracle) check(s *source.Segment) error {
	if !utf8.ValidString(s.Text) {
		return fmt.Errorf("text %q is not valid UTF-8", s.Text)
	}
	if s.Lead > len(s.Text) || s.Tail > len(s.Text) || s.Tail > 0 && !s.Partial {
		return fmt.Errorf("lead %d, tail %d of %d bytes, partial %v", s.Lead, s.Tail, len(s.Text), s.Partial)
	}
	last := int64(0)
	for i, r := range s.Text {
		n := utf8.RuneLen(r)
		sp := s.Span(i, i+n)
		raw, ok := o.written(sp)
		if !ok || raw == "" {
			return fmt.Errorf("%q is said to stand at %v, which is not between characters", r, sp)
		}
		if source.Invisible(r) {
			return fmt.Errorf("%U is in the text", r)
		}
		if !stands(r, raw) {
			return fmt.Errorf("%q is said to be written as %q at %v", r, raw, sp)
		}
		if sp.Start < last {
			return fmt.Errorf("%q at %v comes before %d", r, sp, last)
		}
		last = sp.Start
		if s.Verbatim(i, i+n) {
			if raw != string(r) {
				return fmt.Errorf("%q is verbatim, but %q", r, raw)
			}
			last = sp.End
		}
		start, end := s.Locate(i, i+n)
		for _, p := range []source.Position{start, end, s.Position(sp.Start)} {
			k, ok := o.index[p.Offset]
			if !ok || p.Line != o.lines[k] || p.Column != o.cols[k] {
				return fmt.Errorf("%q is said to stand at %v (%d)", r, p, p.Offset)
			}
		}
	}
	return o.checkParts(s)
}

// checkParts does the same for links, omissions and attributes.
func (o *oracle) checkParts(s *source.Segment) error {
	for _, l := range s.Links {
		if _, ok := o.written(l.Span); !ok || l.From < 0 || l.To < l.From || l.To > len(s.Text) {
			return fmt.Errorf("link %+v of %q", l, s.Text)
		}
	}
	for _, m := range s.Omitted {
		raw, ok := o.written(m.Span)
		if !ok || m.At < 0 || m.At > len(s.Text) {
			return fmt.Errorf("omission %+v of %q", m, s.Text)
		}
		if raw != m.Text && !strings.Contains(html.UnescapeString(raw), m.Text) {
			return fmt.Errorf("omission %+v is written as %q", m, raw)
		}
	}
	if s.Tag == nil {
		return nil
	}
	for _, a := range s.Tag.Attributes {
		if _, ok := o.written(a.Span); !ok {
			return fmt.Errorf("attribute %+v", a)
		}
	}
	return nil
}

// stands reports whether r may be written as raw.
func stands(r rune, raw string) bool {
	switch {
	case raw == string(r):
		return true
	case r == ' ': // for white space, and for what is no text: code, formulas, templates
		return strings.ContainsAny(raw, " \t\r\n\f\u00a0\u3000&<`{$\\")
	case raw[0] == '\\':
		return raw[1:] == string(r)
	case raw[0] == '&':
		return strings.ContainsRune(html.UnescapeString(raw), r)
	}
	return false
}

// checkedSegments reads a draft and checks every segment against the oracle.
func checkedSegments(tb testing.TB, f *formats.Format, file []byte, opt formats.Options) iter.Seq[*source.Segment] {
	tb.Helper()
	return func(yield func(*source.Segment) bool) {
		doc := f.Split("draft", bytes.NewReader(file), opt)
		o := newOracle(file, doc.Encoding)
		for s, err := range doc.Segments {
			if err != nil {
				tb.Fatalf("%s: %v", f.Name, err)
			}
			if err := o.check(s); err != nil {
				tb.Fatalf("%s in %s: %v %q: %v", f.Name, doc.Encoding, s.Kind, s.Text, err)
			}
			if !yield(s) {
				return
			}
		}
	}
}
