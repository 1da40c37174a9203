package ledger

import (
	"encoding/csv"
	"io"
	"iter"

	"proofcheck/report"
	"proofcheck/store"
)

// WriteCSV writes the ledger as CSV with the byte order mark that spreadsheets want. Cells that a
// spreadsheet would take for a formula begin with an apostrophe. It returns the number of rows.
func WriteCSV(w io.Writer, list iter.Seq2[*store.Row, error], opt Options) (int, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	r := rows{opt: opt}
	if err := out.Write(r.header()); err != nil {
		return 0, err
	}
	cells := make([]string, 0, len(columns))
	for row, err := range list {
		if err != nil {
			return r.n, err
		}
		cells = r.row(row, cells)
		for i := range cells {
			cells[i] = report.Inert(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return r.n, err
		}
	}
	out.Flush()
	return r.n, out.Error()
}
