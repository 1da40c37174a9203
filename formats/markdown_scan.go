package formats

import (
	"bytes"
	"strings"

	"proofcheck/source"
)

// blot stands for each byte of what is no text: templates, shortcodes and formulas. The parser takes
// it for a letter.
const blot = 0x1A

// longestMask is the longest template or formula, in bytes.
const longestMask = 4096

// mask returns a copy of Markdown with templates, shortcodes and formulas blotted out.
func mask(b []byte) []byte {
	out := bytes.Clone(b)
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			if n := formula(b[i:], `\(`, `\)`); n > 0 {
				i += blotOut(out, i, n)
			} else if n := formula(b[i:], `\[`, `\]`); n > 0 {
				i += blotOut(out, i, n)
			} else {
				i++ // an escape
			}
		case '`':
			// Code: to the same number of marks, on the same line or in a fence; it is left out anyway.
			n := 1
			for i+n < len(b) && b[i+n] == '`' {
				n++
			}
			if end := bytes.Index(b[i+n:min(len(b), i+n+longestMask)], b[i:i+n]); end >= 0 {
				i += end + 2*n - 1
			} else {
				i += n - 1
			}
		case '{':
			if n := template(b[i:]); n > 0 {
				i += blotOut(out, i, n)
			}
		case '$':
			if n := dollars(b, i); n > 0 {
				i += blotOut(out, i, n)
			}
		}
	}
	return out
}

// blotOut keeps line ends, so that the lines stay what they are, and returns n-1.
func blotOut(out []byte, from, n int) int {
	for k := from; k < from+n; k++ {
		if out[k] != '\n' && out[k] != '\r' {
			out[k] = blot
		}
	}
	return n - 1
}

// template returns the length of {{…}} or {%…%} at the beginning of b.
func template(b []byte) int {
	for _, pair := range [...][2]string{{"{{", "}}"}, {"{%", "%}"}} {
		if bytes.HasPrefix(b, []byte(pair[0])) {
			return enclosed(b, pair[0], pair[1])
		}
	}
	return 0
}

// enclosed returns the length of what begins with open and ends with shut in the same paragraph.
func enclosed(b []byte, open, shut string) int {
	window := b[:min(len(b), longestMask)]
	if i := bytes.Index(window, []byte("\n\n")); i >= 0 {
		window = window[:i]
	}
	if len(window) < len(open) {
		return 0
	}
	if i := bytes.Index(window[len(open):], []byte(shut)); i >= 0 {
		return len(open) + i + len(shut)
	}
	return 0
}

// formula returns the length of a formula between open and shut. Escaped brackets around Chinese are
// brackets.
func formula(b []byte, open, shut string) int {
	if !bytes.HasPrefix(b, []byte(open)) {
		return 0
	}
	n := enclosed(b, open, shut)
	if n == 0 || chineseText(b[len(open):n-len(shut)]) {
		return 0
	}
	return n
}

// dollars returns the length of $…$ or $$…$$ at offset i. Prices are no formulas: a closing dollar has
// no digit behind it, and no space stands inside of either.
func dollars(b []byte, i int) int {
	if bytes.HasPrefix(b[i:], []byte("$$")) {
		return enclosed(b[i:], "$$", "$$")
	}
	window := b[i+1 : min(len(b), i+1+512)]
	if k := bytes.IndexByte(window, '\n'); k >= 0 {
		window = window[:k]
	}
	end := bytes.IndexByte(window, '$')
	if end <= 0 || space32(window[0]) || space32(window[end-1]) || window[end-1] == '\\' {
		return 0
	}
	if end+1 < len(window) && window[end+1] >= '0' && window[end+1] <= '9' {
		return 0
	}
	if inner := window[:end]; chineseText(inner) && bytes.IndexByte(inner, '\\') < 0 {
		return 0
	}
	return end + 2
}

func chineseText(b []byte) bool {
	for i := 0; i+2 < len(b); i++ {
		if b[i] >= 0xE3 && b[i] <= 0xE9 {
			return true
		}
	}
	return false
}

// decodeMarkdown appends the text that raw[from:to] stands for: backslash escapes and entities are
// decoded, blots leave a gap.
func decodeMarkdown(f *flow, raw []byte, from, to int) {
	for from < to {
		n := bytes.IndexAny(raw[from:to], "&\\\x1a")
		if n < 0 {
			f.text(raw, from, to)
			return
		}
		if n > 0 {
			f.text(raw, from, from+n)
			from += n
		}
		switch raw[from] {
		case blot:
			end := from
			for end < to && raw[end] == blot {
				end++
			}
			f.gap(from, end)
			from = end
			continue
		case '\\':
			if from+1 < to && punctuation(raw[from+1]) {
				f.decoded(string(raw[from+1:from+2]), from, from+2)
				from += 2
				continue
			}
		case '&':
			// Only entities that end in ; are any in Markdown.
			if text, size := entity(raw[from:to]); size > 0 && raw[from+size-1] == ';' {
				f.decoded(text, from, from+size)
				from += size
				continue
			}
		}
		f.word(raw, from, from+1)
		from++
	}
}

