package formats

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"proofcheck/source"
)

// link gives a link: its words, and where its target is written.
func (m *markdownReader) link(c *ast.Link) {
	at := m.mark()
	begin := m.pos
	m.linked++
	m.inlines(c)
	m.linked--
	target := string(c.Destination)
	d := locate(m.masked, m.pos, target)
	if d.end > 0 {
		m.skipTo(d.end)
		m.linkAt(source.Link{Target: targetText(m.chunk[d.from:d.to]), Element: "a"}, d.from, d.to, at)
		m.title(d)
		return
	}
	// A reference: its definition has the target, the words stand for it here.
	if m.pos > begin && bytes.IndexByte(c.Destination, blot) < 0 {
		m.linkAt(source.Link{Target: targetText(c.Destination), Element: "a"}, begin, m.pos, at)
	}
	m.skipTo(referenceEnd(m.masked, m.pos))
}

// linkAt records a link whose target is chunk[from:to], which has been given.
func (m *markdownReader) linkAt(l source.Link, from, to, mark int) {
	if !m.open || l.Target == "" || bytes.IndexByte(m.masked[from:to], blot) >= 0 {
		return
	}
	base := len(m.raw) - m.pos // raw offset of chunk offset 0
	from, to = from+base, to+base
	if m.hidden > 0 && !m.gone {
		m.dark = append(m.dark, openTag{link: l, from: from, to: to})
		return
	}
	m.endLink(openTag{l, from, to, mark})
}

// image gives the alternative text and the title of a picture as segments of their own.
func (m *markdownReader) image(c *ast.Image) {
	var alt []text.Segment
	_ = ast.Walk(c, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering && t.Segment.Start >= m.pos {
			alt = append(alt, t.Segment)
		}
		return ast.WalkContinue, nil
	})
	if len(alt) > 0 {
		m.skipTo(alt[0].Start)
		m.asideText(alt, source.Attribute, "alt")
		m.skipTo(alt[len(alt)-1].Stop)
	} else if i := bytes.Index(m.chunk[m.pos:], []byte("![")); i >= 0 && i < 8 {
		m.skipTo(m.pos + i + 2)
	}
	target := string(c.Destination)
	d := locate(m.masked, m.pos, target)
	if d.end == 0 {
		m.skipTo(referenceEnd(m.masked, m.pos))
		return
	}
	m.skipTo(d.end)
	m.linkAt(source.Link{Target: targetText(m.chunk[d.from:d.to]), Element: "img", Attribute: "src"}, d.from, d.to, m.mark())
	m.title(d)
}

// title yields the title of a link or picture.
func (m *markdownReader) title(d destination) {
	if d.titleFrom < d.titleTo {
		m.asideText([]text.Segment{text.NewSegment(d.titleFrom, d.titleTo)}, source.Attribute, "title")
	}
}

// asideText yields parts of the chunk as a segment of its own.
func (m *markdownReader) asideText(parts []text.Segment, kind source.Kind, name string) {
	b := &m.aside
	start, end := parts[0].Start, parts[len(parts)-1].Stop
	count := m.countAt(start)
	b.Begin(m.chunk[start:end], count.Position(), m.origin)
	f := flow{b: b}
	for i, p := range parts {
		if i > 0 && bytes.IndexByte(m.chunk[parts[i-1].Stop:p.Start], '\n') >= 0 {
			f.white(parts[i-1].Stop-start, p.Start-start, broke)
		}
		for at := p.Start; at < p.Stop; {
			n := bytes.IndexByte(m.masked[at:p.Stop], blot)
			if n < 0 {
				n = p.Stop - at
			}
			decodeMarkdown(&f, m.chunk[start:end], at-start, at+n-start)
			at += n
			if n = blots(m.masked[at:p.Stop]); n > 0 {
				f.gap(at-start, at+n-start)
				at += n
			}
		}
	}
	s := b.Segment()
	if s.Text == "" {
		return
	}
	s.Kind, s.Name, s.Hidden = kind, name, m.hidden > 0
	m.emit(s)
}

// autoLink gives the address that is its own text.
func (m *markdownReader) autoLink(c *ast.AutoLink) {
	label := c.Label(m.masked)
	from := cap(m.masked) - cap(label) // the label is a part of the source
	to := from + len(label)
	if from < m.pos || to > len(m.chunk) {
		return
	}
	at := m.mark()
	m.words(from, to)
	target := string(label)
	if c.AutoLinkType == ast.AutoLinkEmail {
		target = "mailto:" + target
	}
	m.linkAt(source.Link{Target: target, Element: "autolink"}, from, to, at)
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
	i, ok := d.target(b, skipSpace(b, i+2))
	if !ok {
		return destination{}
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

// target reads the target that begins at offset i and returns where it ends.
func (d *destination) target(b []byte, i int) (end int, ok bool) {
	if i < len(b) && b[i] == '<' {
		n := bytes.IndexAny(b[i:], ">\n")
		if n < 0 || b[i+n] != '>' {
			return i, false
		}
		d.from, d.to = i+1, i+n
		return i + n + 1, true
	}
	d.from = i
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
	return d.to, true
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
