package report

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/source"
)

// xlsxLedger writes the ledger as an Office Open XML workbook (ECMA-376), row by row. The
// standard library is enough for one flat table, and it streams: a general package for
// workbooks keeps the sheet in memory and would slow every start of the program.
type xlsxLedger struct {
	ledger
	zip    *zip.Writer
	sheet  *bufio.Writer // of the part that is being written
	run    Run
	tally  tally
	sheets []int // rows of the ledger sheets that are complete, with the header
	rows   int   // of the sheet that is being written
	limit  int   // of rows of a sheet
	err    error
}

// Limits of the format.
const (
	maxSheetRows = 1 << 20 // of one sheet
	maxCellUnits = 32767   // UTF-16 units of one cell
)

func newXLSX(w io.Writer, opt Options) Writer {
	return &xlsxLedger{ledger: ledger{labels: labels(opt.Lang)}, zip: zip.NewWriter(w), limit: maxSheetRows}
}

func (x *xlsxLedger) Begin(run *Run) error {
	x.run = *run
	x.beginSheet()
	return x.err
}

func (x *xlsxLedger) Document(doc *Document) error {
	x.document(doc)
	return nil
}

func (x *xlsxLedger) Segment(_ int, seg *source.Segment) error {
	x.segment(seg)
	return nil
}

func (x *xlsxLedger) Finding(f *checker.Finding) error {
	x.tally.add(f)
	return x.add(x.finding(f))
}

func (x *xlsxLedger) Failed(name string, err error) error {
	x.tally.failed++
	return x.add(x.failure(name, err))
}

func (x *xlsxLedger) End(stats *checker.Stats) error {
	x.endSheet()
	x.about(stats)
	x.workbook()
	if err := x.zip.Close(); x.err == nil {
		x.err = err
	}
	return x.err
}

// add writes a row, on a new sheet when the last one is full.
func (x *xlsxLedger) add(r ledgerRow) error {
	if x.rows == x.limit {
		x.endSheet()
		x.beginSheet()
	}
	x.row(r[:], styleCell)
	return x.err
}

// Indexes of cellXfs in styles.xml.
const (
	styleCell = iota
	styleHead
	styleNumber
	styleText // styleCell, for rows that do not begin with a number
)

// columnWidths are in characters of the usual font, for the columns of the ledger.
var columnWidths = [len(ledgerColumns)]int{6, 28, 34, 16, 26, 16, 18, 48, 24, 34, 10}

func (x *xlsxLedger) beginSheet() {
	x.beginPart(columnWidths[:], true)
	head := x.header()
	x.row(head[:], styleHead)
}

func (x *xlsxLedger) endSheet() {
	x.write("</sheetData>")
	x.write(fmt.Sprintf(`<autoFilter ref="A1:%s%d"/></worksheet>`, columnName(len(ledgerColumns)-1), x.rows))
	x.sheets = append(x.sheets, x.rows)
}

// beginPart begins the next sheet. The first row stays in view when frozen.
func (x *xlsxLedger) beginPart(widths []int, frozen bool) {
	x.rows = 0
	x.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(x.sheets)+1))
	x.write(xml.Header + `<worksheet xmlns="` + mainNS + `"><sheetViews><sheetView workbookViewId="0"`)
	if frozen {
		x.write(`><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>`)
	} else {
		x.write(`/>`)
	}
	x.write(`</sheetViews><cols>`)
	for i, w := range widths {
		x.write(fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, w))
	}
	x.write(`</cols><sheetData>`)
}