// decodeMasked is decode for HTML inside of Markdown, in which templates are blotted out.
func decodeMasked(f *flow, raw []byte, from, to int) {
	for from < to {
		n := bytes.IndexByte(raw[from:to], blot)
		if n < 0 {
			decode(f, raw, from, to)
			return
		}
		decode(f, raw, from, from+n)
		from += n
		end := from
		for end < to && raw[end] == blot {
			end++
		}
		f.gap(from, end)
		from = end
	}
}

func punctuation(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

// A destination is where the target and the title of a link stand. end is behind the closing bracket.
type destination struct {
	from, to, titleFrom, titleTo, end int
}

// locate finds the destination of an inline link whose words end at offset at: ](target "title").
// CommonMark 6.3. end is 0 when there is none, as for a reference.
func locate(b []byte, at int, target string) (d destination) {
	i := at
	for i < len(b) && i < at+16 && b[i] != ']' {
		i++ // the end of emphasis or code around the words
	}
	if i+1 >= len(b) || b[i] != ']' || b[i+1] != '(' {
		return destination{}
	}
	i = skipSpace(b, i+2)
	d.from = i
	if i < len(b) && b[i] == '<' {
		n := bytes.IndexByte(b[i:], '>')
		if n < 0 {
			return destination{}
		}
		d.from, d.to = i+1, i+n
		i += n + 1
	} else {
		depth := 0
		for i < len(b) && b[i] > ' ' {
			if b[i] == '\\' && i+1 < len(b) && punctuation(b[i+1]) {
				i++
			} else if b[i] == '(' {
				depth++
			} else if b[i] == ')' {
				if depth == 0 {
					break
				}
				depth--
			}
			i++
		}
		d.to = min(i, len(b))
	}
	i = skipSpace(b, i)
	if i < len(b) && (b[i] == '"' || b[i] == '\'' || b[i] == '(') {
		i = d.title(b, i)
	}
	i = skipSpace(b, i)
	if i >= len(b) || b[i] != ')' || target == "" && d.from < d.to {
		return destination{}
	}
	d.end = i + 1
	return d
}

// title reads the title that begins at offset i and returns where it ends.
func (d *destination) title(b []byte, i int) int {
	shut := b[i]
	if shut == '(' {
		shut = ')'
	}
	for k := i + 1; k < len(b); k++ {
		if b[k] == '\\' {
			k++
		} else if b[k] == shut {
			d.titleFrom, d.titleTo = i+1, k
			return k + 1
		}
	}
	return i
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && space32(b[i]) {
		i++
	}
	return i
}

// referenceEnd returns where a reference link ends whose words end at offset at: ][label] or ].
func referenceEnd(b []byte, at int) int {
	i := at
	for i < len(b) && i < at+16 && b[i] != ']' && b[i] != '\n' {
		i++
	}
	if i >= len(b) || b[i] != ']' {
		return at
	}
	i++
	if i < len(b) && b[i] == '[' {
		if n := bytes.IndexByte(b[i:min(len(b), i+1000)], ']'); n > 0 {
			return i + n + 1
		}
	}
	return i
}

// definition yields the link of a line such as [label]: target "title", and the text of a footnote
// that nothing refers to, which the parser leaves out.
func (m *markdownReader) definition(line []byte) {
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	if indent > 3 || indent >= len(line) || line[indent] != '[' {
		return
	}
	n := bytes.Index(line, []byte("]:"))
	if n < 0 {
		return
	}
	at := m.pos + skipSpace(line, n+2)
	end := m.pos + len(bytes.TrimRight(line, " \r\n"))
	if at >= end {
		return
	}
	if line[indent+1] == '^' {
		m.asideText(at, end, source.Paragraph, "")
		return
	}
	var d destination
	d.from, d.to = at, at
	for d.to < end && m.chunk[d.to] > ' ' {
		d.to++
	}
	rest := skipSpace(m.chunk[:end], d.to)
	if m.chunk[d.from] == '<' && m.chunk[d.to-1] == '>' {
		d.from, d.to = d.from+1, d.to-1
	}
	if rest < end {
		if strings.IndexByte(`"'(`, m.chunk[rest]) < 0 || d.title(m.chunk[:end], rest) == rest {
			return // words follow: no definition
		}
	}
	if d.from >= d.to || bytes.IndexByte(m.masked[d.from:d.to], blot) >= 0 {
		return
	}
	b := &m.aside
	b.Begin(m.chunk[m.pos:m.pos+len(line)], m.count.Position(), m.origin)
	b.Link(source.Link{Target: strings.ToValidUTF8(string(m.chunk[d.from:d.to]), "\uFFFD"), Element: "definition"}, d.from-m.pos, d.to-m.pos, 0)
	s := b.Segment()
	s.Kind, s.Tag = source.Element, &source.Tag{Name: "definition"}
	m.emit(s)
	m.title(d)
}
