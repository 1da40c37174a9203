package formats

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"proofcheck/source"
)

// Markdown reads CommonMark with the extensions of GitHub, footnotes, definition lists and front
// matter. HTML in it goes through the reader of HTML. Code, formulas, templates and shortcodes are
// left out of the text; inside of a line one space stands for them, so that what is around them
// does not join.
//
// goldmark wants to see its input whole, so the file is given to it in parts of whole blocks, cut
// at blank lines. A link by reference knows the definitions before it and in its window, up to 256
// KiB on. When the definition comes later still, [words][label] is a link without a target and
// [words] keeps its brackets. A single block longer than Limits.Block, or 1 MiB, is cut where a line ends.
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
		defer v.release()
		m := &markdownReader{htmlReader: newHTMLReader(opt, v.origin), references: map[string]parser.Reference{}}
		m.yield, m.decode, m.templates = yield, decodeTemplates, true
		m.run(v)
	}
	return doc
}

// escapeMarkdown escapes what would be markup: with a backslash, or as an entity where templates and
// formulas, which are read before Markdown is, would take it for theirs.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		start := i == 0 || s[i-1] == '\n'
		switch {
		case c == '{' || c == '[':
			fmt.Fprintf(&b, "&#%d;", c)
			continue
		case strings.IndexByte("\\`*_]<$|~", c) >= 0,
			c == '&' && i+1 < len(s) && (s[i+1] == '#' || alphanumeric(s[i+1])),
			start && strings.IndexByte("#+-=:>", c) >= 0,
			(c == '.' || c == ')') && serial(s[:i]):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// serial reports whether a text ends with a line of digits.
func serial(s string) bool {
	line := s[strings.LastIndexByte(s, '\n')+1:]
	return line != "" && len(line) < 10 && strings.Trim(line, "0123456789") == ""
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// markdownParser returns the parser of CommonMark and the extensions for a chunk; it is safe for concurrent
// use. The parser of strikethrough takes quadratic time on tildes that never pair, so text with
// very many of them does without it.
func markdownParser(chunk []byte) parser.Parser {
	if bytes.Count(chunk, []byte{'~'}) > maxTildes {
		return plainParser()
	}
	return fullParser()
}

const maxTildes = 2000

var (
	fullParser  = sync.OnceValue(func() parser.Parser { return newParser(extension.Strikethrough) })
	plainParser = sync.OnceValue(func() parser.Parser { return newParser() })
)

func newParser(extra ...goldmark.Extender) parser.Parser {
	p := goldmark.New(
		goldmark.WithExtensions(append(extra, extension.Table, extension.TaskList, extension.DefinitionList)...),
		goldmark.WithParserOptions(parser.WithAttribute()),
	).Parser()
	p.AddOptions(
		parser.WithBlockParsers(util.Prioritized(footnotes{extension.NewFootnoteBlockParser()}, 999)),
		parser.WithInlineParsers(util.Prioritized(footnoteMarks{}, 101)),
	)
	return p
}

// footnotes reads footnotes and leaves them where they are in the file.
type footnotes struct{ parser.BlockParser }

// Close implements parser.BlockParser.
func (footnotes) Close(ast.Node, text.Reader, parser.Context) {}

// footnoteMarks reads [^label]. Whether there is such a footnote is not asked, since it may follow
// in another part of the file.
type footnoteMarks struct{}

// Trigger implements parser.InlineParser.
func (footnoteMarks) Trigger() []byte { return []byte{'['} }

// Parse implements parser.InlineParser.
func (footnoteMarks) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) < 4 || line[1] != '^' {
		return nil
	}
	end := bytes.IndexAny(line[2:min(len(line), 200)], "[] \t\n\r")
	if end <= 0 || line[2+end] != ']' {
		return nil
	}
	block.Advance(end + 3)
	return east.NewFootnoteLink(0)
}

// A markdownReader gives the text of Markdown to an htmlReader, piece by piece in the order of the
// file, so that both kinds of markup go through the same blocks, cuts and links.
type markdownReader struct {
	*htmlReader
	references map[string]parser.Reference // definitions so far, by their folded labels
	known      int                         // bytes in references
	fence      lineState                   // of code that is longer than a block

	chunk  []byte         // blocks of the view
	masked []byte         // the same for the parser: see mask
	urls   [][2]int       // bare addresses in the chunk
	url    int            // the next of them
	pos    int            // in chunk; what is before it has been given
	first  source.Counter // at the beginning of the chunk
	block  leaf           // that is being given
	linked int            // links around what is being given
}

// window is how much of a file is looked at before its blocks are read, in bytes.
const window = 256 << 10

// longestBlock is how much of a single block the parser sees, whatever the limit: its trees are many
// times as large.
const longestBlock = 1 << 20

