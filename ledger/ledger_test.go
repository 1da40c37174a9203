package ledger

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"proofcheck/internal/sample"
	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/lexicon"
	"proofcheck/store"
)

func TestMain(m *testing.M) { testserver.Main(m) }

// put makes one run that finds something in documents.
func put(t testing.TB, s *store.Store, results ...store.Result) {
	t.Helper()
	run := &store.Run{Kind: "scan", Plan: "test", Ruleset: store.Ruleset{Tool: "test", Rules: "test"}}
	if err := s.Begin(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	for i := range results {
		results[i].Document.Ruleset, results[i].Document.Hash = run.Ruleset.ID, []byte{1}
	}
	if _, err := s.Commit(t.Context(), &store.Batch{Run: run.ID, Results: results}); err != nil {
		t.Fatal(err)
	}
	if err := s.Finish(t.Context(), run.ID, store.Done); err != nil {
		t.Fatal(err)
	}
}

// hostile is a document whose every text is made to do harm.
func hostile() store.Result {
	return store.Result{
		Document: store.Document{
			Source: "=SOURCE()", Key: "https://www.example.gov.cn/a/1.html?x=\"&HYPERLINK(1)", URL: "https://www.example.gov.cn/a/1.html?x=\"&HYPERLINK(1)",
			Title: "=cmd|' /C calc'!A0", Column: "@SUM(A1)", Format: "html",
		},
		Findings: []store.Finding{{
			Fingerprint: "00000000000000aa", Rule: "typo/word", Level: lexicon.Error, Clause: lexicon.Veto, Text: "＝登陆\x01\x00", Before: "-2+3", After: "\"),1)&\"",
			Message: "+1", Standard: "-1", Suggest: []string{"=1+1"}, Line: 3, Column: 5, Start: 7, End: 13,
		}},
	}
}

func TestLedgerHasOneRowForEachFinding(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		found, err := sample.Fill(t.Context(), s, sample.Options{Documents: 400, Faulty: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		units := Units{{Unit: "市教育局", Paths: []string{"jyj.example.gov.cn"}}, {Unit: "市政府办公室", Sections: []string{"政务公开/**"}}}
		var text, book bytes.Buffer
		n, err := WriteCSV(&text, s.Findings(t.Context(), store.Filter{}), Options{Units: units})
		if err != nil || n != found {
			t.Fatalf("%d rows of %d, %v", n, found, err)
		}
		if n, err = WriteXLSX(&book, s.Findings(t.Context(), store.Filter{}), Options{Units: units}); err != nil || n != found {
			t.Fatalf("%d rows of %d, %v", n, found, err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(rows[0], " "), "序号 责任单位 网站 栏目 页面标题 页面链接 发布日期 位置 错误类型 级别 错误内容 上下文 修改建议 依据 首次发现 最近发现 整改状态 状态更新时间 备注 编号（请勿改动）"; got != want {
			t.Errorf("columns %s, want %s", got, want)
		}
		for _, row := range rows[1:] {
			want := map[bool]string{true: "市教育局", false: ""}[row[2] == "jyj.example.gov.cn"]
			if want == "" && strings.HasPrefix(row[3], "政务公开/") {
				want = "市政府办公室"
			}
			if row[1] != want {
				t.Errorf("%s is responsible for %s in %s, want %q", row[1], row[5], row[3], want)
			}
		}
		if sheet, want := part(t, book.Bytes(), "xl/worksheets/sheet1.xml"), fmt.Sprintf(`<autoFilter ref="$A$1:$T$%d"`, found+1); !strings.Contains(sheet, want) {
			t.Errorf("the sheet ends in %s, want %s", sheet[max(0, len(sheet)-1500):], want)
		}
		f, err := excelize.OpenReader(&book)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cells, err := f.GetRows("整改台账")
		if err != nil || len(cells) != len(rows) {
			t.Fatalf("%d rows in the workbook, want %d, %v", len(cells), len(rows), err)
		}
		for i, row := range cells {
			for k := range row {
				if row[k] != rows[i][k] {
					t.Errorf("row %d, column %d: workbook %q, CSV %q", i, k, row[k], rows[i][k])
				}
			}
		}
		totals, err := f.GetRows("统计")
		if err != nil || totals[len(totals)-3][0] != "合计" || totals[len(totals)-3][2] != strconv.Itoa(found) {
			t.Errorf("totals %q, want %d findings, %v", totals, found, err)
		}
		validations, err := f.GetDataValidations("整改台账")
		if err != nil || len(validations) != 1 || validations[0].Formula1 != `"待整改,已整改,予以保留,误报"` || validations[0].Sqref != "Q2:Q"+strconv.Itoa(found+1) {
			t.Errorf("validation %+v, %v", validations, err)
		}
	})
}

func TestAnEditedLedgerComesBack(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := sample.Fill(t.Context(), s, sample.Options{Documents: 12, Faulty: 1, PerPage: 1}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "ledger.xlsx")
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := WriteXLSX(out, s.Findings(t.Context(), store.Filter{}), Options{}); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		var list []*store.Row
		for r, err := range s.Findings(t.Context(), store.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
		// Meanwhile somebody decides about three rows in the store: one that nobody edits in the ledger, one
		// that is decided otherwise there, and one that is decided alike.
		for i, state := range map[int]store.State{3: store.StateAccepted, 4: store.StateAccepted, 5: store.StateFixed} {
			if _, err := s.SetState(t.Context(), store.Change{Ref: list[i].Ref(), State: state, Actor: "李四"}); err != nil {
				t.Fatal(err)
			}
		}
		edit(t, path, func(f *excelize.File, sheet string, rows [][]string) {
			set := func(row int, state, remark string) {
				f.SetCellValue(sheet, "Q"+strconv.Itoa(row+2), state)
				f.SetCellValue(sheet, "S"+strconv.Itoa(row+2), remark)
			}
			set(0, "已整改", "已于 7 月 1 日更正")
			set(1, "误报", "=专有名词")
			set(2, "已改", "") // as people write it
			set(4, "误报", "人名")
			set(5, "已整改", "")
			set(6, "差不多了", "")
			f.SetCellValue(sheet, "T9", "P999999-1-0-811c9dc5-0000000000000000")
			f.SetCellValue(sheet, "Q9", "已整改")
			f.SetCellValue(sheet, "T10", "")
			f.RemoveRow(sheet, 12)                  // a row that is deleted says nothing
			f.InsertRows(sheet, 1, 2)               // a heading of one's own
			f.SetCellValue(sheet, "A1", "第二季度整改台账") //
			f.SetCellValue(sheet, "V3", "经办人")      // a column of one's own
		})
		var problems []Problem
		got, err := Import(t.Context(), s, path, "张三", func(p *Problem) { problems = append(problems, *p) })
		if err != nil {
			t.Fatal(err)
		}
		if want := (Outcome{Rows: 11, Changed: 3, Unchanged: 4, Problems: 4}); got != want {
			t.Errorf("outcome %+v, want %+v", got, want)
		}
		var kinds []string
		for _, p := range problems {
			kinds = append(kinds, string(p.Kind)+" "+strconv.Itoa(p.Line))
			if p.Kind == Conflict && (p.Row.Finding.State != store.StateAccepted || p.State != store.StateFalseAlarm || p.Remark != "人名") {
				t.Errorf("conflict %+v", p)
			}
		}
		if want := []string{"conflict 8", "state 10", "unknown 11", "key 12"}; !slices.Equal(kinds, want) {
			t.Errorf("problems %q, want %q", kinds, want)
		}
		for i, want := range []string{"fixed 已于 7 月 1 日更正", "false_alarm =专有名词", "fixed ", "accepted ", "accepted ", "fixed ", "open "} {
			r, err := s.Finding(t.Context(), list[i].Ref())
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Finding.State.String() + " " + r.Finding.Remark; got != want {
				t.Errorf("finding %d: %q, want %q", i, got, want)
			}
		}
		for e, err := range s.History(t.Context(), list[0].Ref()) {
			if err != nil || !e.New && (e.Actor != "张三" || e.To != store.StateFixed) {
				t.Errorf("history %+v, %v", e, err)
			}
		}
		// Once more: nothing is left to do but what is wrong.
		if got, err = Import(t.Context(), s, path, "张三", func(*Problem) {}); err != nil || got.Changed != 0 || got.Problems != 4 {
			t.Errorf("the second time %+v, %v", got, err)
		}
	})
}

func TestALedgerInCSVComesBack(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		put(t, s, hostile())
		if _, err := s.SetState(t.Context(), store.Change{Ref: store.Ref{Document: 1, Fingerprint: "00000000000000aa"}, State: store.StateOpen, Remark: ptr("-待查")}); err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := WriteCSV(&text, s.Findings(t.Context(), store.Filter{}), Options{Zone: time.UTC}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "ledger.csv")
		for _, step := range []struct {
			old, new string
			want     Outcome
		}{
			{"", "", Outcome{Rows: 1, Unchanged: 1}},
			{"待整改", "误报", Outcome{Rows: 1, Changed: 1}},
		} {
			if err := os.WriteFile(path, []byte(strings.Replace(text.String(), step.old, step.new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			if got, err := Import(t.Context(), s, path, "", func(p *Problem) { t.Errorf("%+v", p) }); err != nil || got != step.want {
				t.Errorf("%+v, want %+v, %v", got, step.want, err)
			}
		}
		r, err := s.Finding(t.Context(), store.Ref{Document: 1, Fingerprint: "00000000000000aa"})
		if err != nil || r.Finding.State != store.StateFalseAlarm || r.Finding.Remark != "-待查" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestWhatIsNoLedgerIsSaidToBeNone(t *testing.T) {
	t.Parallel()
	s := teststore.Open(t)
	dir := t.TempDir()
	for name, content := range map[string]string{"empty.csv": "", "other.csv": "a,b,c\n1,2,3\n", "broken.xlsx": "PK\x03\x04broken", "quote.csv": "\"a"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Import(t.Context(), s, path, "", func(*Problem) {}); err == nil || got.Changed != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestTextFragments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, text, after, want string }{
		{"可以", "登陆", "系统", ":~:text=%E5%8F%AF%E4%BB%A5-,%E7%99%BB%E9%99%86,-%E7%B3%BB%E7%BB%9F"},
		{"", "a-b,c&d", "", ":~:text=a%2Db%2Cc%26d"},
		{"before", "", "after", ":~:text=before,-after"},
		{"", "", "", ""},
		{"", strings.Repeat("x", 100), "", ":~:text=" + strings.Repeat("x", 20) + "," + strings.Repeat("x", 20)},
	} {
		if got := TextFragment(c.before, c.text, c.after); got != c.want {
			t.Errorf("%q %q %q: %s, want %s", c.before, c.text, c.after, got, c.want)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("P12-3-1-811c9dc5-00000000000000aa")
	f.Add("P1-1-0-0-x-y")
	f.Fuzz(func(t *testing.T, s string) {
		k, ok := parseKey(s)
		if !ok {
			return
		}
		if again, ok := parseKey(k.String()); !ok || again != k {
			t.Errorf("%q is read as %+v, written as %q", s, k, k.String())
		}
	})
}
