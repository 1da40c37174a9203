package report

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sampleRun is fixed, so that golden files are.
func sampleRun() *Run {
	return &Run{
		Version: "1.2.3", Rules: "0123456789abcdef",
		Lexicons: []Lexicon{{"builtin", "fedcba9876543210", 12345}, {"机关.tsv", "00ff00ff00ff00ff", 7}},
		Profile:  "gov", Started: time.Date(2026, 3, 5, 9, 30, 0, 0, time.FixedZone("", 8*3600)),
		Command: []string{"proofcheck", "check", "通知.html"},
	}
}

// sample is a draft with its findings, built as a format reader and the checker would.
type sample struct {
	doc      Document
	segments []*source.Segment
	findings []*checker.Finding
	failure  error

	counter source.Counter
}

// segment adds a block whose text is raw, and a line feed after it.
func (s *sample) segment(kind source.Kind, level int, raw string) {
	var b source.Builder
	b.Begin([]byte(raw), s.counter.Position(), nil)
	b.Copy(0, len(raw))
	seg := b.Segment()
	seg.Kind, seg.Level = kind, level
	s.counter.Advance([]byte(raw + "\n"))
	s.segments = append(s.segments, seg.Clone())
}

// finding adds a finding about the first occurrence of words in the last segment.
func (s *sample) finding(words string, f checker.Finding, suggest ...string) {
	number := len(s.segments) - 1
	seg := s.segments[number]
	from := strings.Index(seg.Text, words)
	to := from + len(words)
	f.Document, f.Segment, f.From, f.To, f.Text = s.doc.Name, number, from, to, words
	f.Start, f.End = seg.Locate(from, to)
	before, after := []rune(seg.Text[:from]), []rune(seg.Text[to:])
	f.Before = string(before[max(0, len(before)-checker.ContextRunes):])
	f.After = string(after[:min(len(after), checker.ContextRunes)])
	for i, text := range suggest {
		f.Fixes = append(f.Fixes, checker.Fix{Text: text, Safe: i == 0,
			Edits: []checker.Edit{{Span: source.Span{Start: f.Start.Offset, End: f.End.Offset}, New: text}}})
	}
	if f.Confidence == 0 {
		f.Confidence = 1
	}
	f.Fingerprint = fmt.Sprintf("%016x", len(s.findings)+1)
	s.findings = append(s.findings, &f)
}

func newSample(name, format string) *sample {
	return &sample{doc: Document{Name: name, Format: format, Encoding: "utf-8"}}
}

// samples is one fixed list of drafts with hostile content in every field that a draft, a
// lexicon or a file name can fill.
func samples() []*sample {
	a := newSample("政务 公开/通知,50%:终稿.html", "html")
	a.doc.Escape = html.EscapeString
	a.segment(source.Title, 0, "=1+1 关于<script>alert(1)</script>的通知")
	a.finding("<script>alert(1)</script>", checker.Finding{Rule: "character/invisible", Level: lexicon.Info,
		Message: "标题里有“<script>alert('x')</script>”", Clause: lexicon.Advise})
	a.segment(source.Heading, 1, "关于“登陆”系统的通知")
	a.finding("登陆", checker.Finding{Rule: "typo/word", Level: lexicon.Error, Message: "“登陆”应为“登录”", Clause: lexicon.Deduct,
		Source: "《现代汉语词典》第 7 版", Pack: "typo", Confidence: 0.95}, "登录", "上岸")
	a.segment(source.Paragraph, 0, "各单位😀𠮷请填报\"=1+1\"\t&amp; 'a' ]]> %0A::error::名单，\x1b[31m红\u202e字。")
	a.finding("=1+1", checker.Finding{Rule: "sensitive/word", Level: lexicon.Error, Message: "=HYPERLINK(\"http://x\")", Clause: lexicon.Veto,
		Source: "@依据,\"引号\"", Pack: "+pack"}, "<b>&", "")
	a.finding("😀𠮷", checker.Finding{Rule: "character/compatibility", Level: lexicon.Warning, Message: "::error::100%\r\n第二行"})
	a.finding("𠮷请填报\"=", checker.Finding{Rule: "structure/sequence-gap", Level: lexicon.Warning, Message: "与别的发现交叠"})
	a.segment(source.ListItem, 2, strings.Repeat("很长的文字，", 80)+"完。")
	a.finding(strings.Repeat("很长的文字，", 60), checker.Finding{Rule: "expression/word", Level: lexicon.Warning, Message: "太长", Clause: lexicon.Advise}, "短")
	a.segment(source.Attribute, 0, "图片说明\n第二行")
	a.segments[len(a.segments)-1].Name, a.segments[len(a.segments)-1].Hidden = "alt", true
	a.finding("说明\n第二行", checker.Finding{Rule: "page/unknown-to-the-catalogue", Level: lexicon.Info, Message: "跨行", Hidden: true})

	b := newSample("notes.md", "markdown")
	b.doc.Title = "给定的标题 & <i>"
	b.segment(source.Paragraph, 0, "没有问题。")

	c := newSample("草稿/broken.txt", "text")
	c.segment(source.Paragraph, 0, "通知")
	c.finding("通知", checker.Finding{Rule: "typo/word", Level: lexicon.Error, Message: "x"}, "通告")
	c.failure = errors.New("第 9 行：无效的字节 <&>")

	d := newSample("links.md", "markdown")
	d.segment(source.Paragraph, 0, "请看http://a.cn/x的<名单>。")
	d.finding("http://a.cn/x", checker.Finding{Rule: "link/remote", Level: lexicon.Error, Message: "死链：服务器返回 404", Link: &checker.LinkDetail{
		Target: "http://a.cn/x", Words: "<名单>\n::error::", Title: "=标题 & <b>", Verdict: "dead", Reason: "服务器返回 404",
		Chain: []links.Hop{{URL: "http://a.cn/x", Status: 301}, {URL: "https://a.cn/x", Status: 404}},
		First: time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600)), Times: 3,
	}})
	return []*sample{a, b, c, d}
}

