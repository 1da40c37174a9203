package formats

import (
	"bytes"

	"proofcheck/source"
)

// Content of style and script elements is no text. It is yielded as a segment of kind Element whose
// tag has the name of the element behind a number sign, as the DOM names its text nodes: that of
// style sheets when it has references in it, and both when tags are asked for.

// longestTarget is the longest reference of a style sheet that is read, in bytes.
const longestTarget = 4096

// embedded yields a piece of the content of a style or script element.
func (h *htmlReader) embedded(name string, raw []byte) {
	var links []openTag
	switch name {
	case "style":
		h.css.each(raw, 0, len(raw), func(from, to int) {
			target := bytes.ToValidUTF8(raw[from:to], []byte("\uFFFD"))
			links = append(links, openTag{link: source.Link{Target: string(target), Element: name}, from: from, to: to})
		})
	case "script":
	default:
		return
	}
	if !h.elements && len(links) == 0 {
		return
	}
	b := &h.aside
	b.Begin(raw, h.count.Position(), h.origin)
	for _, l := range links {
		b.Link(l.link, l.from, l.to, 0)
	}
	s := b.Segment()
	s.Kind, s.Tag = source.Element, &source.Tag{Name: "#" + name}
	h.emit(s)
}

// A styleScanner finds the references in a style sheet, url(…) and @import "…", which may come in
// pieces: a comment or string goes on in the next one. CSS Syntax Level 3 section 4.
type styleScanner struct {
	comment bool
	quote   byte
}

// each calls add for each reference in raw[from:to].
func (c *styleScanner) each(raw []byte, from, to int, add func(from, to int)) {
	for i := from; i < to; {
		switch b := raw[i]; {
		case c.comment:
			n := bytes.Index(raw[i:to], []byte("*/"))
			if n < 0 {
				return
			}
			c.comment = false
			i += n + len("*/")
		case c.quote != 0:
			if b == '\\' {
				i++
			} else if b == c.quote || b == '\n' {
				c.quote = 0
			}
			i++
		case b == '/' && i+1 < to && raw[i+1] == '*':
			c.comment = true
			i += len("/*")
		case b == '"' || b == '\'':
			c.quote = b
			i++
		case b == '(' && functionIs(raw[from:i], "url"):
			i = c.url(raw, i+1, to, add)
		case b == '@' && i+len("@import") < to && bytes.EqualFold(raw[i:i+len("@import")], []byte("@import")):
			i += len("@import")
			for i < to && space32(raw[i]) {
				i++
			}
			if i < to && (raw[i] == '"' || raw[i] == '\'') {
				if n := bytes.IndexByte(raw[i+1:min(to, i+1+longestTarget)], raw[i]); n > 0 {
					add(i+1, i+1+n)
					i += n + 2
				}
			}
		default:
			i++
		}
	}
}

// functionIs reports whether the name of a function ends b.
func functionIs(b []byte, name string) bool {
	n := len(b) - len(name)
	return n >= 0 && bytes.EqualFold(b[n:], []byte(name)) && (n == 0 || !letter(b[n-1]) && b[n-1] != '-' && b[n-1] != '_')
}

// url reads the address of a url(…) that begins at offset i, and returns where to go on.
func (c *styleScanner) url(raw []byte, i, to int, add func(from, to int)) int {
	for i < to && space32(raw[i]) {
		i++
	}
	quote := ")"
	// Quotation marks of an attribute may themselves be written as entities.
	for _, q := range [...]string{`"`, "'", "&quot;", "&#39;", "&#34;"} {
		if bytes.HasPrefix(raw[i:to], []byte(q)) {
			quote = q
			i += len(q)
			break
		}
	}
	n := bytes.Index(raw[i:min(to, i+longestTarget+len(quote))], []byte(quote))
	if n < 0 {
		if len(quote) == 1 && quote != ")" {
			c.quote = quote[0] // an image that is written into the page
		}
		return i
	}
	end := i + n
	for quote == ")" && end > i && space32(raw[end-1]) {
		end--
	}
	if i < end {
		add(i, end)
	}
	return i + n + len(quote)
}

// incompleteStyle returns how many bytes at the end of a piece of a style sheet may be the beginning of
// a reference.
func incompleteStyle(raw []byte) int {
	tail := raw[max(0, len(raw)-longestTarget):]
	lower := lowered(tail)
	for _, begin := range [...]string{"url(", "@import"} {
		if i := bytes.LastIndex(lower, []byte(begin)); i >= 0 && !bytes.ContainsAny(tail[i:], ");") {
			return len(tail) - i
		}
		for n := min(len(begin)-1, len(tail)); n > 0; n-- {
			if string(lower[len(lower)-n:]) == begin[:n] {
				return n
			}
		}
	}
	return 0
}
