// Package docx writes Word documents (Office Open XML, ECMA-376) in the layout that GB/T 9704-2012
// lays down for official documents: A4 with a type area of 156 by 225 mm, 22 lines of 28 characters
// on a page, the title in size 2 (22 pt), the text in FangSong size 3 (16 pt), page numbers outside.
// It knows titles, headings, paragraphs, tables and links and nothing else of the format, and it
// does not read documents.
package docx

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Run is a stretch of text in one style.
type Run struct {
	Text string // line feeds break the line
	Bold bool
	Link string // an address that the text leads to; only http, https and mailto become links
}

// Style is the layout of a paragraph.
type Style uint8

// The styles of paragraphs, after GB/T 9704-2012, 7.2 and 7.3.
const (
	Body      Style = iota // FangSong 16 pt, first line indented by two characters
	Flush                  // the same without the indent: whom it is addressed to (主送机关)
	Title                  // 小标宋 22 pt, centred
	Heading1               // 黑体: 一、
	Heading2               // 楷体: （一）
	Heading3               // FangSong bold: 1.
	Signature              // right-aligned: who signs, and the date (署名, 成文日期)
	Caption                // centred, of a table
	styles
)

var styleIDs = [styles]string{"Body", "Flush", "Title", "Heading1", "Heading2", "Heading3", "Signature", "Caption"}

// Table is a table over the whole width of the type area.
type Table struct {
	Head  []string
	Rows  [][][]Run // rows of cells of runs; missing cells are empty, others are left out
	Align []Align   // of columns; the zero value is left
	Width []int     // of columns, in proportion; nil makes them as wide as their texts ask for
}

// Align is how a column of a table is aligned.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Properties are said of the document as a whole.
type Properties struct {
	Title   string
	Creator string
	Created time.Time // nothing is said of it when zero
	Lang    string    // of the text, such as zh-CN
}

// Writer writes one document. The first error is kept and returned by Close; the calls after it do
// nothing. A Writer is for one goroutine.
type Writer struct {
	zip   *zip.Writer
	buf   *bufio.Writer
	props Properties
	links []string
	index map[string]int // of links
	err   error
}

// NewWriter begins a document. The caller closes w after Close.
func NewWriter(w io.Writer, props Properties) *Writer {
	d := &Writer{zip: zip.NewWriter(w), props: props, index: map[string]int{}}
	// Word wants to see this part first.
	d.part("[Content_Types].xml", contentTypes)
	d.begin("word/document.xml")
	d.write(xml.Header + `<w:document xmlns:w="` + wordNS + `" xmlns:r="` + relNS + `"><w:body>`)
	return d
}

// Paragraph writes a paragraph.
func (d *Writer) Paragraph(style Style, runs ...Run) {
	d.write(`<w:p><w:pPr><w:pStyle w:val="` + styleIDs[min(style, styles-1)] + `"/></w:pPr>`)
	d.runs(runs)
	d.write(`</w:p>`)
}

func (d *Writer) runs(runs []Run) {
	for _, r := range runs {
		id := d.link(r.Link)
		if id != "" {
			d.write(`<w:hyperlink r:id="` + id + `" w:history="1">`)
		}
		d.write(`<w:r>`)
		switch {
		case id != "":
			d.write(`<w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>`)
		case r.Bold:
			d.write(`<w:rPr><w:b/></w:rPr>`)
		}
		for i, line := range strings.Split(r.Text, "\n") {
			if i > 0 {
				d.write(`<w:br/>`)
			}
			d.write(`<w:t xml:space="preserve">` + escape(line) + `</w:t>`)
		}
		d.write(`</w:r>`)
		if id != "" {
			d.write(`</w:hyperlink>`)
		}
	}
}

// link returns the ID of the relationship for an address, "" when it may not become a link.
func (d *Writer) link(address string) string {
	scheme, _, ok := strings.Cut(address, ":")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "mailto") {
		return ""
	}
	n, ok := d.index[address]
	if !ok {
		n = len(d.links)
		d.links = append(d.links, address)
		d.index[address] = n
	}
	return fmt.Sprintf("link%d", n)
}

// Table writes a table whose head is repeated on each page.
func (d *Writer) Table(t *Table) {
	if len(t.Head) == 0 {
		return
	}
	widths := t.widths()
	d.write(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.write(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, w))
	}
	d.write(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, h := range t.Head {
		d.cell(widths[i], Center, []Run{{Text: h, Bold: true}})
	}
	d.write(`</w:tr>`)
	for _, row := range t.Rows {
		d.write(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i := range t.Head {
			var runs []Run
			if i < len(row) {
				runs = row[i]
			}
			align := Left
			if i < len(t.Align) {
				align = t.Align[i]
			}
			d.cell(widths[i], align, runs)
		}
		d.write(`</w:tr>`)
	}
	// A table must be followed by a paragraph; this one takes no room.
	d.write(`</w:tbl><w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>`)
}

func (d *Writer) cell(width int, align Align, runs []Run) {
	d.write(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/><w:jc w:val="%s"/></w:pPr>`,
		width, [...]string{"left", "center", "right"}[min(align, Right)]))
	d.runs(runs)
	d.write(`</w:p></w:tc>`)
}

// widths returns the widths of the columns in twentieths of a point.
func (t *Table) widths() []int {
	const least, most = 8, 36 // shares: halves of a character
	shares, sum := make([]int, len(t.Head)), 0
	for i, h := range t.Head {
		share := columns(h)
		for _, row := range t.Rows {
			if i < len(row) {
				n := 0
				for _, r := range row[i] {
					n += columns(r.Text)
				}
				share = max(share, n)
			}
		}
		share = min(max(share+2, least), most)
		if i < len(t.Width) && t.Width[i] > 0 {
			share = t.Width[i]
		}
		shares[i] = share
		sum += share
	}
	for i := range shares {
		shares[i] = shares[i] * typeWidth / sum
	}
	return shares
}

// columns is the width of a text, in halves of a Chinese character.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// Close ends the document and returns the first error of all calls.
func (d *Writer) Close() error {
	d.write(section + `</w:body></w:document>`)
	d.end()
	for _, p := range parts(d.props, d.links) {
		d.part(p[0], p[1])
	}
	if err := d.zip.Close(); d.err == nil {
		d.err = err
	}
	if d.err != nil {
		return fmt.Errorf("docx: %w", d.err)
	}
	return nil
}

func (d *Writer) part(name, text string) {
	d.begin(name)
	d.write(text)
	d.end()
}

func (d *Writer) begin(name string) {
	if d.err != nil {
		return
	}
	// No time of its own, so that the same content is the same file.
	w, err := d.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		d.err = err
		return
	}
	d.buf = bufio.NewWriter(w)
}

func (d *Writer) end() {
	if d.err == nil {
		d.err = d.buf.Flush()
	}
}

func (d *Writer) write(s string) {
	if d.err == nil {
		_, d.err = d.buf.WriteString(s)
	}
}

// escape writes text for XML; characters that XML cannot hold become U+FFFD.
func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}
