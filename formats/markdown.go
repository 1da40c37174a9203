package formats

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"proofcheck/source"
)

// Markdown reads CommonMark with the extensions of GitHub, footnotes, definition lists and front
// matter. HTML in it goes through the reader of HTML; code, formulas, templates and shortcodes are
// left out of the text.
//
// goldmark wants to see its input whole. A file longer than Limits.Block is cut at blank lines
// outside of code; a reference link whose definition is in another part then keeps its brackets.
var Markdown = &Format{
	Name:       "markdown",
	Extensions: []string{".md", ".markdown", ".mdown", ".mkd"},
	MediaTypes: []string{"text/markdown"},
	Split:      splitMarkdown,
	Escape:     escapeMarkdown,
}

func splitMarkdown(name string, r io.Reader, opt Options) *source.Document {
	doc := &source.Document{Name: name, Format: "markdown"}
	v, err := openView(r, opt, nil)
	if err != nil {
		doc.Segments = failed(err)
		return doc
	}
	doc.Encoding, doc.BOM = v.encoding, v.bom
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		m := &markdownReader{htmlReader: newHTMLReader(opt, v.origin)}
		m.yield, m.decode = yield, decodeMasked
		m.run(v)
	}
	return doc
}

// escapeMarkdown puts a backslash before what would be markup.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i, c := range []byte(s) {
		start := i == 0 || s[i-1] == '\n'
		if strings.IndexByte("\\`*_[]<>&$|~{}", c) >= 0 || start && strings.IndexByte("#+-=:", c) >= 0 ||
			(c == '.' || c == ')') && i > 0 && strings.Trim(s[strings.LastIndexByte(s[:i], '\n')+1:i], "0123456789") == "" {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// parse is the parser of CommonMark and the extensions, which is safe for concurrent use.
var parse = sync.OnceValue(func() parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(parser.WithAttribute()),
	).Parser()
})

// markdownReader gives the text of Markdown to an htmlReader, piece by piece in the order of the file,
// so that both kinds of markup go through the same blocks, cuts and links.
type markdownReader struct {
	*htmlReader
	chunk  []byte         // a part of the view
	masked []byte         // the same with what is no text blotted out
	pos    int            // in chunk; what is before it has been given
	first  source.Counter // at the beginning of the chunk
}

// run reads the file in parts.
func (m *markdownReader) run(v *view) {
	in := bufio.NewReaderSize(v, sample)
	first := true
	var rest []byte
	for !m.stopped {
		chunk, eof, err := fillChunk(in, rest, m.limits.Block)
		if err != nil {
			m.finish()
			m.fail(err)
			return
		}
		n := len(chunk)
		if !eof {
			n = chunkEnd(chunk)
		}
		rest = bytes.Clone(chunk[n:])
		m.part(chunk[:n], first)
		first = false
		if eof {
			m.finish()
			return
		}
	}
}

// fillChunk reads until there are limit bytes, rest included.
func fillChunk(in *bufio.Reader, rest []byte, limit int) (chunk []byte, eof bool, err error) {
	chunk = make([]byte, len(rest), max(len(rest)+4096, 16<<10))
	copy(chunk, rest)
	for len(chunk) < limit {
		if len(chunk) == cap(chunk) {
			chunk = append(chunk, 0)[:len(chunk)]
		}
		n, err := in.Read(chunk[len(chunk):min(cap(chunk), limit)])
		chunk = chunk[:len(chunk)+n]
		if err == io.EOF {
			return chunk, true, nil
		}
		if err != nil {
			return chunk, true, err
		}
	}
	return chunk, false, nil
}

// chunkEnd returns where to cut: at the last blank line that is followed by an unindented one and
// stands outside of fenced code, or else at the last line end, or at a character.
func chunkEnd(b []byte) int {
	best, fenced := 0, false
	blank := true
	for at := 0; at < len(b); {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			break
		}
		line := b[at : at+n]
		trimmed := bytes.TrimLeft(line, " ")
		if bytes.HasPrefix(trimmed, []byte("```")) || bytes.HasPrefix(trimmed, []byte("~~~")) {
			fenced = !fenced
		}
		if blank && !fenced && len(line) > 0 && line[0] != ' ' && line[0] != '\t' && line[0] != '>' && line[0] != '|' && at > 0 {
			best = at
		}
		blank = len(bytes.TrimSpace(line)) == 0
		at += n + 1
	}
	if best > 0 {
		return best
	}
	if i := bytes.LastIndexByte(b, '\n'); i > 0 {
		return i + 1
	}
	return fit(b, len(b)-4)
}

