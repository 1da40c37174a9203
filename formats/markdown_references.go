package formats

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"

	"proofcheck/source"
)

// A referenceContext knows the definitions of the whole file so far.
type referenceContext struct {
	parser.Context
	m      *markdownReader
	labels map[string]bool
}

// AddReference implements parser.Context.
func (c *referenceContext) AddReference(r parser.Reference) { c.m.define(r) }

// Reference implements parser.Context.
func (c *referenceContext) Reference(label string) (parser.Reference, bool) {
	if r, ok := c.m.references[label]; ok {
		return r, true
	}
	if c.labels[label] {
		return parser.NewReference([]byte(label), nil, nil), true
	}
	return nil, false
}

// longestReferences bounds the definitions that are kept of a file, in bytes.
const longestReferences = 4 << 20

// define keeps a definition, unless there is one of the same label.
func (m *markdownReader) define(r parser.Reference) {
	label := util.ToLinkReference(r.Label())
	size := len(label) + len(r.Destination()) + len(r.Title())
	if _, ok := m.references[label]; ok || m.known+size > longestReferences {
		return
	}
	m.known += size + 64
	m.references[label] = parser.NewReference(bytes.Clone(r.Label()), bytes.Clone(r.Destination()), bytes.Clone(r.Title()))
}

// learn keeps the definition that a line is, so that links before it know it.
func (m *markdownReader) learn(line []byte) {
	if label, d := parseDefinition(line); label != nil {
		m.define(parser.NewReference(label, line[d.from:d.to], line[d.titleFrom:d.titleTo]))
	}
}

// labelsOf returns the labels that links of the form [words][label] in b refer to.
func labelsOf(b []byte) map[string]bool {
	labels := map[string]bool{}
	for {
		i := bytes.Index(b, []byte("]["))
		if i < 0 {
			return labels
		}
		b = b[i+2:]
		if n := bytes.IndexAny(b[:min(len(b), 200)], "[]\n"); n > 0 && b[n] == ']' {
			labels[util.ToLinkReference(b[:n])] = true
		}
	}
}

// parseDefinition reads [label]: target "title" at the beginning of b, with nothing behind it on its
// last line. label is nil when it is none. CommonMark 4.7.
func parseDefinition(b []byte) (label []byte, d destination) {
	if len(b) < 4 || b[0] != '[' || b[1] == '^' {
		return nil, destination{}
	}
	end := 1
	for end < len(b) && end < 1000 && b[end] != ']' && b[end] != '[' {
		if b[end] == '\\' {
			end++
		}
		end++
	}
	if end+1 >= len(b) || b[end] != ']' || b[end+1] != ':' || blank(b[1:end]) {
		return nil, destination{}
	}
	at, ok := d.target(b, skipSpace(b, end+2))
	if !ok {
		return nil, destination{}
	}
	d.end = at
	rest := skipSpace(b, at)
	if rest < len(b) && rest > at && (b[rest] == '"' || b[rest] == '\'' || b[rest] == '(') {
		if past := d.title(b, rest); past > rest && lineEnds(b, past) {
			d.end = past
			return b[1:end], d
		}
		d.titleFrom, d.titleTo = 0, 0
	}
	if !lineEnds(b, at) {
		return nil, destination{}
	}
	return b[1:end], d
}

// plainDefinitions returns the length of the lines at the beginning of b when each is a definition, up
// to a blank one, else 0. learn is told of them.
func plainDefinitions(b []byte, eof bool, learn func([]byte)) int {
	n := 0
	for n < len(b) && b[n] == '[' {
		end := n + bytes.IndexByte(b[n:], '\n') + 1
		if end == n {
			if !eof {
				return 0
			}
			end = len(b)
		}
		label, d := parseDefinition(b[n:end])
		if label == nil || d.from == d.to || bytes.IndexByte(b[n:end], '{') >= 0 {
			return 0
		}
		n = end
	}
	if n == 0 || n == len(b) && !eof {
		return 0
	}
	if n < len(b) {
		if _, ok := blankLine(b[n:]); !ok {
			return 0
		}
	}
	for line := range bytes.Lines(b[:n]) {
		learn(line)
	}
	return n
}

// definitions gives lines that define links.
func (m *markdownReader) definitions(b []byte) {
	m.chunk, m.pos, m.first = b, 0, m.count
	m.masked = append(m.masked[:0], b...)
	m.closeBlock()
	at := 0
	for line := range bytes.Lines(b) {
		m.skipTo(at)
		at += len(line)
		if !blank(line) && m.skip == 0 && !m.stopped {
			m.definition(leaf{start: m.pos, end: m.pos + len(bytes.TrimRight(line, " \t\r\n"))})
		}
	}
	m.skipTo(len(b))
}

// lineEnds reports whether only white space stands between offset i and the end of its line.
func lineEnds(b []byte, i int) bool {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i >= len(b) || b[i] == '\n'
}

// definition yields the link of a definition and its title.
func (m *markdownReader) definition(l leaf) {
	raw := m.chunk[l.start:l.end]
	label, d := parseDefinition(raw)
	if label == nil || d.from == d.to || bytes.IndexByte(m.masked[l.start+d.from:l.start+d.to], blot) >= 0 {
		return
	}
	b := &m.aside
	b.Begin(raw, m.count.Position(), m.origin)
	b.Link(source.Link{Target: targetText(raw[d.from:d.to]), Element: "definition"}, d.from, d.to, 0)
	s := b.Segment()
	s.Kind, s.Tag = source.Element, &source.Tag{Name: "definition"}
	m.emit(s)
	m.title(destination{titleFrom: l.start + d.titleFrom, titleTo: l.start + d.titleTo})
}

// targetText returns what the target of a link stands for: escapes and entities are decoded.
func targetText(b []byte) string {
	if bytes.IndexByte(b, '\\') >= 0 {
		b = util.UnescapePunctuations(b)
	}
	s := string(b)
	if bytes.IndexByte(b, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
