package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// many runs n findings of one draft through a form.
func many(t testing.TB, form string, w io.Writer, n int) {
	t.Helper()
	out := ByName(form).New(w, Options{})
	f := &checker.Finding{Rule: "typo/word", Level: lexicon.Error, Document: "a.md", Text: "登陆", Message: "“登陆”应为“登录”",
		Before: "请先", After: "系统", Start: source.Position{Offset: 6, Line: 1, Column: 3, Byte: 7}, End: source.Position{Offset: 12, Line: 1, Column: 5, Byte: 13},
		Fixes: []checker.Fix{{Text: "登录", Safe: true, Edits: []checker.Edit{{Span: source.Span{Start: 6, End: 12}, New: "登录"}}}}, Fingerprint: "0123456789abcdef"}
	err := errors.Join(out.Begin(sampleRun()), out.Document(&Document{Name: "a.md"}))
	for range n {
		if err == nil {
			err = out.Finding(f)
		}
	}
	if err = errors.Join(err, out.End(&checker.Stats{Documents: 1})); err != nil {
		t.Fatal(err)
	}
}

func TestSARIFHoldsAsManyResultsAsServicesTake(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	many(t, "sarif", &out, maxResults+7)
	var log struct {
		Runs []struct {
			Results     []json.RawMessage
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if n := len(log.Runs[0].Results); n != 25000 {
		t.Errorf("%d results", n)
	}
	notes := log.Runs[0].Invocations[0].ToolExecutionNotifications
	if len(notes) != 1 || notes[0].Message.Text != "另有 7 处未列入：SARIF 报告最多 25000 处" {
		t.Errorf("notifications %+v", notes)
	}
}

func TestJUnitCountsItsTests(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	many(t, "junit", &out, maxCases+3)
	for _, c := range []struct {
		text         []byte
		cases, tests string
		err          string
	}{
		{out.Bytes(), fmt.Sprint(maxCases), fmt.Sprint(maxCases), "另有 3 处未列入：每篇最多 5000 处"},
		{write(t, ByName("junit"), Options{}, samples()), "12", "12", ""},
	} {
		var doc struct {
			Suites []struct {
				Tests int `xml:"tests,attr"`
				Cases []struct {
					Name string `xml:"name,attr"`
				} `xml:"testcase"`
				Err string `xml:"system-err"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(c.text, &doc); err != nil {
			t.Fatal(err)
		}
		tests, cases, note := 0, 0, ""
		for _, s := range doc.Suites {
			tests += s.Tests
			cases += len(s.Cases)
			note += s.Err
		}
		if fmt.Sprint(tests) != c.tests || fmt.Sprint(cases) != c.cases || note != c.err {
			t.Errorf("%d tests, %d cases, %q; want %s, %s, %q", tests, cases, note, c.tests, c.cases, c.err)
		}
	}
}

func TestHTMLPageIsBounded(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	many(t, "html", &out, maxPageCards+5)
	if n := strings.Count(out.String(), `<li class="card`); n != maxPageCards {
		t.Errorf("%d cards", n)
	}
	if !strings.Contains(out.String(), "另有 5 处未列入：本页最多 10,000 处") {
		t.Error("the page does not say that findings are left out")
	}

	d := newSample("long.txt", "text")
	for range 30 {
		d.segment(source.Paragraph, 0, strings.Repeat("字", 20000))
	}
	d.finding("字", checker.Finding{Rule: "typo/word", Level: lexicon.Error, Message: "m"})
	text := string(write(t, ByName("html"), Options{}, []*sample{d}))
	if n := strings.Count(text, "字"); n*len("字") > maxDraftText+1000 || n*len("字") < maxDraftText/2 {
		t.Errorf("%d characters of the draft are on the page", n)
	}
	for _, want := range []string{"正文未全部列入：每篇最多 1 MiB，整页最多 8 MiB", `<div class="block loose marked">`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// TestFormsStream writes so many findings that a form that kept them would show.
func TestFormsStream(t *testing.T) {
	if testing.Short() {
		t.Skip("writes many findings")
	}
	const n, limit = 100_000, 24 << 20
	for _, form := range Forms {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		w := &heapWatcher{}
		many(t, form.Name, w, n)
		after.HeapAlloc = w.most
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > limit {
			t.Errorf("%s: the heap grew by %d bytes over %d findings", form.Name, grown, n)
		}
	}
}

// heapWatcher throws away what is written and looks at the live heap now and then.
type heapWatcher struct {
	written int
	next    int
	most    uint64
}

func (w *heapWatcher) Write(b []byte) (int, error) {
	if w.written += len(b); w.written >= w.next {
		w.next = w.written + 256<<10
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return len(b), nil
}

func TestWorkflowCommandsAreEscaped(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := newGitHub(&out, Options{})
	f := &checker.Finding{Rule: "typo/word", Level: lexicon.Warning, Document: "a,b:c%.md", Message: "100%\r\n::error::x",
		Start: source.Position{Line: 2, Column: 3}, End: source.Position{Line: 2, Column: 5}}
	if err := errors.Join(w.Begin(&Run{Version: "1"}), w.Finding(f), w.End(&checker.Stats{})); err != nil {
		t.Fatal(err)
	}
	want := "::warning file=a%2Cb%3Ac%25.md,line=2,endLine=2,col=3,endColumn=5,title=proofcheck typo/word 错别字（词表）::100%25%0D%0A::error::x\nproofcheck 1\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestArtifactURI(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a b/通知,1%.md": "a%20b/%E9%80%9A%E7%9F%A5,1%25.md", "./a.md": "a.md", "-": "stdin", "/tmp/a b": "file:///tmp/a%20b",
		"https://example.gov.cn/a?b=c#d": "https://example.gov.cn/a?b=c#d", "a:b.md": "./a:b.md", "C:/x/y.md": "file:///C:/x/y.md",
	} {
		if got := artifactURI(name); got != want {
			t.Errorf("artifactURI(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPersonalDataIsNotShownInTheDraft(t *testing.T) {
	t.Parallel()
	d := newSample("a.txt", "text")
	d.segment(source.Paragraph, 0, "张三的证号是11010519491231002X，住址某路。")
	d.finding("11010519491231002X", checker.Finding{Rule: "privacy/identity-number", Level: lexicon.Error, Message: "m"})
	d.findings[0].Text, d.findings[0].Before, d.findings[0].After = "110105********002X", "", ""
	text := string(write(t, ByName("html"), Options{}, []*sample{d}))
	if strings.Contains(text, "11010519491231002X") || !strings.Contains(text, ">******************</mark>，住址某路。") {
		t.Error("the number is on the page")
	}
}

func TestPiecesCutTheTextWhereFindingsBeginAndEnd(t *testing.T) {
	t.Parallel()
	type place struct{ from, to int }
	for _, c := range []struct {
		name   string
		lead   int
		places []place
		want   string
	}{
		{"none", 0, nil, "abcdef"},
		{"one", 0, []place{{1, 3}}, "a[bc|1]def"},
		{"neighbours", 0, []place{{0, 2}, {2, 6}}, "[ab|1][cdef|2]"},
		{"overlapping", 0, []place{{1, 4}, {2, 5}}, "a[b|1][cd|1 2][e|2]f"},
		{"nested", 0, []place{{1, 5}, {2, 3}}, "a[b|1][c|1 2][de|1]f"},
		{"the same place", 0, []place{{1, 2}, {1, 2}}, "a[b|1 2]cdef"},
		{"between characters", 0, []place{{3, 3}}, "abc[|1]def"},
		{"at both ends", 0, []place{{0, 0}, {6, 6}}, "[|1]abcdef[|2]"},
		{"begins in the lead", 3, []place{{1, 4}}, "[d|1]ef"},
		{"lies in the lead", 3, []place{{0, 2}}, "[|1]def"},
		{"out of order", 0, []place{{4, 5}, {0, 1}}, "[a|2]bcd[e|1]f"},
	} {
		var list []*keptFinding
		for i, p := range c.places {
			list = append(list, &keptFinding{checker.Finding{From: p.from, To: p.to, Level: lexicon.Info}, i + 1})
		}
		got := ""
		for _, p := range pieces(&keptSegment{text: "abcdef", lead: c.lead}, list) {
			if p.IDs == "" {
				got += p.Text
			} else {
				got += "[" + p.Text + "|" + p.IDs + "]"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func BenchmarkForms(b *testing.B) {
	for _, form := range Forms {
		b.Run(form.Name, func(b *testing.B) {
			for b.Loop() {
				many(b, form.Name, io.Discard, 1000)
			}
		})
	}
}
