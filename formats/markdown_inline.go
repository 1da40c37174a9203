package formats

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"proofcheck/source"
)

// sortLeaves brings blocks into the order of the file; footnotes come last from the parser.
func sortLeaves(blocks []leaf) {
	slices.SortStableFunc(blocks, func(a, b leaf) int { return a.start - b.start })
}

// inlines gives the text below a node.
func (m *markdownReader) inlines(n ast.Node) {
	for c := n.FirstChild(); c != nil && !m.stopped; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			m.words(c.Segment.Start, c.Segment.Stop)
			if c.SoftLineBreak() || c.HardLineBreak() {
				m.lineBreak(c.HardLineBreak())
			}
		case *ast.CodeSpan:
			m.code(c)
		case *ast.Link:
			m.link(c)
		case *ast.Image:
			m.image(c)
		case *ast.AutoLink:
			m.autoLink(c)
		case *ast.RawHTML:
			for i := range c.Segments.Len() {
				s := c.Segments.At(i)
				m.skipTo(s.Start)
				if i == 0 {
					m.inlineHTML(c)
				}
				m.skipTo(s.Stop)
			}
		case *east.TaskCheckBox, *east.FootnoteLink, *east.FootnoteBacklink:
		default:
			m.inlines(c)
		}
	}
}

// words gives chunk[from:to], in which escapes, entities, addresses and blots may stand.
func (m *markdownReader) words(from, to int) {
	if from < m.pos || from >= to {
		return
	}
	m.skipTo(from)
	for m.pos < to && !m.stopped {
		end := to
		for m.url < len(m.urls) && m.urls[m.url][0] < m.pos {
			m.url++
		}
		if m.url < len(m.urls) && m.urls[m.url][1] <= to {
			u := m.urls[m.url]
			if u[0] == m.pos {
				m.address(u[1])
				continue
			}
			end = u[0]
		}
		m.parts(end, decodeMarkdown)
	}
}

// parts gives what is before end, and leaves gaps for blots.
func (m *markdownReader) parts(end int, decode decoder) {
	for m.pos < end && !m.stopped {
		n := bytes.IndexByte(m.masked[m.pos:end], blot)
		if n < 0 {
			n = end - m.pos
		}
		if k := bytes.IndexByte(m.masked[m.pos:m.pos+n], margin); k >= 0 {
			n = k
		}
		switch {
		case n > 0:
			m.give(m.pos+n, decode)
		case m.masked[m.pos] == margin:
			m.skipTo(m.pos + run(m.masked[m.pos:end], margin))
		default:
			m.leaveOut(m.pos + blots(m.masked[m.pos:end]))
		}
	}
}

// blots returns how many blots b begins with, line ends between them included.
func blots(b []byte) int {
	n := 0
	for i, c := range b {
		if c == blot {
			n = i + 1
		} else if c != '\n' && c != '\r' {
			break
		}
	}
	return n
}

// give gives what is before end as text.
func (m *markdownReader) give(end int, decode decoder) {
	b := m.chunk[m.pos:end]
	m.pos = end
	m.wordsAs(b, decode)
	m.count.Advance(b)
}

// address gives a bare address, which is a link unless it stands in one.
func (m *markdownReader) address(end int) {
	from, at := m.pos, m.mark()
	m.give(end, (*flow).text)
	if m.linked == 0 && len(m.links) == 0 {
		address := string(m.chunk[from:end])
		m.linkAt(source.Link{Target: addressTarget(address), Element: "url"}, from, end, at)
	}
}

// lineBreak gives the line end behind the words, with the marks of quotations and indentation that
// begin the next line.
func (m *markdownReader) lineBreak(hardBreak bool) {
	n := bytes.IndexByte(m.chunk[m.pos:], '\n')
	if n < 0 || !m.open {
		return
	}
	from := len(m.raw)
	m.skipTo(m.pos + n + 1)
	kind := broke
	if hardBreak {
		kind = hard
	}
	if m.hidden == 0 || m.gone {
		if n > 0 && m.chunk[m.pos-2] == '\r' {
			n--
		}
		m.flow.white(min(from+n, len(m.raw)-1), len(m.raw), kind)
	}
}

