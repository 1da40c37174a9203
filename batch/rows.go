package batch

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// readCSV reads a table with a header, in UTF-8, UTF-16 or GB 18030. Keys are the id or url columns, or
// else the numbers of rows. A cursor is the number of rows that have been passed.
func readCSV(comma rune) packedReader {
	return func(in *packed, cursor string, opt SourceOptions, yield func(*Record) bool) error {
		return readRows(in, comma, cursor, opt, yield)
	}
}

func readRows(in *packed, comma rune, cursor string, opt SourceOptions, yield func(*Record) bool) error {
	t := &table{comma: comma, opt: opt, in: in}
	defer t.close()
	if err := t.begin(0); err != nil {
		return err
	}
	header, err := t.read()
	switch {
	case err == io.EOF:
		return errors.New("empty; a header is expected")
	case errors.Is(err, ErrOpenQuote):
		return fmt.Errorf("header: %w", err)
	case err != nil:
		return broken(err)
	}
	t.columns = len(header)
	b, err := opt.Fields.bind(header)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(cursor)
	for n := 1; ; n++ {
		row, err := t.next()
		if err == io.EOF {
			return nil
		}
		var wrong *csv.ParseError
		told := errors.As(err, &wrong) || errors.Is(err, ErrOpenQuote)
		if err != nil && !told || errors.Is(err, ErrOpenQuote) && t.opened > mostOpened {
			return fmt.Errorf("row %d: %w", n, broken(err))
		}
		if n <= from {
			continue
		}
		r := b.record(opt, func(i int) string {
			if i < len(row) {
				return row[i]
			}
			return ""
		})
		if err != nil {
			r.Err = err
		}
		finish(r, fmt.Sprintf("row %d", n))
		if r.Cursor = strconv.Itoa(n); !yield(r) {
			return nil
		}
	}
}

// ErrOpenQuote says that a quotation mark in a row of a table is not closed, or only far away.
var ErrOpenQuote = errors.New("a quotation mark is not closed")

// mostOpened is how many rows with an open quotation mark a table may have. For each of them it is read again from its
// beginning.
const mostOpened = 16

// table reads the rows of a table. A quotation mark that is not closed takes in all rows behind it; then reading goes on
// at the next line.
type table struct {
	comma   rune
	opt     SourceOptions
	in      *packed
	again   *packed // opened once more
	csv     *csv.Reader
	guard   *cellGuard
	from    int64 // bytes of the decoded table before what csv reads
	columns int
	opened  int  // quotation marks that were not closed
	lost    bool // behind one of them
}

func (t *table) close() {
	if t.again != nil {
		t.again.Close()
	}
}

// begin reads on at a place of the decoded table.
func (t *table) begin(from int64) error {
	in := t.in
	if from > 0 {
		t.close()
		var err error
		if t.again, err = openPacked(t.in.name); err != nil {
			return err
		}
		in = t.again
		in.count.ctx = t.in.count.ctx
	}
	text, err := decodeTable(in, t.opt.Charset)
	if err == nil {
		_, err = io.CopyN(io.Discard, text, from)
	}
	if err != nil {
		return broken(err)
	}
	if from > 0 {
		lines := bufio.NewReaderSize(text, 64<<10)
		n, err := dropLine(lines)
		if err != nil && err != io.EOF {
			return broken(err)
		}
		from, text = from+n, lines
	}
	t.from, t.guard = from, &cellGuard{in: text, limit: 2*t.opt.maxSize() + 1<<20}
	t.csv = csv.NewReader(t.guard)
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.LazyQuotes, t.csv.ReuseRecord = t.comma, -1, true, true
	return nil
}

// dropLine passes over a line that is not empty, and returns how many bytes that takes.
func dropLine(in *bufio.Reader) (n int64, err error) {
	for long := false; ; {
		part, err := in.ReadSlice('\n')
		n += int64(len(part))
		if err != nil && err != bufio.ErrBufferFull {
			return n, err
		}
		if text := strings.TrimRight(string(part[:min(len(part), 3)]), "\r\n"); text == "" && !long {
			continue
		}
		if long = err != nil; !long {
			return n, nil
		}
	}
}

// read reads a row: the fields before the open quotation mark, with ErrOpenQuote, when there is one.
func (t *table) read() ([]string, error) {
	t.guard.row(t.csv.InputOffset())
	row, err := t.csv.Read()
	switch {
	case errors.Is(err, ErrOpenQuote):
		return nil, err
	case err != nil || t.csv.InputOffset() < t.guard.read || !strings.Contains(row[len(row)-1], endOfTable):
		return row, err
	case len(row) == 1 && row[0] == endOfTable:
		return nil, io.EOF
	}
	return row[:len(row)-1], ErrOpenQuote
}

// next reads a row. Behind the first line of one with an open quotation mark it goes on with the first row that has as many
// fields as the header: what has not is text of that row. In a table of one column that cannot be told, and nothing
// more is read.
func (t *table) next() ([]string, error) {
	for {
		at := t.from + t.csv.InputOffset()
		row, err := t.read()
		switch {
		case errors.Is(err, ErrOpenQuote):
			if t.opened++; t.opened > mostOpened {
				return nil, err
			}
			row = slices.Clone(row)
			if e := t.begin(at); e != nil {
				return nil, e
			}
			t.lost = true
			return row, err
		case err == nil && t.lost && (t.columns < 2 || len(row) != t.columns):
			continue
		}
		t.lost = false
		return row, err
	}
}

// endOfTable stands behind a table as a row of its own, unless a quotation mark takes it in.
const endOfTable = "\x00proofcheck: the end of the table\x00"

// cellGuard ends reading when one row is longer than the limit, and adds endOfTable.
type cellGuard struct {
	in     io.Reader
	limit  int64
	read   int64
	passed int64  // bytes of rows that are complete
	end    string // that is left of endOfTable
	ended  bool
}

func (g *cellGuard) row(passed int64) { g.passed = passed }

// Read reads until the row is too long.
func (g *cellGuard) Read(b []byte) (n int, err error) {
	if g.read-g.passed > g.limit {
		return 0, fmt.Errorf("%w within %d bytes", ErrOpenQuote, g.limit)
	}
	if !g.ended {
		if n, err = g.in.Read(b); err == io.EOF {
			g.ended, g.end, err = true, "\n"+endOfTable+"\n", nil
		}
	}
	if n == 0 && g.ended {
		if g.end == "" {
			return 0, io.EOF
		}
		n = copy(b, g.end)
		g.end = g.end[n:]
	}
	g.read += int64(n)
	return n, err
}
