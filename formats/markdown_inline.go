package formats

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"proofcheck/source"
)

const textToken = html.TextToken

// newTokenizer returns a tokenizer of bytes in memory.
func newTokenizer(raw []byte, limit int) *html.Tokenizer {
	z := html.NewTokenizer(bytes.NewReader(raw))
	z.SetMaxBuf(max(limit, len(raw)+1))
	return z
}

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

// words gives chunk[from:to], in which escapes and entities may stand.
func (m *markdownReader) words(from, to int) {
	if from < m.pos || from >= to {
		return
	}
	m.skipTo(from)
	m.wordsAs(m.masked[from:to], decodeMarkdown)
	m.count.Advance(m.chunk[from:to])
	m.pos = to
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
	for end < len(m.chunk) && m.chunk[end] == ' ' {
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

// link gives a link: its words, and where its target is written.
func (m *markdownReader) link(c *ast.Link) {
	at := m.b.Len()
	begin := m.pos
	m.inlines(c)
	target := string(c.Destination)
	d := locate(m.chunk, m.pos, target)
	if d.end > 0 {
		m.skipTo(d.end)
		m.linkAt(source.Link{Target: target, Element: "a"}, d.from, d.to, at)
		m.title(d)
		return
	}
	// A reference: its definition has the target, the words stand for it here.
	if m.pos > begin {
		m.linkAt(source.Link{Target: target, Element: "a"}, begin, m.pos, at)
	}
	m.skipTo(referenceEnd(m.chunk, m.pos))
}

// linkAt records a link whose target is chunk[from:to], which has been given.
func (m *markdownReader) linkAt(l source.Link, from, to, textFrom int) {
	if !m.open || bytes.IndexByte(m.masked[from:to], blot) >= 0 {
		return
	}
	base := len(m.raw) - m.pos // raw offset of chunk offset 0
	from, to = from+base, to+base
	if from < 0 {
		return // cut off meanwhile
	}
	if l.Target == "" {
		return
	}
	l.Target = string(util.UnescapePunctuations([]byte(l.Target)))
	textFrom = min(textFrom, m.b.Len())
	if m.hidden > 0 && !m.gone {
		m.dark = append(m.dark, openTag{link: l, from: from, to: to})
		return
	}
	m.b.Link(l, from, to, textFrom)
}

// image gives the alternative text and the title of a picture as segments of their own.
func (m *markdownReader) image(c *ast.Image) {
	from, to := -1, -1
	_ = ast.Walk(c, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			if from < 0 {
				from = t.Segment.Start
			}
			to = t.Segment.Stop
		}
		return ast.WalkContinue, nil
	})
	if from >= m.pos {
		m.skipTo(from)
		m.asideText(from, to, source.Attribute, "alt")
		m.skipTo(to)
	} else if i := bytes.Index(m.chunk[m.pos:], []byte("![")); i >= 0 && i < 8 {
		m.skipTo(m.pos + i + 2)
	}
	target := string(c.Destination)
	d := locate(m.chunk, m.pos, target)
	if d.end == 0 {
		m.skipTo(referenceEnd(m.chunk, m.pos))
		return
	}
	m.skipTo(d.end)
	m.linkAt(source.Link{Target: target, Element: "img", Attribute: "src"}, d.from, d.to, m.b.Len())
	m.title(d)
}

// title yields the title of a link or picture.
func (m *markdownReader) title(d destination) {
	if d.titleFrom < d.titleTo {
		m.asideText(d.titleFrom, d.titleTo, source.Attribute, "title")
	}
}

// asideText yields chunk[from:to] as a segment of its own.
func (m *markdownReader) asideText(from, to int, kind source.Kind, name string) {
	b := &m.aside
	count := m.countAt(from)
	b.Begin(m.chunk[from:to], count.Position(), m.origin)
	f := flow{b: b}
	decodeMarkdown(&f, m.masked[from:to], 0, to-from)
	s := b.Segment()
	if s.Text == "" {
		return
	}
	s.Kind, s.Name, s.Hidden = kind, name, m.hidden > 0
	m.emit(s)
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

// autoLink gives the address that is its own text.
func (m *markdownReader) autoLink(c *ast.AutoLink) {
	label := c.Label(m.masked)
	from := cap(m.masked) - cap(label) // the label is a part of the source
	to := from + len(label)
	if from < m.pos || to > len(m.chunk) {
		return
	}
	element := "url"
	if from > 0 && m.chunk[from-1] == '<' {
		element = "autolink"
	}
	at := m.b.Len()
	m.words(from, to)
	target := string(label)
	if c.AutoLinkType == ast.AutoLinkEmail {
		target = "mailto:" + target
	} else if c.Protocol != nil && !bytes.HasPrefix(label, c.Protocol) {
		target = string(c.Protocol) + "://" + target
	}
	m.linkAt(source.Link{Target: target, Element: element}, from, to, at)
}

// inlineHTML gives a tag or comment inside of a line.
func (m *markdownReader) inlineHTML(c *ast.RawHTML) {
	from := c.Segments.At(0).Start
	to := c.Segments.At(c.Segments.Len() - 1).Stop
	raw := m.masked[from:to]
	switch {
	case bytes.HasPrefix(raw, []byte("<!--")):
		m.token(html.CommentToken, raw)
	case bytes.HasPrefix(raw, []byte("</")):
		m.token(html.EndTagToken, raw)
	case len(raw) > 1 && (raw[1]|0x20 >= 'a' && raw[1]|0x20 <= 'z'):
		m.token(html.StartTagToken, raw)
		if !m.open { // a line break ended the block: it goes on behind it
			m.pos = to
			m.begin()
		}
	default:
		return
	}
	m.pos = to
}