// sampleStats counts what samples holds.
func sampleStats(list []*sample) *checker.Stats {
	s := &checker.Stats{Documents: len(list), Segments: 7, Runes: 12345, Bytes: 40000, Weighted: 4.5,
		Findings: map[lexicon.Level]int{}, ByRule: map[string]int{}, ByClause: map[string]int{}}
	for _, d := range list {
		for _, f := range d.findings {
			s.Findings[f.Level]++
			s.ByRule[f.Rule]++
			if f.Clause != lexicon.NoClause {
				s.ByClause[f.Clause.String()]++
			}
		}
	}
	return s
}

// write runs a whole report of the samples.
func write(t testing.TB, form *Form, opt Options, list []*sample) []byte {
	t.Helper()
	var out bytes.Buffer
	w := form.New(&out, opt)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.Begin(sampleRun()))
	for _, d := range list {
		check(w.Document(&d.doc))
		if form.Segments {
			for i, seg := range d.segments {
				check(w.Segment(i, seg))
			}
		}
		for _, f := range d.findings {
			check(w.Finding(f))
		}
		if d.failure != nil {
			check(w.Failed(d.doc.Name, d.failure))
		}
	}
	if len(list) > 0 {
		check(w.Failed("missing.html", errors.New("没有这个文件")))
	}
	check(w.End(sampleStats(list)))
	return out.Bytes()
}

func TestGoldenOfEveryForm(t *testing.T) {
	t.Parallel()
	list := samples()
	for _, form := range Forms {
		for _, c := range []struct {
			name string
			opt  Options
			list []*sample
		}{
			{form.Name, Options{}, list},
			{form.Name + "-en", Options{Lang: "en", Color: true, Verbose: true, Width: 60, AmbiguousWide: true}, list},
			{form.Name + "-empty", Options{}, nil},
		} {
			got := write(t, form, c.opt, c.list)
			if form.Name == "xlsx" {
				got = unzipped(t, got)
			}
			compare(t, filepath.Join("testdata", "golden", c.name), got)
		}
	}
	compare(t, filepath.Join("testdata", "golden", "text-quiet"), write(t, ByName("text"), Options{Quiet: true}, list))
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			old := "(end)"
			if i < len(w) {
				old = w[i]
			}
			t.Errorf("%s:%d (go test -update rewrites it)\ngot  %s\nwant %s", name, i+1, g[i], old)
			return
		}
	}
	t.Errorf("%s: got %d lines, want %d", name, len(g), len(w))
}

func TestEveryFormIsFoundByNameAndExtension(t *testing.T) {
	t.Parallel()
	for _, f := range Forms {
		if ByName(f.Name) != f {
			t.Errorf("ByName(%q) is another form", f.Name)
		}
		for _, e := range f.Extensions {
			if got := ByExtension("/a.b/Report" + strings.ToUpper(e)); got != f {
				t.Errorf("ByExtension(%q) = %v, want %s", e, got, f.Name)
			}
		}
	}
	for name, want := range map[string]string{"out.sarif.json": "sarif", "out.json": "json", `C:\x\out.HTML`: "html"} {
		if f := ByExtension(name); f == nil || f.Name != want {
			t.Errorf("ByExtension(%q) = %v, want %s", name, f, want)
		}
	}
	if f := ByExtension("report.doc"); f != nil {
		t.Errorf("report.doc is taken for %s", f.Name)
	}
	if f := ByName("yaml"); f != nil {
		t.Errorf("yaml is taken for %s", f.Name)
	}
}

func TestEveryFormFailsWhenItsWriterFails(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for _, form := range Forms {
		w := form.New(failing{full}, Options{})
		err := w.Begin(sampleRun())
		if err == nil {
			err = w.Document(&Document{Name: "a"})
		}
		if err == nil {
			err = w.Finding(&checker.Finding{Rule: "typo/word", Level: lexicon.Error, Document: "a"})
		}
		if err == nil {
			err = w.End(&checker.Stats{})
		}
		if !errors.Is(err, full) {
			t.Errorf("%s: error %v, want %v", form.Name, err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestTextFormsAreValidUTF8(t *testing.T) {
	t.Parallel()
	d := newSample("bad\xff\x00name", "text")
	d.segment(source.Paragraph, 0, "x")
	d.finding("x", checker.Finding{Rule: "typo/word", Level: lexicon.Error, Message: "bad \xff\x00\x1b message", Source: "\xfe"}, "\xff")
	for _, form := range Forms {
		got := write(t, form, Options{}, []*sample{d})
		if form.Name == "xlsx" {
			got = unzipped(t, got)
		}
		switch form.Name {
		case "github", "csv": // pass on what they are given
		default:
			if !utf8.Valid(got) || bytes.IndexByte(got, 0) >= 0 {
				t.Errorf("%s: not valid UTF-8, or with NUL", form.Name)
			}
		}
	}
}

func TestEveryLabelHasBothLanguages(t *testing.T) {
	t.Parallel()
	for key, texts := range readLabels() {
		if texts[0] == "" || texts[1] == "" {
			t.Errorf("%s: %q", key, texts)
		}
	}
	for _, l := range levels {
		labels("zh").level(l)
	}
	for _, c := range checker.Categories {
		if labels("en").category(c) == string(c) {
			t.Errorf("category %s has no label", c)
		}
	}
	for _, c := range []lexicon.Clause{lexicon.Advise, lexicon.Deduct, lexicon.Veto} {
		labels("zh").clause(c.String())
	}
}
