package ledger

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"proofcheck/lexicon"
	"proofcheck/store"
)

// Limits of workbooks (ECMA-376, and what spreadsheets read of it).
const (
	maxSheetRows = 1 << 20 // with the header
	maxCellUnits = 32767   // UTF-16 units
	maxLink      = 2000    // characters of an address that HYPERLINK follows
	maxSheet     = 2 << 30 // bytes of a sheet's XML: beyond 4 GiB its place in the file takes a form that not all read
	cellBytes    = 40      // that a cell takes beside its text, more or less
)

// WriteXLSX writes the ledger as a workbook: as many sheets of findings as are needed, with a list to
// choose the state from, filters, and a link to the place on the page; then a sheet of totals by
// unit. Texts are texts: nothing of what was found can become a formula. Rows go through a temporary
// file, and from there packed to w, so that memory does not grow with them. It returns the number of rows.
func WriteXLSX(w io.Writer, list iter.Seq2[*store.Row, error], opt Options) (int, error) {
	f := excelize.NewFile()
	defer f.Close()
	x := &workbook{rows: rows{opt: opt}, file: f, limit: maxSheetRows}
	if err := x.prepare(); err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	for row, err := range ahead(list) {
		if err != nil {
			return x.n, err
		}
		if err := x.add(row); err != nil {
			return x.n, fmt.Errorf("ledger: %w", err)
		}
	}
	if err := x.finish(w); err != nil {
		return x.n, fmt.Errorf("ledger: %w", err)
	}
	return x.n, nil
}

// packer packs the parts of a workbook, several times faster than the standard library.
func packer(w io.Writer) *zip.Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	return z
}

// ahead reads rows while those before them are being written.
func ahead(list iter.Seq2[*store.Row, error]) iter.Seq2[*store.Row, error] {
	type read struct {
		row *store.Row
		err error
	}
	return func(yield func(*store.Row, error) bool) {
		rows, enough := make(chan read, 1000), make(chan struct{})
		var reader sync.WaitGroup
		reader.Go(func() {
			defer close(rows)
			for row, err := range list {
				select {
				case rows <- read{row, err}:
				case <-enough:
					return
				}
			}
		})
		defer reader.Wait()
		defer close(enough)
		for r := range rows {
			if !yield(r.row, r.err) {
				return
			}
		}
	}
}

// workbook is a ledger in the making.
type workbook struct {
	rows
	file   *excelize.File
	stream *excelize.StreamWriter
	sheet  string
	sheets int
	line   int // of the sheet that is being written, from 1
	size   int // of it, bytes, more or less
	limit  int
	totals totals

	head, text, link, number, veto int // styles

	cells []string
	out   []any
}

func (x *workbook) prepare() error {
	border := []excelize.Border{{Type: "left", Color: "D5D9E0", Style: 1}, {Type: "right", Color: "D5D9E0", Style: 1}, {Type: "bottom", Color: "D5D9E0", Style: 1}}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&x.head, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E79"}},
			Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}, Border: border}},
		{&x.text, excelize.Style{Alignment: top, Border: border, NumFmt: 49}},
		{&x.link, excelize.Style{Alignment: top, Border: border, Font: &excelize.Font{Color: "0B4EA2", Underline: "single"}}},
		{&x.number, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}, Border: border}},
		{&x.veto, excelize.Style{Alignment: top, Border: border, NumFmt: 49, Font: &excelize.Font{Bold: true, Color: "B3141D"}}},
	} {
		id, err := x.file.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	return x.begin()
}

// begin begins the next sheet.
func (x *workbook) begin() error {
	x.sheets++
	x.sheet = x.say("sheet")
	if x.sheets == 1 {
		if err := x.file.SetSheetName("Sheet1", x.sheet); err != nil {
			return err
		}
	} else {
		x.sheet += " " + strconv.Itoa(x.sheets)
		if _, err := x.file.NewSheet(x.sheet); err != nil {
			return err
		}
	}
	var err error
	if x.stream, err = x.file.NewStreamWriter(x.sheet); err != nil {
		return err
	}
	for i := range columns {
		if err := x.stream.SetColWidth(i+1, i+1, columns[i].width); err != nil {
			return err
		}
	}
	if err := x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	x.line, x.size = 1, 0
	head := make([]any, len(columns))
	for i, h := range x.header() {
		head[i] = excelize.Cell{StyleID: x.head, Value: h}
	}
	return x.stream.SetRow("A1", head, excelize.RowOpts{Height: 24})
}