// run reads the file window by window.
func (m *markdownReader) run(r io.Reader) {
	var buf []byte
	m.limits.Block = min(m.limits.Block, longestBlock)
	want := min(window, m.limits.Block)
	matter := true
	for !m.stopped {
		var eof bool
		var err error
		if buf, eof, err = fill(r, buf, want); err != nil {
			m.finish()
			m.fail(err)
			return
		}
		n := 0
		switch {
		case matter:
			matter = false
			n = m.front(buf)
		case m.fence.fence != 0:
			n = m.skipCode(buf)
		}
		if m.fence.fence == 0 {
			n += m.blocks(buf[n:], eof)
		}
		if eof {
			m.finish()
			return
		}
		switch {
		case n > 0:
			want = min(window, m.limits.Block)
		case len(buf) < m.limits.Block:
			want = min(2*want, m.limits.Block)
		default:
			n = forcedCut(buf)
			m.complex(buf[:n], nil)
			m.fence = fenceAt(buf[:n])
		}
		buf = append(buf[:0], buf[n:]...)
	}
}

// fill reads until buf is as long as wanted.
func fill(r io.Reader, buf []byte, want int) ([]byte, bool, error) {
	for len(buf) < want {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(max(2*cap(buf), 8<<10), max(want, 8<<10)))
			copy(grown, buf)
			buf = grown
		}
		n, err := r.Read(buf[len(buf):min(cap(buf), want)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, true, nil
		}
		if err != nil {
			return buf, false, err
		}
	}
	return buf, false, nil
}

// forcedCut returns where to cut a block that is too long: behind a blank line, a line, or a character.
func forcedCut(b []byte) int {
	if i := bytes.LastIndex(b, []byte("\n\n")); i >= len(b)/2 {
		return i + 2
	}
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return fit(b, max(1, len(b)-4))
}

// fenceAt returns the state behind lines that end in fenced code outside of lists and quotations, the
// zero state behind others.
func fenceAt(b []byte) lineState {
	var s lineState
	for line := range bytes.Lines(b) {
		s.line(line)
	}
	if s.nested {
		return lineState{}
	}
	return s
}

// skipCode passes over lines of fenced code, up to its end or that of b, and returns their length.
func (m *markdownReader) skipCode(b []byte) int {
	m.chunk, m.pos, m.first = b, 0, m.count
	end := bytes.LastIndexByte(b, '\n') + 1
	if end == 0 {
		end = fit(b, max(1, len(b)-4)) // a long line
	}
	for at := 0; at < end && m.fence.fence != 0; {
		n := bytes.IndexByte(b[at:end], '\n') + 1
		if n == 0 {
			n = end - at
		}
		m.fence.line(b[at : at+n])
		at += n
		m.skipTo(at)
	}
	return m.pos
}

// complex gives blocks with markup in them; labels are those that links may refer to although no
// definition of them is known yet.
func (m *markdownReader) complex(chunk []byte, labels map[string]bool) {
	m.chunk, m.pos, m.first, m.url = chunk, 0, m.count, 0
	m.masked, m.urls = mask(m.masked[:0], m.urls[:0], chunk)
	context := &referenceContext{parser.NewContext(), m, labels}
	doc := markdownParser(m.masked).Parse(text.NewReader(m.masked), parser.WithContext(context))
	var leaves []leaf
	collect(doc, leaf{}, &leaves)
	sortLeaves(leaves)
	for i := range leaves {
		if m.stopped {
			return
		}
		m.leaf(leaves[i])
	}
	m.skipTo(len(chunk))
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
		if c.Type() != ast.TypeBlock {
			continue
		}
		lines := c.Lines()
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

// leaf gives one block to the reader.
func (m *markdownReader) leaf(l leaf) {
	if l.start < m.pos {
		return
	}
	m.skipTo(l.start)
	switch n := l.node.(type) {
	case *ast.LinkReferenceDefinition:
		m.definition(l)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
	case *ast.HTMLBlock:
		m.unquote(n.Lines())
		m.feed(l.end)
	default:
		m.closeBlock()
		if m.skip > 0 {
			break // inside of <pre> or <template>
		}
		m.block = l
		m.openBlock()
		m.inlines(n)
		m.skipTo(l.end)
		m.closeInline()
		m.block = leaf{}
	}
	m.skipTo(l.end)
}

// openBlock begins a block of the kind that Markdown makes of it, or else the HTML around it.
func (m *markdownReader) openBlock() {
	m.begin()
	if m.block.kind != source.Paragraph {
		m.kind, m.level = m.block.kind, m.block.level
	}
}

// closeInline closes the block and the inline elements that it has left open.
func (m *markdownReader) closeInline() {
	m.closeBlock()
	for len(m.stack) > 0 && !m.stack[len(m.stack)-1].breaks {
		m.pop(len(m.stack) - 1)
	}
}

// skipTo gives bytes that are no text.
func (m *markdownReader) skipTo(end int) {
	if end > m.pos {
		m.keep(m.chunk[m.pos:end])
		m.count.Advance(m.chunk[m.pos:end])
		m.pos = end
	}
}
