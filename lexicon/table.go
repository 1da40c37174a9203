package lexicon

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readTSV hands the rows of tab-separated text to row. Empty lines and lines that begin
// with # are left out. Cells may be quoted the way spreadsheets do it.
func readTSV(s string, row func(line int, cells []string) error) error {
	var cells []string
	for line := 1; s != ""; line++ {
		var l string
		l, s, _ = strings.Cut(s, "\n")
		if strings.TrimSpace(l) == "" || l[0] == '#' {
			continue
		}
		if len(l) > MaxLine {
			return &LineError{Line: line, Err: fmt.Errorf("the line is longer than %d bytes", MaxLine)}
		}
		cells = cells[:0]
		for rest, more := l, true; more; {
			var c string
			c, rest, more = strings.Cut(rest, "\t")
			cells = append(cells, unquote(c))
		}
		for len(cells) > 1 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if err := row(line, cells); err != nil {
			return err
		}
	}
	return nil
}

// unquote takes the quotes off a cell that is quoted as a whole.
func unquote(c string) string {
	if len(c) < 2 || c[0] != '"' || c[len(c)-1] != '"' {
		return c
	}
	in := c[1 : len(c)-1]
	if strings.Contains(strings.ReplaceAll(in, `""`, ""), `"`) {
		return c // quotes that are part of the words
	}
	return strings.ReplaceAll(in, `""`, `"`)
}

// readCSV is readTSV for comma-separated text (RFC 4180).
func readCSV(s string, row func(line int, cells []string) error) error {
	r := csv.NewReader(strings.NewReader(s))
	r.FieldsPerRecord = -1
	r.Comment = '#'
	r.ReuseRecord = true
	r.LazyQuotes = true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			return &LineError{Line: bad.StartLine, Err: bad.Err}
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		size := 0
		for _, c := range cells {
			size += len(c)
		}
		if size > MaxLine {
			return &LineError{Line: line, Err: fmt.Errorf("the row is longer than %d bytes; is a quote not closed?", MaxLine)}
		}
		for len(cells) > 1 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue
		}
		if err := row(line, cells); err != nil {
			return err
		}
	}
}
