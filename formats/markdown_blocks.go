package formats

import (
	"bytes"

	"proofcheck/source"
)

// A block is what stands between two places where Markdown can be cut without a change of its
// meaning.
type block struct {
	end   int
	shape shape
	level int // of a plain heading
}

// A shape says how a block is read.
type shape uint8

const (
	marked      shape = iota // by the parser
	plain                    // a paragraph or heading without any markup
	items                    // a list of such lines
	fence                    // code
	definitions              // lines that define links
)

// longestPart is how many bytes of blocks with markup the parser sees at once, if there are several.
const longestPart = 64 << 10

// blocks gives the blocks of a window, and returns how many bytes they are; what is incomplete is left.
func (m *markdownReader) blocks(b []byte, eof bool) int {
	var found []block
	end := 0
	for end < len(b) {
		next, ok := scanBlock(b[end:], eof, m.learn)
		if !ok {
			break
		}
		next.end += end
		end = next.end
		if k := len(found) - 1; k >= 0 && next.shape == marked && found[k].shape == marked && end-start(found, k) <= longestPart {
			found[k].end = end
			continue
		}
		found = append(found, next)
	}
	at := 0
	for _, f := range found {
		if m.stopped {
			break
		}
		switch part := b[at:f.end]; f.shape {
		case plain:
			m.plain(part, f.level)
		case items:
			m.items(part)
		case definitions:
			m.definitions(part)
		case fence:
			m.chunk, m.pos, m.first = part, 0, m.count
			m.closeBlock()
			m.skipTo(len(part))
		default:
			var labels map[string]bool
			if !eof {
				labels = labelsOf(part)
			}
			m.complex(part, labels)
		}
		at = f.end
	}
	return end
}

// start returns where the block of index k begins.
func start(found []block, k int) int {
	if k == 0 {
		return 0
	}
	return found[k-1].end
}

// plain gives a paragraph or heading without markup.
func (m *markdownReader) plain(b []byte, level int) {
	m.chunk, m.pos, m.first = b, 0, m.count
	body := bytes.TrimRight(b, " \t\r\n")
	m.skipTo(len(b) - len(bytes.TrimLeft(b, "\r\n \t")))
	m.closeBlock()
	if m.skip > 0 {
		m.skipTo(len(b))
		return
	}
	if level > 0 {
		m.skipTo(m.pos + level)
		m.block = leaf{kind: source.Heading, level: level}
	}
	m.openBlock()
	m.plainText(len(body))
	m.closeInline()
	m.block = leaf{}
	m.skipTo(len(b))
}

// plainText gives text in which nothing but code is markup.
func (m *markdownReader) plainText(end int) {
	for m.pos < end && !m.stopped {
		n := bytes.IndexByte(m.chunk[m.pos:end], '`')
		switch {
		case n < 0:
			m.give(end, (*flow).text)
		case n > 0:
			m.give(m.pos+n, (*flow).text)
		default:
			m.leaveOut(m.pos + max(1, codeSpan(m.chunk[m.pos:end])))
		}
	}
}

// items gives a list of lines without markup.
func (m *markdownReader) items(b []byte) {
	m.chunk, m.pos, m.first = b, 0, m.count
	m.closeBlock()
	for m.pos < len(b) && !m.stopped {
		n := bytes.IndexByte(b[m.pos:], '\n') + 1
		if n == 0 {
			n = len(b) - m.pos
		}
		end := m.pos + n
		if body := m.pos + len(bytes.TrimRight(b[m.pos:end], " \t\r\n")); body > m.pos && m.skip == 0 {
			m.skipTo(m.pos + itemMark(b[m.pos:body]))
			m.block = leaf{kind: source.ListItem, level: 1}
			m.openBlock()
			m.plainText(body)
			m.closeInline()
		}
		m.skipTo(end)
	}
	m.block = leaf{}
}

// scanBlock returns the block at the beginning of b, blank lines before it included; ok is false
// when b ends before it does. learn is told of lines that look like link definitions.
func scanBlock(b []byte, eof bool, learn func(line []byte)) (block, bool) {
	at := 0
	for at < len(b) {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			n = len(b) - at - 1
			if !eof {
				return block{}, false
			}
		}
		if !blank(b[at : at+n+1]) {
			break
		}
		at += n + 1
	}
	if at == len(b) {
		return block{end: at}, true
	}
	if n, level := plainBlock(b[at:], eof); n > 0 {
		return block{at + n, plain, level}, true
	}
	if n := plainItems(b[at:], eof); n > 0 {
		return block{at + n, items, 0}, true
	}
	if n := closedFence(b[at:]); n > 0 {
		return block{at + n, fence, 0}, true
	}
	if n := plainDefinitions(b[at:], eof, learn); n > 0 {
		return block{at + n, definitions, 0}, true
	}
	s := lineState{learn: learn}
	for at < len(b) {
		n := bytes.IndexByte(b[at:], '\n') + 1
		if n == 0 {
			if !eof {
				return block{}, false
			}
			n = len(b) - at
		}
		if s.line(b[at : at+n]) {
			return block{end: at}, true
		}
		at += n
	}
	return block{end: at}, eof
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\v' && c != '\f' {
			return false
		}
	}
	return true
}

