package ledger

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io/fs"
	"proofcheck/internal/sample"
	"proofcheck/internal/teststore"
	"proofcheck/store"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// part returns a file of a workbook.
func part(t *testing.T, book []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNothingInALedgerBecomesAFormula(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		put(t, s, hostile())
		var text, book bytes.Buffer
		if _, err := WriteCSV(&text, s.Findings(t.Context(), store.Filter{}), Options{}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range rows[1] {
			if cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
				t.Errorf("cell %q", cell)
			}
		}
		if _, err := WriteXLSX(&book, s.Findings(t.Context(), store.Filter{}), Options{}); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&book)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for i := range columns {
			name, _ := excelize.CoordinatesToCellName(i+1, 2)
			formula, err := f.GetCellFormula("整改台账", name)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if i == placeColumn {
				want = `HYPERLINK(F2&"#:~:text=%2D2%2B3-,%EF%BC%9D%E7%99%BB%E9%99%86%01%EF%BF%BD,-%22%29%2C1%29%26%22","第 3 行第 5 字")`
			}
			if formula != want {
				t.Errorf("%s is the formula %q, want %q", name, formula, want)
			}
		}
		if title, _ := f.GetCellValue("整改台账", "E2"); title != "=cmd|' /C calc'!A0" {
			t.Errorf("title %q", title)
		}
	})
}

func TestALedgerOfManyRowsHasMoreSheets(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		found, err := sample.Fill(t.Context(), s, sample.Options{Documents: 60, Faulty: 1, PerPage: 1})
		if err != nil {
			t.Fatal(err)
		}
		f := excelize.NewFile()
		x := &workbook{rows: rows{opt: Options{Lang: "en"}}, file: f, limit: 26}
		if err := x.prepare(); err != nil {
			t.Fatal(err)
		}
		for row, err := range s.Findings(t.Context(), store.Filter{}) {
			if err == nil {
				err = x.add(row)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := x.finish(&out); err != nil {
			t.Fatal(err)
		}
		back, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		if got, want := back.GetSheetList(), []string{"Ledger", "Ledger 2", "Ledger 3", "Totals"}; !slices.Equal(got, want) {
			t.Errorf("sheets %q, want %q", got, want)
		}
		n := 0
		for _, sheet := range back.GetSheetList()[:3] {
			rows, err := back.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			n += len(rows) - 1
		}
		if n != found {
			t.Errorf("%d rows, want %d", n, found)
		}
	})
}

// edit changes cells of a workbook: the row whose context has a text gets a state and a remark.
func edit(t *testing.T, path string, change func(f *excelize.File, sheet string, rows [][]string)) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[0]
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	change(f, sheet, rows)
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}