func (x *xlsxLedger) row(cells []string, style int) {
	x.rows++
	x.write(fmt.Sprintf(`<row r="%d">`, x.rows))
	for i, text := range cells {
		ref := columnName(i) + strconv.Itoa(x.rows)
		switch {
		case text == "":
		case i == 0 && style == styleCell:
			x.write(fmt.Sprintf(`<c r="%s" s="%d"><v>%s</v></c>`, ref, styleNumber, text))
		default:
			x.write(fmt.Sprintf(`<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, style, cellText(text)))
		}
	}
	x.write(`</row>`)
}

// about writes a second sheet: the totals, and what made the report.
func (x *xlsxLedger) about(stats *checker.Stats) {
	x.beginPart([]int{32, 12, 12, 12, 12}, false)
	head := []string{x.say("summary.category")}
	row := func(name string, c levelCounts, style int) {
		cells := []string{name}
		for _, l := range levels {
			cells = append(cells, strconv.Itoa(c[l]))
		}
		x.row(append(cells, strconv.Itoa(c.sum())), style)
	}
	for _, l := range levels {
		head = append(head, x.level(l))
	}
	x.row(append(head, x.say("summary.total")), styleHead)
	for _, c := range x.tally.categories() {
		row(x.category(c.category), c.levelCounts, styleText)
	}
	row(x.say("summary.total"), x.tally.total, styleHead)
	for _, f := range facts(x.labels, &x.tally, stats) {
		x.row(f[:], styleText)
	}
	for _, line := range imprint(x.labels, &x.run) {
		x.row([]string{line}, styleText)
	}
	x.write(`</sheetData></worksheet>`)
}

// workbook writes the parts that tie the sheets together.
func (x *xlsxLedger) workbook() {
	var types, sheets, rels, names strings.Builder
	for i := 1; i <= len(x.sheets)+1; i++ {
		name := x.say("ledger.about")
		if i <= len(x.sheets) {
			name = x.say("ledger.sheet")
			if i > 1 {
				name += " " + strconv.Itoa(i)
			}
			fmt.Fprintf(&names, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!$A$1:$%s$%d</definedName>`,
				i-1, name, columnName(len(ledgerColumns)-1), x.sheets[i-1])
		}
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i, sheetType)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i, i)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i, relNS, i)
	}
	x.part("xl/workbook.xml")
	x.write(xml.Header + `<workbook xmlns="` + mainNS + `" xmlns:r="` + relNS + `"><sheets>` + sheets.String() +
		`</sheets><definedNames>` + names.String() + `</definedNames></workbook>`)
	x.part("xl/_rels/workbook.xml.rels")
	x.write(xml.Header + `<Relationships xmlns="` + packageNS + `relationships">` + rels.String() +
		fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, len(x.sheets)+2, relNS))
	x.part("xl/styles.xml")
	x.write(xml.Header + `<styleSheet xmlns="` + mainNS + `">` + styles + `</styleSheet>`)
	x.part("_rels/.rels")
	x.write(xml.Header + `<Relationships xmlns="` + packageNS + `relationships"><Relationship Id="rId1" Type="` + relNS +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	x.part("[Content_Types].xml")
	x.write(xml.Header + `<Types xmlns="` + packageNS + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/>` + types.String() + `</Types>`)
	x.flush()
}

const (
	mainNS    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relNS     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS = "http://schemas.openxmlformats.org/package/2006/"
	sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	styles = `<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFDDE6F0"/></patternFill></fill></fills>` +
		`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">` +
		wrapped + `<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf applyAlignment="1"><alignment vertical="top"/></xf>` + wrapped +
		`</cellXfs>`
	wrapped = `<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>`
)

// part begins a file of the package.
func (x *xlsxLedger) part(name string) {
	x.flush()
	if x.err != nil {
		return
	}
	w, err := x.zip.Create(name)
	if err != nil {
		x.err = err
		return
	}
	x.sheet = bufio.NewWriter(w)
}

func (x *xlsxLedger) flush() {
	if x.err == nil && x.sheet != nil {
		x.err = x.sheet.Flush()
	}
}

func (x *xlsxLedger) write(s string) {
	if x.err == nil {
		_, x.err = x.sheet.WriteString(s)
	}
}

// columnName returns A for 0, B for 1; the ledger has fewer than 27 columns.
func columnName(i int) string { return string(rune('A' + i)) }

// cellText writes text for a cell: XML, with the characters that XML cannot hold as _x0001_
// (ECMA-376 part 1, 22.9.2.19), and no longer than a cell may be.
func cellText(s string) string {
	var b strings.Builder
	units := 0
	for i, r := range s {
		n := max(1, utf16.RuneLen(r))
		if units+n >= maxCellUnits {
			b.WriteRune('…')
			break
		}
		units += n
		switch {
		case r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			fmt.Fprintf(&b, "_x%04X_", r)
			units += 6
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
			units += 6
		default:
			b.WriteRune(r)
		}
	}
	return xmlText(b.String())
}

// escaped reports whether s begins like _x0001_.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' || !utf8.ValidString(s[:7]) {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