// A lineState follows lines to where a block can end.
type lineState struct {
	learn  func([]byte)
	blank  bool   // the line before was blank
	inside bool   // a list or quotation has begun
	fence  byte   // of the code that is open
	marks  int    // of its fence
	nested bool   // it stands in a list or quotation
	html   string // that ends the HTML that is open
}

// line reads a line and reports whether it begins another block.
func (s *lineState) line(line []byte) bool {
	if s.html != "" {
		if bytes.Contains(lowered(line), []byte(s.html)) {
			s.html = ""
		}
		s.blank = false
		return false
	}
	if blank(line) {
		s.blank = true
		return false
	}
	indented := line[0] == ' ' || line[0] == '\t'
	if s.fence != 0 && s.nested && s.blank && !indented && line[0] != '>' {
		s.fence = 0 // it ends with what it stands in
	}
	if s.fence != 0 {
		body := bytes.Trim(line, " \t\r\n>")
		n := run(body, s.fence)
		if n >= s.marks && n == len(body) {
			s.fence = 0
		}
		s.blank = false
		return false
	}
	if s.blank && !indented && line[0] != ':' {
		return true
	}
	s.blank = false
	body, contained := uncontained(line)
	s.inside = s.inside || contained
	nested := contained || s.inside && indented
	if len(body) >= 3 && (body[0] == '`' || body[0] == '~') {
		if n := run(body, body[0]); n >= 3 && (body[0] == '~' || bytes.IndexByte(body[n:], '`') < 0) {
			s.fence, s.marks, s.nested = body[0], n, nested
			return false
		}
	}
	if !nested && body[0] == '<' {
		s.html = htmlEnd(body)
	}
	if body[0] == '[' && s.learn != nil {
		s.learn(body)
	}
	return false
}

// run returns how many times b begins with c.
func run(b []byte, c byte) int {
	n := 0
	for n < len(b) && b[n] == c {
		n++
	}
	return n
}

// uncontained returns a line without the marks of quotations and list items at its beginning.
func uncontained(line []byte) (body []byte, contained bool) {
	body = bytes.TrimLeft(line, " \t")
	for {
		rest := bytes.TrimLeft(body[containerMark(body):], " \t")
		if len(rest) == 0 || len(rest) == len(body) {
			return body, contained
		}
		body, contained = rest, true
	}
}

// containerMark returns the length of the mark of a quotation, a list item, a definition or a footnote
// that b begins with.
func containerMark(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch c := b[0]; {
	case c == '>':
		return 1
	case (c == '-' || c == '+' || c == '*' || c == ':') && space32(b[1]):
		return 2
	case c >= '0' && c <= '9':
		k := 1
		for k < len(b) && b[k] >= '0' && b[k] <= '9' {
			k++
		}
		if k < 10 && k+1 < len(b) && (b[k] == '.' || b[k] == ')') && space32(b[k+1]) {
			return k + 2
		}
	case c == '[' && b[1] == '^':
		if i := bytes.Index(b[:min(len(b), 1000)], []byte("]:")); i > 0 {
			return i + 2
		}
	}
	return 0
}

// htmlEnd returns what ends HTML that begins with line and may have blank lines in it, "" if it is
// none or ends in this line. CommonMark 4.6, start conditions 1 to 5.
func htmlEnd(line []byte) string {
	low := lowered(line)
	end, from := "", 2
	switch {
	case bytes.HasPrefix(low, []byte("<!--")):
		end, from = "-->", 4
	case bytes.HasPrefix(low, []byte("<![cdata[")):
		end = "]]>"
	case bytes.HasPrefix(low, []byte("<!")):
		end = ">"
	case bytes.HasPrefix(low, []byte("<?")):
		end = "?>"
	default:
		for _, name := range [...]string{"pre", "script", "style", "textarea"} {
			rest, ok := bytes.CutPrefix(low[1:], []byte(name))
			if ok && len(rest) > 0 && (space32(rest[0]) || rest[0] == '>') {
				end = "</" + name + ">"
			}
		}
	}
	if end != "" && bytes.Contains(low[from:], []byte(end)) {
		return ""
	}
	return end
}