func (x *workbook) add(r *store.Row) error {
	if x.line == x.limit || x.size > maxSheet {
		if err := x.end(); err != nil {
			return err
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
	x.line++
	x.totals.add(x.opt.Units.Of(r), r)
	x.cells = x.row(r, x.cells)
	x.out = x.out[:0]
	style := x.text
	if r.Finding.Clause == lexicon.Veto {
		style = x.veto
	}
	for i, text := range x.cells {
		x.size += cellBytes + len(text)
		cell := excelize.Cell{StyleID: style, Value: cellText(text)}
		switch {
		case i == 0:
			cell = excelize.Cell{StyleID: x.number, Value: x.n}
		case i == placeColumn:
			// The address stands in a cell of its own, so that the formula holds nothing of it.
			if u := web(&r.Document); u != nil && len(r.Document.URL) > 0 && len(u.String()) < maxLink {
				cell = x.placeLink(r, text)
			}
		}
		x.out = append(x.out, cell)
	}
	return x.stream.SetRow("A"+strconv.Itoa(x.line), x.out)
}

// placeLink is a cell that opens the page at the place. A formula may hold texts of 255 characters
// only, so a fragment that is longer is left out.
func (x *workbook) placeLink(r *store.Row, text string) excelize.Cell {
	if text == "" {
		text = x.say("place.open")
	}
	_, fragment, _ := strings.Cut(Link(r), ":~:")
	if fragment != "" {
		fragment = ":~:" + fragment
		if !strings.Contains(r.Document.URL, "#") {
			fragment = "#" + fragment
		}
	}
	if len(fragment) > 250 {
		fragment = shorter(r)
	}
	column, _ := excelize.ColumnNumberToName(urlColumn + 1)
	ref := column + strconv.Itoa(x.line)
	return excelize.Cell{StyleID: x.link, Formula: fmt.Sprintf(`HYPERLINK(%s&"%s","%s")`, ref, fragment, text), Value: text}
}

// shorter is a fragment without context, "" when that is too long too.
func shorter(r *store.Row) string {
	s := TextFragment("", r.Finding.Text, "")
	if s == "" || len(s) > 250 || strings.Contains(r.Document.URL, "#") {
		return ""
	}
	return "#" + s
}

// end ends a sheet: filters, and the list of states.
func (x *workbook) end() error {
	last, _ := excelize.ColumnNumberToName(len(columns))
	state, _ := excelize.ColumnNumberToName(stateColumn + 1)
	if x.line > 1 {
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s2:%s%d", state, state, x.line)
		names := make([]string, len(store.States))
		for i, s := range store.States {
			names[i] = StateName(x.opt.Lang, s)
		}
		if err := v.SetDropList(names); err != nil {
			return err
		}
		v.SetInput(x.say("column.state"), x.say("state.hint"))
		v.SetError(excelize.DataValidationErrorStyleStop, x.say("column.state"), x.say("state.wrong"))
		if err := x.file.AddDataValidation(x.sheet, v); err != nil {
			return err
		}
	}
	// Before the sheet is closed: later it would be read again, and the filter be written nowhere.
	if err := x.file.AutoFilter(x.sheet, fmt.Sprintf("A1:%s%d", last, x.line), nil); err != nil {
		return err
	}
	return x.stream.Flush()
}

func (x *workbook) finish(w io.Writer) error {
	if err := x.end(); err != nil {
		return err
	}
	if err := x.about(); err != nil {
		return err
	}
	// The packer writes to w; what excelize would write to holds all of the file in memory.
	return x.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return packer(w) }).Write(io.Discard)
}

// about writes the sheet of totals.
func (x *workbook) about() error {
	sheet := x.say("sheet.totals")
	if _, err := x.file.NewSheet(sheet); err != nil {
		return err
	}
	s, err := x.file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	s.SetColWidth(1, 1, 30)
	head := []any{}
	for _, k := range []string{"unit", "documents", "found", "veto", "open", "fixed", "accepted", "false_alarm", "done"} {
		head = append(head, excelize.Cell{StyleID: x.head, Value: x.say("totals." + k)})
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	line := 1
	for _, t := range x.totals.list(x.say("totals.sum")) {
		line++
		name := t.unit
		if name == "" {
			name = x.say("none")
		}
		var done any = ""
		if n := t.states[store.StateOpen] + t.states[store.StateFixed]; n > 0 {
			done = float64(t.states[store.StateFixed]*1000/n) / 10
		}
		row := []any{excelize.Cell{StyleID: x.text, Value: cellText(name)}}
		for _, v := range []any{t.documents, t.found(), t.veto, t.states[store.StateOpen], t.states[store.StateFixed], t.states[store.StateAccepted], t.states[store.StateFalseAlarm], done} {
			row = append(row, excelize.Cell{StyleID: x.number, Value: v})
		}
		if err := s.SetRow("A"+strconv.Itoa(line), row); err != nil {
			return err
		}
	}
	now := x.opt.Now
	if now.IsZero() {
		now = time.Now()
	}
	if err := s.SetRow("A"+strconv.Itoa(line+2), []any{x.say("totals.made", "time", now.In(x.zone()).Format("2006-01-02 15:04"))}); err != nil {
		return err
	}
	return s.Flush()
}

// cellText is a text that a cell can hold: no longer than it may be, without characters that XML
// cannot hold.
func cellText(s string) string {
	units, clean := 0, true
	for i, r := range s {
		n := max(1, utf16.RuneLen(r))
		if units+n >= maxCellUnits {
			return cellText(s[:i]) + "…"
		}
		units += n
		clean = clean && (r >= 0x20 || r == '\t' || r == '\n') && r != 0xFFFE && r != 0xFFFF && r != utf8.RuneError
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
