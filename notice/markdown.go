package notice

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"proofcheck/notice/docx"
)

// Text is a text that comes from outside: from a page, a store or a configuration. In a template it
// writes itself so that Markdown reads it back as it is, on one line, whatever it holds.
type Text string

// String returns the text with everything escaped that Markdown or HTML could take for markup.
func (t Text) String() string {
	var b strings.Builder
	space, number := true, false // at the beginning or after a space; only digits so far
	text := strings.ToValidUTF8(string(t), "\uFFFD")
	for i, r := range text {
		if unicode.IsSpace(r) && r != 0x3000 {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		switch first := b.Len() == 0; {
		case unicode.IsControl(r):
			r = utf8.RuneError
		case strings.ContainsRune("\\`*_[]<>|&~", r), first && strings.ContainsRune("#+-=:", r), number && (r == ')' || r == '.' && !decimal(text[i+1:])):
			b.WriteByte('\\')
		}
		number = (number || b.Len() == 0) && '0' <= r && r <= '9'
		b.WriteRune(r)
		space = false
	}
	return strings.TrimRight(b.String(), " ")
}

// decimal reports whether a digit comes next, so that a dot before it is no mark of a list.
func decimal(rest string) bool { return rest != "" && '0' <= rest[0] && rest[0] <= '9' }

// inner is String for a text that does not begin a line, with spaces at its ends kept.
func (t Text) inner() string {
	s := Text("·" + string(t) + "·").String()
	return strings.TrimSuffix(strings.TrimPrefix(s, "·"), "·")
}

// Link writes a link to an address, or the text alone when the address is none of the web.
func Link(label Text, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return label.String()
	}
	if label == "" {
		label = Text(address)
	}
	var b strings.Builder
	for _, r := range u.String() {
		if r <= ' ' || r == '<' || r == '>' || r == '\\' || r == '|' || r == '"' || r == '`' {
			fmt.Fprintf(&b, "%%%02X", r)
			continue
		}
		b.WriteRune(r)
	}
	return "[" + label.String() + "](<" + b.String() + ">)"
}

// dialect is the Markdown of notices: CommonMark with tables.
var dialect = goldmark.New(goldmark.WithExtensions(extension.Table))

func parse(markdown []byte) ast.Node { return dialect.Parser().Parse(text.NewReader(markdown)) }

// word turns the blocks of a notice into paragraphs of a Word document.
type word struct {
	*docx.Writer
	source  []byte
	titled  bool // the title has been written, and nothing after it
	signing bool // after the last thematic break stands who signs
}

// writeWord writes Markdown as a Word document. The first level of headings is the title, those
// below are 一、（一）and 1.; a first paragraph that ends with a colon names whom the notice is for;
// what follows the last thematic break is the signature; a paragraph that is bold as a whole and
// stands before a table is its caption.
func writeWord(d *docx.Writer, markdown []byte) error {
	doc := parse(markdown)
	w := &word{Writer: d, source: markdown}
	var last ast.Node
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindThematicBreak {
			last = n
		}
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		w.signing = w.signing || n == last
		w.block(n)
	}
	return d.Close()
}

func (w *word) block(n ast.Node) {
	titled := w.titled
	w.titled = false
	switch n := n.(type) {
	case *ast.Heading:
		w.titled = n.Level == 1
		w.Paragraph([...]docx.Style{docx.Title, docx.Heading1, docx.Heading2, docx.Heading3}[min(n.Level, 4)-1], w.runs(n)...)
	case *ast.Paragraph, *ast.TextBlock:
		w.Paragraph(w.style(n, titled), w.runs(n)...)
	case *ast.List:
		i := n.Start
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			mark := "· "
			if n.IsOrdered() {
				mark = fmt.Sprintf("%d. ", i)
				i++
			}
			for b := item.FirstChild(); b != nil; b = b.NextSibling() {
				if b.Kind() == ast.KindTextBlock || b.Kind() == ast.KindParagraph {
					w.Paragraph(docx.Body, append([]docx.Run{{Text: mark}}, w.runs(b)...)...)
					mark = ""
				} else {
					w.block(b)
				}
			}
		}
	case *east.Table:
		w.table(n)
	case *ast.Blockquote:
		for b := n.FirstChild(); b != nil; b = b.NextSibling() {
			w.block(b)
		}
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(w.source))
		}
		w.Paragraph(docx.Flush, docx.Run{Text: strings.TrimRight(b.String(), "\n")})
	case *ast.HTMLBlock:
		w.titled = titled // comments to the checker
	}
}

func (w *word) style(n ast.Node, titled bool) docx.Style {
	runs := w.runs(n)
	bold := len(runs) > 0
	for _, r := range runs {
		bold = bold && r.Bold
	}
	switch {
	case w.signing:
		return docx.Signature
	case titled && len(runs) > 0 && strings.HasSuffix(strings.TrimSpace(runs[len(runs)-1].Text), "："):
		return docx.Flush
	case bold && n.NextSibling() != nil && n.NextSibling().Kind() == east.KindTable:
		return docx.Caption
	}
	return docx.Body
}

func (w *word) table(n *east.Table) {
	t := &docx.Table{}
	for _, a := range n.Alignments {
		t.Align = append(t.Align, map[east.Alignment]docx.Align{east.AlignCenter: docx.Center, east.AlignRight: docx.Right}[a])
	}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]docx.Run
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, w.runs(c))
		}
		if row.Kind() != east.KindTableHeader {
			t.Rows = append(t.Rows, cells)
			continue
		}
		for _, runs := range cells {
			var b strings.Builder
			for _, r := range runs {
				b.WriteString(r.Text)
			}
			t.Head = append(t.Head, b.String())
		}
	}
	w.Table(t)
}

// runs collects the text in a block.
func (w *word) runs(n ast.Node) []docx.Run {
	var out []docx.Run
	bold, link := 0, ""
	add := func(s string) {
		if k := len(out) - 1; k >= 0 && out[k].Bold == (bold > 0) && out[k].Link == link {
			out[k].Text += s
			return
		}
		out = append(out, docx.Run{Text: s, Bold: bold > 0, Link: link})
	}
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Emphasis:
			if entering {
				bold++
			} else {
				bold--
			}
		case *ast.RawHTML:
			if entering {
				switch string(n.Segments.Value(w.source)) {
				case "<b>":
					bold++
				case "</b>":
					bold--
				}
			}
		case *ast.Link:
			link = ""
			if entering {
				link = string(n.Destination)
			}
		case *ast.AutoLink:
			if entering {
				link = string(n.URL(w.source))
				add(string(n.Label(w.source)))
				link = ""
			}
		case *ast.Text:
			if entering {
				add(plain(n.Segment.Value(w.source)))
				switch {
				case n.HardLineBreak():
					add("\n")
				case n.SoftLineBreak() && !chinese(n, w.source):
					add(" ")
				}
			}
		case *ast.String:
			if entering {
				add(string(n.Value))
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}

// plain undoes the escapes and entities of a stretch of Markdown.
func plain(s []byte) string {
	var b strings.Builder
	rest := string(s)
	for {
		before, after, found := strings.Cut(rest, `\`)
		b.WriteString(html.UnescapeString(before))
		if !found {
			return b.String()
		}
		if after == "" || !strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", rune(after[0])) {
			b.WriteByte('\\')
			rest = after
			continue
		}
		b.WriteByte(after[0])
		rest = after[1:]
	}
}

// chinese reports whether a line ends in a character after which a line break is no space.
func chinese(n *ast.Text, source []byte) bool {
	r, _ := utf8.DecodeLastRune(n.Segment.Value(source))
	return r >= 0x2E80
}
