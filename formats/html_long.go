package formats

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// skipLong passes over a tag or comment that is longer than a block, such as an image that is written
// into the page: nothing is read of it. begun is its beginning, and the reader goes on behind it.
func (h *htmlReader) skipLong(begun []byte, in io.Reader) io.Reader {
	h.closeBlock() // what it is written as would not be whole
	r := bufio.NewReaderSize(in, sample)
	end := markupEnd{comment: bytes.HasPrefix(begun, []byte("<!--"))}
	for {
		b, err := r.Peek(sample)
		n := end.find(b)
		found := end.found
		for k := 1; !found && err == nil && k < utf8.UTFMax && k <= n; k++ {
			if c := b[n-k]; c >= 0xC0 { // a character that may go on in the next part
				n -= k
				break
			}
		}
		h.count.Advance(b[:n])
		if _, discarded := r.Discard(n); found || err != nil || discarded != nil {
			return r
		}
	}
}

// A markupEnd looks for the end of a tag or comment in parts of a file.
type markupEnd struct {
	comment bool
	dashes  int  // of a comment, before this place
	quote   byte // of the value that is open
	last    byte // that is not white space
	found   bool
}

// find returns where the tag or comment ends, or the length of b.
func (m *markupEnd) find(b []byte) int {
	for i, c := range b {
		switch {
		case m.comment:
			m.found = c == '>' && m.dashes >= 2
			if c == '-' {
				m.dashes++
			} else {
				m.dashes = 0
			}
		case m.quote != 0:
			if c == m.quote {
				m.quote = 0
			}
		case (c == '"' || c == '\'') && m.last == '=':
			m.quote = c
		default:
			m.found = c == '>'
		}
		if m.found {
			return i + 1
		}
		if !space32(c) {
			m.last = c
		}
	}
	return len(b)
}