// part reads one part of the file.
func (m *markdownReader) part(chunk []byte, first bool) {
	m.chunk, m.pos, m.first = chunk, 0, m.count
	body := chunk
	if first {
		if matter, n := frontMatter(chunk); n > 0 {
			m.front(matter)
			m.skipTo(n)
			body = chunk[n:]
		}
	}
	m.masked = append(bytes.Repeat([]byte{' '}, len(chunk)-len(body)), mask(body)...)
	if len(chunk) > len(body) {
		// The front matter is blank to the parser.
		for i := range m.masked[:len(chunk)-len(body)] {
			if chunk[i] == '\n' {
				m.masked[i] = '\n'
			}
		}
	}
	doc := parse().Parse(text.NewReader(m.masked))
	var blocks []leaf
	collect(doc, leaf{}, &blocks)
	sortLeaves(blocks)
	for i := range blocks {
		if m.stopped {
			return
		}
		m.block(&blocks[i])
	}
	m.gap(len(chunk))
}

// A leaf is a block that has text itself, or one that must be left out.
type leaf struct {
	node       ast.Node
	kind       source.Kind
	level      int
	start, end int
}

// collect appends the leaves below a node.
func collect(n ast.Node, in leaf, out *[]leaf) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		l := in
		l.node = c
		switch c := c.(type) {
		case *ast.Heading:
			l.kind, l.level = source.Heading, c.Level
		case *ast.List:
			l.level++
			collect(c, l, out)
			continue
		case *ast.ListItem:
			l.kind = source.ListItem
			collect(c, l, out)
			continue
		case *ast.Blockquote:
			l.kind = source.Quote
			collect(c, l, out)
			continue
		case *east.DefinitionTerm, *east.DefinitionDescription:
			l.kind, l.level = source.ListItem, max(1, l.level)
		case *east.TableCell:
			l.kind, l.level = source.Cell, 0
		}
		lines := c.Lines()
		if c.Type() != ast.TypeBlock {
			continue
		}
		if lines == nil || lines.Len() == 0 {
			if c.HasChildren() {
				collect(c, l, out)
			}
			continue
		}
		if l.kind != source.ListItem && l.kind != source.Heading {
			l.level = 0
		}
		l.start, l.end = lines.At(0).Start, lines.At(lines.Len()-1).Stop
		if h, ok := c.(*ast.HTMLBlock); ok && h.HasClosure() {
			l.end = max(l.end, h.ClosureLine.Stop)
		}
		*out = append(*out, l)
	}
}

// block gives one leaf to the reader.
func (m *markdownReader) block(l *leaf) {
	if l.start < m.pos {
		return
	}
	m.gap(l.start)
	switch n := l.node.(type) {
	case *ast.LinkReferenceDefinition:
		m.gap(l.end)
		return
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		m.skipTo(l.end)
		return
	case *ast.HTMLBlock:
		m.feed(m.masked[l.start:l.end])
		m.pos = l.end
		return
	default:
		m.closeBlock()
		if m.skip > 0 {
			m.skipTo(l.end) // inside of <pre> or <template>
			return
		}
		m.begin()
		if l.kind != source.Paragraph || m.kind == source.Paragraph {
			m.kind, m.level = l.kind, l.level
		}
		m.inlines(n)
		m.skipTo(max(l.end, m.pos))
		m.closeInline()
	}
}

// closeInline closes the block and the inline elements that it has left open.
func (m *markdownReader) closeInline() {
	m.closeBlock()
	for len(m.stack) > 0 && !m.stack[len(m.stack)-1].breaks {
		m.pop(len(m.stack) - 1)
	}
}

// feed gives HTML to the reader.
func (h *htmlReader) feed(raw []byte) {
	z := newTokenizer(raw, h.limits.Block)
	for !h.stopped {
		tt := z.Next()
		if tt == 0 { // the end
			break
		}
		if tt == textToken {
			h.text(z.Raw())
		} else {
			h.token(tt, z.Raw())
		}
	}
	h.release()
}

// skipTo gives bytes that are no text.
func (m *markdownReader) skipTo(end int) {
	if end > m.pos {
		m.keep(m.chunk[m.pos:end])
		m.count.Advance(m.chunk[m.pos:end])
		m.pos = end
	}
}

// gap passes over what no block has, where link definitions stand.
func (m *markdownReader) gap(end int) {
	for m.pos < end && !m.stopped {
		n := bytes.IndexByte(m.chunk[m.pos:end], '\n') + 1
		if n == 0 {
			n = end - m.pos
		}
		m.definition(m.chunk[m.pos : m.pos+n])
		m.skipTo(m.pos + n)
	}
}
