package lexicon

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Workbooks (ECMA-376) are read and written with the standard library: the package
// that reports use for them costs every start of the program more than a millisecond.

const (
	maxSheet   = 256 << 20 // bytes of one part of a workbook, unpacked
	maxColumns = 256       // columns that are looked at
	mainNS     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relNS      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS  = "http://schemas.openxmlformats.org/package/2006/"
)

func isXLSX(raw []byte) bool { return bytes.HasPrefix(raw, []byte("PK\x03\x04")) }

// readXLSX hands the rows of the first sheet to row.
func readXLSX(raw []byte, row func(line int, cells []string) error) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return fmt.Errorf("not a workbook: %w", err)
	}
	sheet, err := firstSheet(z)
	if err != nil {
		return err
	}
	shared, err := sharedStrings(z)
	if err != nil {
		return err
	}
	return eachElement(z, sheet, "row", func(d *xml.Decoder, start xml.StartElement) error {
		var r sheetRow
		if err := d.DecodeElement(&r, &start); err != nil {
			return err
		}
		cells, err := r.cells(shared)
		if err != nil {
			return &LineError{Line: r.Number, Err: err}
		}
		if len(cells) == 0 || strings.HasPrefix(cells[0], "#") {
			return nil
		}
		return row(r.Number, cells)
	})
}

type sheetRow struct {
	Number int `xml:"r,attr"`
	Cells  []struct {
		Ref    string   `xml:"r,attr"`
		Type   string   `xml:"t,attr"`
		Value  string   `xml:"v"`
		Inline richText `xml:"is"`
	} `xml:"c"`
}

// richText is a string in one piece or in runs of several formats.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t *richText) String() string {
	s := t.Text
	for i := range t.Runs {
		s += t.Runs[i].Text
	}
	return s
}

// cells returns the values in their columns, without empty ones at the end.
func (r *sheetRow) cells(shared []string) ([]string, error) {
	var out []string
	size := 0
	for i := range r.Cells {
		c := &r.Cells[i]
		at := columnNumber(c.Ref)
		if at < 0 {
			at = len(out)
		}
		v := c.Value
		switch c.Type {
		case "s":
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil || n < 0 || n >= len(shared) {
				return nil, fmt.Errorf("cell %s refers to string %q, which the workbook does not have", c.Ref, v)
			}
			v = shared[n]
		case "inlineStr":
			v = c.Inline.String()
		case "e":
			v = ""
		}
		if v == "" {
			continue
		}
		if at >= maxColumns {
			return nil, fmt.Errorf("cell %s: more than %d columns", c.Ref, maxColumns)
		}
		if size += len(v); size > MaxLine {
			return nil, fmt.Errorf("the row is longer than %d bytes", MaxLine)
		}
		for len(out) <= at {
			out = append(out, "")
		}
		out[at] = v
	}
	return out, nil
}

// columnNumber returns the column, from 0, of a reference such as AB12, or -1.
func columnNumber(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		n = n*26 + int(ref[i]-'A') + 1
	}
	return n - 1
}

// firstSheet returns the name of the part that holds the first sheet.
func firstSheet(z *zip.Reader) (string, error) {
	id := ""
	err := eachElement(z, "xl/workbook.xml", "sheet", func(_ *xml.Decoder, s xml.StartElement) error {
		for _, a := range s.Attr {
			if id == "" && a.Name.Local == "id" {
				id = a.Value
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	target := ""
	err = eachElement(z, "xl/_rels/workbook.xml.rels", "Relationship", func(_ *xml.Decoder, s xml.StartElement) error {
		var rel, to string
		for _, a := range s.Attr {
			switch a.Name.Local {
			case "Id":
				rel = a.Value
			case "Target":
				to = a.Value
			}
		}
		if rel == id {
			target = to
		}
		return nil
	})
	if err == nil && target == "" {
		err = errors.New("the workbook has no sheet")
	}
	if strings.HasPrefix(target, "/") {
		return target[1:], err
	}
	return path.Join("xl", target), err
}

func sharedStrings(z *zip.Reader) ([]string, error) {
	const part = "xl/sharedStrings.xml"
	if _, err := z.Open(part); err != nil {
		return nil, nil // a workbook may hold its strings in the cells
	}
	var out []string
	err := eachElement(z, part, "si", func(d *xml.Decoder, start xml.StartElement) error {
		var t richText
		if err := d.DecodeElement(&t, &start); err != nil {
			return err
		}
		out = append(out, t.String())
		return nil
	})
	return out, err
}

// eachElement calls do for the elements of that name in a part.
func eachElement(z *zip.Reader, part, name string, do func(*xml.Decoder, xml.StartElement) error) error {
	f, err := z.Open(part)
	if err != nil {
		return fmt.Errorf("not a workbook: it has no %s", part)
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: maxSheet}
	d := xml.NewDecoder(limited)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && limited.N > 0 {
			return nil
		}
		if err == nil {
			if s, ok := token.(xml.StartElement); ok && s.Name.Local == name {
				err = do(d, s)
			}
		}
		if err != nil && limited.N == 0 {
			return fmt.Errorf("%s is larger than %d MiB", part, maxSheet>>20)
		}
		if bad := (*xml.SyntaxError)(nil); errors.As(err, &bad) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%s is damaged: %w", part, err)
		}
		if err != nil {
			return err
		}
	}
}

// writeXLSX writes a workbook of one sheet, all cells as text.
func writeXLSX(w io.Writer, entries []Entry) error {
	z := zip.NewWriter(w)
	parts := []struct{ name, body string }{
		{"[Content_Types].xml", `<Types xmlns="` + packageNS + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageNS + `relationships"><Relationship Id="r1" Type="` + relNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + mainNS + `" xmlns:r="` + relNS + `"><sheets><sheet name="lexicon" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageNS + `relationships"><Relationship Id="r1" Type="` + relNS + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	}
	for _, p := range parts {
		f, err := z.Create(p.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, xml.Header+p.body); err != nil {
			return err
		}
	}
	f, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<worksheet xmlns="` + mainNS + `"><sheetData>`)
	cols := used(entries)
	writeRow(&b, 1, header(cols))
	row := make([]string, len(cols))
	for i := range entries {
		for j, c := range cols {
			row[j] = cell(c, &entries[i])
		}
		writeRow(&b, i+2, row)
		if _, err := b.WriteTo(f); err != nil {
			return err
		}
	}
	b.WriteString(`</sheetData></worksheet>`)
	if _, err := b.WriteTo(f); err != nil {
		return err
	}
	return z.Close()
}

func writeRow(b *bytes.Buffer, number int, cells []string) {
	fmt.Fprintf(b, `<row r="%d">`, number)
	for i, c := range cells {
		if c == "" {
			continue
		}
		fmt.Fprintf(b, `<c r="%c%d" t="inlineStr"><is><t xml:space="preserve">`, 'A'+i, number)
		_ = xml.EscapeText(b, []byte(c)) // a Buffer takes everything
		b.WriteString(`</t></is></c>`)
	}
	b.WriteString(`</row>`)
}
