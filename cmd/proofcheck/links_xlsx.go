package main

import (
	"io"

	"github.com/xuri/excelize/v2"

	"proofcheck/links"
)

// writeXLSX writes the report as a workbook with one sheet, row by row.
func (r *linkRun) writeXLSX(w io.Writer, report *links.Report) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Sheet1"
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, width := range []float64{32, 28, 8, 48, 24, 8, 44, 10, 44, 32, 20, 8} {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := func(n int, cells []string) error {
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = cellLimit(c)
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		return s.SetRow(at, values)
	}
	if err := row(1, r.heads()); err != nil {
		return err
	}
	const most = 1<<20 - 1 // rows of a sheet, below the headings
	for i := range report.Findings[:min(len(report.Findings), most)] {
		if err := row(i+2, r.row(&report.Findings[i])); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// cellLimit cuts a text to what a cell may hold.
func cellLimit(s string) string {
	const most = 32000
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
