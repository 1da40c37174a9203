package roster

import (
	"strings"
	"testing"

	"proofcheck/lexicon"
)

func TestParse(t *testing.T) {
	const tsv = "# 示例\n姓名\t职务\t任职日期\t免职日期\t排序\n张 晓明\t示例县县长|县长\t2019-03-01\t2021/6/30\t2\n\n李光\t示例县委书记\t\t\t1\n"
	r, err := Parse("a.tsv", strings.NewReader(tsv))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Entries()) != 2 || r.Name() != "a.tsv" || len(r.Hash()) != 16 {
		t.Fatalf("got %+v", r)
	}
	e := r.Entries()[0]
	if e.Name != "张晓明" || strings.Join(e.Posts, "+") != "示例县县长+县长" || e.From != 20190301 || e.Until != 20210630 || e.Rank != 2 || e.Line != 3 {
		t.Errorf("got %+v", e)
	}
	for day, want := range map[lexicon.Date]bool{20190228: false, 20190301: true, 20210630: true, 20210701: false} {
		if e.Holds(day) != want {
			t.Errorf("on %v the entry holds: %v", day, !want)
		}
	}
	if !r.Entries()[1].Holds(19000101) {
		t.Error("an entry without dates must always hold")
	}
}

func TestParseCSV(t *testing.T) {
	r, err := Parse("a.csv", strings.NewReader("name,post,rank\n\"李光\",\"书记|县委书记\",1\n"))
	if err != nil || len(r.Entries()) != 1 || len(r.Entries()[0].Posts) != 2 {
		t.Fatalf("%v, %+v", err, r)
	}
}

// TestParseErrors holds messages to name the line, the thing and what to do.
func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "the file is empty",
		"姓名\t单位\n":            `a.tsv:1: unknown column "单位"`,
		"姓名\t备注\n":            "a.tsv:1: the first row must name the columns",
		"name\tpost\t姓名\n":    "two columns mean name",
		"name\tpost\n\t县长\n":  "a.tsv:2: there is no name",
		"name\tpost\n张三\n":    "a.tsv:2: 张三 has no post",
		"name\tpost\n张\t县长\n": "has 1 characters",
		"name\tpost\tfrom\n张三\t县长\t昨天\n":                         `from: "昨天" is not a date`,
		"name\tpost\trank\n张三\t县长\t第一\n":                         `rank: "第一" is not a whole number`,
		"name\tpost\tfrom\tto\n张三\t县长\t2021-01-02\t2021-01-01\n": "swap them",
		"name\tpost\n张三\t县长\t多余\n":                               "cell 3 has no column",
	} {
		_, err := Parse("a.tsv", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	if _, err := Load("missing.tsv"); err == nil {
		t.Error("a missing file must be an error")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("name\tpost\tfrom\tto\trank\n张三\t县长|副县长\t2020-01-01\t\t3\n"), "a.tsv")
	f.Add([]byte("姓名,职务\n李四,书记\n"), "a.csv")
	f.Add([]byte("PK\x03\x04"), "a.xlsx")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		r, err := Parse(name, strings.NewReader(string(data)))
		if err != nil {
			return
		}
		for _, e := range r.Entries() {
			if e.Name == "" || len(e.Posts) == 0 || e.Rank < 0 || e.From != 0 && e.Until != 0 && e.Until < e.From {
				t.Fatalf("got %+v", e)
			}
		}
	})
}
