package ledger

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"proofcheck/store"
)

// Problem is a row of an edited ledger that was not taken over.
type Problem struct {
	Sheet  string // "" for CSV
	Line   int    // of the sheet or file, from 1
	Kind   ProblemKind
	Value  string      // the cell that is wrong, or the key
	Row    *store.Row  // as the store has it: of a Conflict
	State  store.State // what the ledger says: of a Conflict
	Remark string
}

// ProblemKind says why a row was not taken over.
type ProblemKind string

// The kinds of problems.
const (
	Conflict   ProblemKind = "conflict" // the store has changed since the ledger was written
	UnknownRow ProblemKind = "unknown"  // the store has no such finding
	WrongKey   ProblemKind = "key"      // the key is missing or damaged
	WrongState ProblemKind = "state"    // no such state
)

// Outcome counts what became of the rows of an edited ledger.
type Outcome struct {
	Rows      int
	Changed   int // taken over
	Unchanged int // nobody edited them, or the store says the same
	Problems  int
}

// ErrNotLedger says that a file has no row of titles with the columns of a ledger.
var ErrNotLedger = errors.New("not a ledger: there is no column for the key or the state")

// Bounds of what Import reads.
const (
	maxLedgerBytes = 2 << 30 // unpacked
	maxRemark      = 4000    // characters
)

// Import takes states and remarks from an edited ledger over into the store. Rows are found by their
// key, whatever else was sorted, filtered, deleted or added. What the store has changed since the
// ledger was written is not overwritten: it is given to problem, as is each row that is not known.
// The order of columns does not matter, and their titles may be in either language.
func Import(ctx context.Context, s *store.Store, path, actor string, problem func(*Problem)) (Outcome, error) {
	in := &importer{store: s, actor: actor, problem: problem}
	var list iter.Seq2[sheetRow, error]
	f, err := os.Open(path)
	if err != nil {
		return in.Outcome, err
	}
	defer f.Close()
	buf := bufio.NewReader(f)
	if head, _ := buf.Peek(4); string(head) == "PK\x03\x04" {
		list = workbookRows(path)
	} else {
		list = csvRows(buf)
	}
	for row, err := range list {
		if err != nil {
			return in.Outcome, fmt.Errorf("ledger: %w", err)
		}
		if err := in.row(ctx, row); err != nil {
			return in.Outcome, err
		}
	}
	if !in.found {
		return in.Outcome, ErrNotLedger
	}
	return in.Outcome, nil
}

// sheetRow is a row of a table.
type sheetRow struct {
	sheet string
	line  int
	cells []string
}

// workbookRows yields the rows of all sheets of a workbook.
func workbookRows(path string) iter.Seq2[sheetRow, error] {
	return func(yield func(sheetRow, error) bool) {
		f, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxLedgerBytes, UnzipXMLSizeLimit: 16 << 20})
		if err != nil {
			yield(sheetRow{}, err)
			return
		}
		defer f.Close()
		for _, sheet := range f.GetSheetList() {
			rows, err := f.Rows(sheet)
			if err != nil {
				continue // a sheet of charts
			}
			for line := 1; rows.Next(); line++ {
				cells, err := rows.Columns()
				if !yield(sheetRow{sheet, line, cells}, err) || err != nil {
					rows.Close()
					return
				}
			}
			err = rows.Error()
			rows.Close()
			if err != nil {
				yield(sheetRow{}, err)
				return
			}
		}
	}
}

// csvRows yields the rows of a CSV file in UTF-8, or in the GB18030 that spreadsheets on Chinese
// systems save; its cells are separated by commas, semicolons or tabs.
func csvRows(buf *bufio.Reader) iter.Seq2[sheetRow, error] {
	return func(yield func(sheetRow, error) bool) {
		head, err := buf.Peek(64 << 10)
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			yield(sheetRow{}, err)
			return
		}
		var r io.Reader = buf
		if !validPrefix(head) {
			r = transform.NewReader(buf, simplifiedchinese.GB18030.NewDecoder())
		}
		in := csv.NewReader(io.LimitReader(r, maxLedgerBytes))
		in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = -1, true, true
		line, _, _ := strings.Cut(string(head), "\n")
		for _, comma := range ",\t;" {
			if strings.Count(line, string(comma)) > 3 {
				in.Comma = comma
				break
			}
		}
		for {
			cells, err := in.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(sheetRow{}, err)
				return
			}
			at, _ := in.FieldPos(0)
			if !yield(sheetRow{"", at, cells}, nil) {
				return
			}
		}
	}
}