// code leaves out a code span.
func (m *markdownReader) code(c *ast.CodeSpan) {
	end := m.pos
	for t := c.FirstChild(); t != nil; t = t.NextSibling() {
		if t, ok := t.(*ast.Text); ok {
			end = max(end, t.Segment.Stop)
		}
	}
	for end < len(m.chunk) && space32(m.chunk[end]) {
		end++
	}
	for end < len(m.chunk) && m.chunk[end] == '`' {
		end++
	}
	m.leaveOut(end)
}

// leaveOut passes over something that leaves a gap in the text.
func (m *markdownReader) leaveOut(end int) {
	if end <= m.pos {
		return
	}
	from := len(m.raw)
	m.skipTo(end)
	if m.open && m.skip == 0 && (m.hidden == 0 || m.gone) {
		m.flow.gap(from, len(m.raw))
	}
}

// countAt returns a Counter that stands at an offset of the chunk, at or before m.pos or shortly
// behind it.
func (m *markdownReader) countAt(at int) source.Counter {
	if at >= m.pos {
		c := m.count
		c.Advance(m.chunk[m.pos:at])
		return c
	}
	if m.open {
		// The block's base is the nearest place whose position is known.
		c := m.base
		base := m.pos - len(m.raw)
		if at >= base {
			c.Advance(m.chunk[base:at])
			return c
		}
	}
	c := m.first
	c.Advance(m.chunk[:at])
	return c
}

// inlineHTML gives a tag or comment inside of a line.
func (m *markdownReader) inlineHTML(c *ast.RawHTML) {
	from := c.Segments.At(0).Start
	to := c.Segments.At(c.Segments.Len() - 1).Stop
	shape := m.masked[from:to]
	kind := html.StartTagToken
	switch {
	case bytes.HasPrefix(shape, []byte("<!--")):
		kind = html.CommentToken
	case bytes.HasPrefix(shape, []byte("</")):
		kind = html.EndTagToken
	case len(shape) < 2 || !letter(shape[1]):
		return
	}
	m.pos = to
	m.tokenAs(kind, m.chunk[from:to], shape)
	if !m.open { // a line break ended the block: it goes on behind it
		m.openBlock()
	}
}

// unquote hides the marks of quotations and lists before the lines of HTML.
func (m *markdownReader) unquote(lines *text.Segments) {
	for i := 1; i < lines.Len(); i++ {
		for k := lines.At(i - 1).Stop; k < lines.At(i).Start; k++ {
			if m.masked[k] != '\n' {
				m.masked[k] = margin
			}
		}
	}
}

// feed gives HTML up to end.
func (m *markdownReader) feed(end int) {
	z := html.NewTokenizer(bytes.NewReader(m.masked[m.pos:end]))
	for !m.stopped {
		kind := z.Next()
		n := len(z.Raw())
		if n == 0 {
			break
		}
		if kind == html.TextToken {
			m.parts(m.pos+n, decode)
			continue
		}
		at := m.pos
		m.pos += n
		m.tokenAs(kind, m.chunk[at:m.pos], m.masked[at:m.pos])
	}
	m.skipTo(end)
}

// decodeMarkdown appends the text that raw[from:to] stands for: backslash escapes and entities are
// decoded.
func decodeMarkdown(f *flow, raw []byte, from, to int) {
	for from < to {
		n := bytes.IndexAny(raw[from:to], `&\`)
		if n < 0 {
			f.text(raw, from, to)
			return
		}
		if n > 0 {
			f.text(raw, from, from+n)
			from += n
		}
		if raw[from] == '\\' && from+1 < to && punctuation(raw[from+1]) {
			f.decoded(string(raw[from+1:from+2]), from, from+2)
			from += 2
			continue
		}
		// Only entities that end in ; are any in Markdown.
		if raw[from] == '&' {
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

// decodeTemplates is decode for the values of attributes in Markdown, in which templates may stand.
func decodeTemplates(f *flow, raw []byte, from, to int) {
	for i := from; i < to; i++ {
		if raw[i] != '{' {
			continue
		}
		if n := template(raw[i:to]); n > 0 {
			decode(f, raw, from, i)
			f.gap(i, i+n)
			from = i + n
			i = from - 1
		}
	}
	decode(f, raw, from, to)
}

func punctuation(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
