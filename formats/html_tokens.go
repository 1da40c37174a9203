package formats

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// run reads a whole page.
func (h *htmlReader) run(r io.Reader) {
	h.in = r
	z := html.NewTokenizer(r)
	z.SetMaxBuf(h.limits.Block)
	for !h.stopped {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			err := z.Err()
			if errors.Is(err, html.ErrBufferExceeded) {
				z = h.restart(z)
				continue
			}
			h.finish()
			if err != io.EOF {
				h.fail(err)
			}
			return
		case html.TextToken:
			h.text(z.Raw())
		default:
			if len(z.Raw()) >= h.limits.Block {
				z = h.restart(z) // a comment without its end
				continue
			}
			h.token(tt, z.Raw())
			if tt == html.StartTagToken && h.tag.name == "noscript" {
				z.NextIsNotRawText() // the tokenizer believes in scripts
			}
		}
	}
}

// finish closes what is open at the end.
func (h *htmlReader) finish() {
	h.release()
	h.closeBlock()
}

// restart goes on where the tokenizer's buffer was full: behind a text, or in a tag or comment, which
// is passed over.
func (h *htmlReader) restart(z *html.Tokenizer) *html.Tokenizer {
	begun := z.Raw()
	rest := append(append(h.held, begun...), z.Buffered()...)
	open := ""
	if len(begun) > 0 {
		h.release()
		rest = rest[len(rest)-len(begun)-len(z.Buffered()):]
		h.in = h.skipLong(begun, io.MultiReader(bytes.NewReader(rest), h.in))
		rest = nil
	} else if h.undivided() {
		// A tokenizer of fragments would take what follows for plain text up to the end.
		open = "<" + h.stack[len(h.stack)-1].name + ">"
	}
	h.held = nil
	if len(rest) > 0 {
		h.in = io.MultiReader(bytes.NewReader(rest), h.in)
	}
	z = html.NewTokenizer(io.MultiReader(strings.NewReader(open), h.in))
	z.SetMaxBuf(h.limits.Block)
	if open != "" {
		z.Next()
	}
	return z
}

// token reads a token that is no text.
func (h *htmlReader) token(tt html.TokenType, raw []byte) {
	h.release()
	h.tokenAs(tt, raw, raw)
}

// tokenAs reads a token of the same length as shape, which has what is no text blotted out.
func (h *htmlReader) tokenAs(tt html.TokenType, raw, shape []byte) {
	switch tt {
	case html.StartTagToken, html.SelfClosingTagToken:
		h.tag.scan(shape)
		h.start(raw, tt == html.SelfClosingTagToken)
	case html.EndTagToken:
		h.tag.scan(shape)
		h.end(raw)
	case html.CommentToken:
		h.keep(raw)
		h.comment(raw)
	default:
		h.keep(raw)
	}
	h.count.Advance(raw)
	h.bound(len(h.raw))
}

// text reads text with entities in it.
func (h *htmlReader) text(raw []byte) {
	if len(h.held) > 0 {
		raw = append(h.held, raw...)
		h.held = nil
	}
	name := ""
	if h.undivided() {
		name = h.stack[len(h.stack)-1].name
	}
	n := max(incomplete(raw), incompleteTag(raw, name))
	if name == "style" {
		n = max(n, incompleteStyle(raw))
	}
	if n > 0 {
		h.held = bytes.Clone(raw[len(raw)-n:])
		raw = raw[:len(raw)-n]
	}
	h.words(raw)
	h.count.Advance(raw)
}

// release reads what was held back when nothing completes it.
func (h *htmlReader) release() {
	if raw := h.held; len(raw) > 0 {
		h.held = nil
		h.words(raw)
		h.count.Advance(raw)
	}
}

// undivided reports whether an element is open in which tags are text.
func (h *htmlReader) undivided() bool {
	return len(h.stack) > 0 && h.stack[len(h.stack)-1].undivided
}

// incompleteTag returns how many bytes at the end of a text may be the beginning of a tag: one of the
// element of this name that is undivided, or of any when name is empty.
func incompleteTag(raw []byte, name string) int {
	tail := raw[max(0, len(raw)-len(name)-len("</")):]
	if i := bytes.LastIndexByte(tail, '<'); i >= 0 && (name == "" || strings.HasPrefix("</"+name, string(lowered(tail[i:])))) {
		return len(tail) - i
	}
	return 0
}

// incomplete returns how many bytes at the end of a text may be the beginning of a character or an
// entity, if the text goes on behind it.
func incomplete(raw []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(raw); n++ {
		if c := raw[len(raw)-n]; c >= 0xC0 {
			if !utf8.FullRune(raw[len(raw)-n:]) {
				return n
			}
			break
		}
	}
	tail := raw[max(0, len(raw)-longestEntity):]
	if i := bytes.LastIndexByte(tail, '&'); i >= 0 && bytes.IndexByte(tail[i:], ';') < 0 {
		return len(tail) - i
	}
	return 0
}