// validPrefix reports whether a prefix of a file is UTF-8, but for a last character that is cut.
func validPrefix(b []byte) bool {
	for i := 0; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.Valid(b[:len(b)-i]) {
			return true
		}
	}
	return false
}

// importer takes rows over.
type importer struct {
	Outcome
	store              *store.Store
	actor              string
	problem            func(*Problem)
	sheet              string
	found              bool // a row of titles, in some sheet
	key, state, remark int  // columns of the sheet, -1 for none
	ready              bool // the titles of this sheet have been seen
}

func (in *importer) row(ctx context.Context, r sheetRow) error {
	if r.sheet != in.sheet {
		in.sheet, in.ready = r.sheet, false
	}
	if !in.ready {
		in.titles(r.cells)
		return nil
	}
	cell := func(i int) string {
		if i < 0 || i >= len(r.cells) {
			return ""
		}
		return strings.TrimSpace(r.cells[i])
	}
	text := cell(in.key)
	if text == "" && strings.TrimSpace(strings.Join(r.cells, "")) == "" {
		return nil
	}
	in.Rows++
	p := &Problem{Sheet: r.sheet, Line: r.line, Value: text}
	k, ok := parseKey(text)
	if !ok {
		return in.refuse(p, WrongKey)
	}
	state, ok := ParseState(cell(in.state))
	if !ok {
		p.Value = cell(in.state)
		return in.refuse(p, WrongState)
	}
	change := store.Change{Ref: k.Ref, State: state, Actor: in.actor, Revision: k.revision}
	if in.remark >= 0 {
		remark := firstRunes(active(cell(in.remark)), maxRemark)
		change.Remark, p.Remark = &remark, remark
	}
	if k.untouched(state, change.Remark) {
		in.Unchanged++
		return nil
	}
	now, err := in.store.Finding(ctx, k.Ref)
	if err == nil && now.Finding.State == state && (change.Remark == nil || *change.Remark == now.Finding.Remark) {
		in.Unchanged++ // somebody has decided alike
		return nil
	}
	if err == nil {
		_, err = in.store.SetState(ctx, change)
	}
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Row, p.State = &conflict.Current, state
		return in.refuse(p, Conflict)
	case errors.Is(err, store.ErrNotFound):
		return in.refuse(p, UnknownRow)
	case err != nil:
		return err
	default:
		in.Changed++
	}
	return nil
}

func (in *importer) refuse(p *Problem, kind ProblemKind) error {
	p.Kind = kind
	in.Problems++
	in.problem(p)
	return nil
}

// titles looks for the columns of the ledger in a row.
func (in *importer) titles(cells []string) {
	in.key, in.state, in.remark = -1, -1, -1
	for i, c := range cells {
		c = strings.TrimSpace(strings.TrimPrefix(c, "\uFEFF"))
		for name, at := range map[string]*int{"column.key": &in.key, "column.state": &in.state, "column.remark": &in.remark} {
			if t := labels()[name]; c == t[0] || c == t[1] {
				*at = i
			}
		}
	}
	in.ready = in.key >= 0 && in.state >= 0
	in.found = in.found || in.ready
}

// active takes away the apostrophe that Inert put before a cell of a CSV file.
func active(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && strings.ContainsRune("=+-@＝＋－＠", firstRune(rest)) {
		return rest
	}
	return s
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// ParseState reads a state as people write it, in either language.
func ParseState(name string) (store.State, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, s := range store.States {
		for i := range 2 {
			if name == labels()["state."+s.String()][i] {
				return s, true
			}
			for also := range strings.SplitSeq(labels()["state.also."+s.String()][i], ";") {
				if name == also {
					return s, true
				}
			}
		}
	}
	return 0, false
}
