package lexicon

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"strings"
)

// Format is a kind of lexicon file.
type Format uint8

// The formats that Write knows. Parse reads them all.
const (
	TSV   Format = iota // tab-separated, with a header
	CSV                 // comma-separated, with a header and a byte order mark, which spreadsheets need
	XLSX                // a workbook with one sheet
	Words               // the forms alone, one a line; everything else is lost
	formats
)

var formatNames = [formats]string{"tsv", "csv", "xlsx", "txt"}

// String returns the usual file extension without the dot.
func (f Format) String() string {
	if f < formats {
		return formatNames[f]
	}
	return fmt.Sprintf("format(%d)", uint8(f))
}

// FormatOf returns the format that a file's extension names.
func FormatOf(name string) (Format, error) {
	ext := strings.ToLower(path.Ext(name))
	for i, n := range formatNames {
		if ext == "."+n {
			return Format(i), nil
		}
	}
	return 0, fmt.Errorf("lexicon: %s: unknown kind of file %q; use .tsv, .csv, .xlsx or .txt", name, ext)
}

// Write writes entries so that Parse reads them back, except for their Origin. Columns
// that are empty for all entries are left out, but for form.
func Write(w io.Writer, f Format, entries []Entry) error {
	var err error
	switch f {
	case TSV:
		err = writeTSV(w, entries)
	case CSV:
		err = writeCSV(w, entries)
	case XLSX:
		err = writeXLSX(w, entries)
	case Words:
		err = writeWords(w, entries)
	default:
		err = fmt.Errorf("unknown %v", f)
	}
	if err != nil {
		return fmt.Errorf("lexicon: writing: %w", err)
	}
	return nil
}

// used returns the columns that some entry fills.
func used(entries []Entry) []*column {
	var out []*column
	for i := range columns {
		c := &columns[i]
		keep := c.name == "form"
		for j := range entries {
			if keep {
				break
			}
			keep = c.get(&entries[j]) != ""
		}
		if keep {
			out = append(out, c)
		}
	}
	return out
}

// cell returns what stands in column c for e. A form that begins with # would be a comment.
func cell(c *column, e *Entry) string {
	s := c.get(e)
	if c.name == "form" && strings.HasPrefix(s, "#") {
		return `\` + s
	}
	return s
}

func header(cols []*column) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.name
	}
	return out
}

func writeTSV(w io.Writer, entries []Entry) error {
	b := bufio.NewWriter(w)
	cols := used(entries)
	b.WriteString(strings.Join(header(cols), "\t"))
	b.WriteByte('\n')
	for i := range entries {
		line := make([]string, len(cols))
		for j, c := range cols {
			s := cell(c, &entries[i])
			if strings.HasPrefix(s, `"`) {
				s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
			line[j] = s
		}
		b.WriteString(strings.TrimRight(strings.Join(line, "\t"), "\t"))
		b.WriteByte('\n')
	}
	return b.Flush()
}

func writeCSV(w io.Writer, entries []Entry) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	cols := used(entries)
	rows := [][]string{header(cols)}
	for i := range entries {
		row := make([]string, len(cols))
		for j, c := range cols {
			row[j] = cell(c, &entries[i])
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}

func writeWords(w io.Writer, entries []Entry) error {
	b := bufio.NewWriter(w)
	for i := range entries {
		b.WriteString(cell(&columns[0], &entries[i]))
		b.WriteByte('\n')
	}
	return b.Flush()
}
