package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"proofcheck/checker"
	"proofcheck/lexicon"
)

// unzipped lists the files of a workbook and their content, a tag to a line.
func unzipped(t *testing.T, raw []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "== %s\n%s\n", f.Name, strings.NewReplacer("<row", "\n<row", "<c ", "\n<c ").Replace(string(b)))
	}
	return out.Bytes()
}

func TestWorkbookHoldsWhatTheLedgerHolds(t *testing.T) {
	t.Parallel()
	list := samples()
	book, err := excelize.OpenReader(bytes.NewReader(write(t, ByName("xlsx"), Options{}, list)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("整改台账")
	if err != nil {
		t.Fatal(err)
	}
	plain := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(write(t, ByName("csv"), Options{}, list), []byte("\uFEFF"))))
	want, err := plain.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(want[0], " "); got != "序号 页面标题 文件/URL 位置 错误类型 级别 原文 上下文 建议 依据 状态" {
		t.Errorf("columns %s", got)
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows in the workbook, %d in the CSV", len(rows), len(want))
	}
	for i := range want {
		for k := range want[i] {
			// The workbook needs no guard against formulas: its cells are marked as text.
			// CSV readers take CR LF for LF.
			cell, unguarded := strings.ReplaceAll(rows[i][k], "\r\n", "\n"), strings.TrimPrefix(want[i][k], "'")
			if cell != unguarded && cell != want[i][k] {
				t.Errorf("row %d, column %d: %q in the workbook, %q in the CSV", i, k, cell, want[i][k])
			}
		}
	}
	for _, ref := range []string{"B2", "G4", "I4"} {
		if f, err := book.GetCellFormula("整改台账", ref); err != nil || f != "" {
			t.Errorf("%s holds the formula %q (%v)", ref, f, err)
		}
	}
	about, err := book.GetRows("说明")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(about[0], " "); got != "类别 错误 警告 提示 合计" {
		t.Errorf("second sheet begins with %s", got)
	}
}

func TestFullSheetGoesOnOnTheNext(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := newXLSX(&out, Options{}).(*xlsxLedger)
	w.limit = 3
	err := w.Begin(sampleRun())
	for i := range 5 {
		err = errors.Join(err, w.Finding(&checker.Finding{Rule: "typo/word", Level: lexicon.Error, Text: fmt.Sprint("词", i)}))
	}
	if err = errors.Join(err, w.End(&checker.Stats{})); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	got := ""
	for _, name := range book.GetSheetList()[:3] {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		got += name + ":"
		for _, r := range rows {
			got += " " + r[0] + r[6]
		}
		got += "\n"
	}
	want := "整改台账: 序号原文 1词0 2词1\n整改台账 2: 序号原文 3词2 4词3\n整改台账 3: 序号原文 5词4\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestCellsThatLookLikeFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "  =1": "'  =1",
		"＝1": "'＝1", "　＋1": "'　＋1", "\r=1": "'\r=1",
		"登录": "登录", "1-2": "1-2", "": "", "a=b": "a=b", "nul\x00": "nul\uFFFD",
	} {
		if got := Inert(cell); got != want {
			t.Errorf("Inert(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestCellTextEscapesWhatXMLCannotHold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\x01b":      "a_x0001_b",
		"_x0041_":     "_x005F_x0041_",
		"a_b_x":       "a_b_x",
		"<&>":         "&lt;&amp;&gt;",
		"行\n行":        "行&#xA;行",
		"\x1b[0m\x00": "_x001B_[0m_x0000_",
	} {
		if got := cellText(text); got != want {
			t.Errorf("cellText(%q) = %q, want %q", text, got, want)
		}
	}
	long := cellText(strings.Repeat("长", 40000))
	if n := len([]rune(long)); n != maxCellUnits || !strings.HasSuffix(long, "…") {
		t.Errorf("a cell of 40,000 characters became one of %d", n)
	}
}
