package notice

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/internal/sample"
	"proofcheck/ledger"
	"proofcheck/store"
)

// summary sums up a sample store: two runs, some findings mended, one false alarm.
func summary(t *testing.T, opt sample.Options) *ledger.Summary {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := sample.Fill(t.Context(), s, opt); err != nil {
		t.Fatal(err)
	}
	for r, err := range s.Findings(t.Context(), store.Filter{Limit: 1, States: []store.State{store.StateOpen}}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetState(t.Context(), store.Change{Ref: r.Ref(), State: store.StateFalseAlarm}); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := ledger.Summarize(t.Context(), s, ledger.SummaryOptions{Score: ledger.DefaultScore(), Units: ledger.Units{
		{Unit: "市教育局", Paths: []string{"jyj.example.gov.cn"}}, {Unit: "市卫生健康委", Paths: []string{"wsj.example.gov.cn"}}, {Unit: "市政府办公室", Paths: []string{"**"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

var options = Options{Issuer: "市人民政府办公室", Date: time.Date(2020, 7, 10, 0, 0, 0, 0, time.Local), Score: ledger.DefaultScore()}

func TestOurOwnNoticePassesOurOwnChecker(t *testing.T) {
	t.Parallel()
	c, err := checker.New(checker.Options{Profile: "gov"})
	if err != nil {
		t.Fatal(err)
	}
	for name, sample := range map[string]sample.Options{
		"mistakes": {Documents: 300, Faulty: 0.5, Mended: 0.4}, "one run": {Documents: 40}, "clean": {Documents: 5, Faulty: -1}, "empty": {},
	} {
		sum := summary(t, sample)
		for form, format := range map[string]*formats.Format{"md": formats.Markdown, "html": formats.HTML} {
			var out bytes.Buffer
			if err := Write(&out, form, sum, options); err != nil {
				t.Fatal(err)
			}
			text := out.Bytes()
			var stats checker.Stats
			for f, err := range c.Check(t.Context(), format.Split("notice."+form, bytes.NewReader(text), formats.Options{}), &stats) {
				if err != nil {
					t.Fatal(err)
				}
				t.Errorf("%s, %s: %s: %s: %s【%s】%s", name, form, f.Rule, f.Message, f.Before, f.Text, f.After)
			}
			if stats.Runes < 300 {
				t.Errorf("%s, %s: only %d characters were checked", name, form, stats.Runes)
			}
		}
	}
}

func TestTheFormsSayTheSame(t *testing.T) {
	t.Parallel()
	sum := summary(t, sample.Options{Documents: 300, Faulty: 0.5, Mended: 0.4})
	for _, lang := range []string{"zh", "en"} {
		opt := options
		opt.Lang = lang
		var page, word bytes.Buffer
		text, err := Markdown(sum, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(&page, "html", sum, opt); err != nil {
			t.Fatal(err)
		}
		if err := Write(&word, "docx", sum, opt); err != nil {
			t.Fatal(err)
		}
		body := part(t, word.Bytes(), "word/document.xml")
		if bytes.Contains(text, []byte("11010519491231002X")) {
			t.Error("the notice publishes personal data")
		}
		for _, want := range []string{"300", "市教育局", "政务公开/通知公告", "市人民政府办公室", "2020", "单项否决", "https://jyj.example.gov.cn/art/"} {
			if want == "单项否决" && lang == "en" {
				want = "veto"
			}
			if !bytes.Contains(text, []byte(want)) || !bytes.Contains(page.Bytes(), []byte(want)) {
				t.Errorf("%s: no %q in the text or the page", lang, want)
			}
			if strings.HasPrefix(want, "https:") {
				body += part(t, word.Bytes(), "word/_rels/document.xml.rels")
			}
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in the Word document", lang, want)
			}
		}
	}
}

func TestANoticeIsHeldAgainstTheLastRun(t *testing.T) {
	t.Parallel()
	sum := summary(t, sample.Options{Documents: 300, Faulty: 0.5, Mended: 0.4})
	if sum.Before == nil || sum.Last.Fixed == 0 {
		t.Fatalf("the sample has no second run that found something mended: %+v", sum.Last)
	}
	opt := options
	opt.Template = "{{with .Compare}}{{.Then}} {{.New}} {{.Fixed}} {{.Now}}{{end}}"
	text, err := Markdown(sum, opt)
	if err != nil {
		t.Fatal(err)
	}
	open := sum.All.States[store.StateOpen]
	if want := fmt.Sprint(open-sum.All.New+sum.Last.Fixed, " ", sum.All.New, " ", sum.Last.Fixed, " ", open); strings.TrimSpace(string(text)) != want {
		t.Errorf("then, new, fixed, now: %q, want %q", text, want)
	}
	whole, err := Markdown(sum, options)
	if want := fmt.Sprintf("已消除%d处", sum.Last.Fixed); err != nil || !bytes.Contains(whole, []byte(want)) {
		t.Errorf("the notice does not say %s; %v", want, err)
	}
	once, err := Markdown(summary(t, sample.Options{Documents: 300, Faulty: 0.5}), options)
	if err != nil || bytes.Contains(once, []byte("已消除")) {
		t.Errorf("the first notice speaks of an earlier run; %v", err)
	}
}

// part returns a part of a Word document, which must be well-formed XML like all others.
func part(t *testing.T, file []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		if f.Name == name {
			out = string(text)
		}
	}
	if out == "" {
		t.Fatalf("the document has no part %s", name)
	}
	return out
}

func TestWhatPagesSayCannotBecomeMarkup(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"<script>alert(1)</script>", "a | b", "[x](javascript:alert(1))", "**bold** _em_ `code`", "# head", "1. one", "1) one", "- item", "+ item", "=====", "&lt;&amp;#60;",
		`\`, `\<b>`, "line\nbreak\r\n\r\n# head", "\u2028x", "~~~", "> quote", "<!-- proofcheck-enable -->", "a\x00b\x1b", "![i](http://x)", "http://example.org/", "{{.Title}}", "&copy;", "\\&lt;",
	} {
		want := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \r\n\u2028", r) }), " ")
		want = strings.NewReplacer("\x00", "\uFFFD", "\x1b", "\uFFFD").Replace(want)
		for _, line := range []string{Text(s).String(), "| a |\n|---|\n| " + Text(s).String() + " |"} {
			w := &word{source: []byte(line + "\n")}
			got := plainText(w, line)
			if strings.HasPrefix(line, "|") {
				got = strings.TrimPrefix(got, "a")
			}
			if got != want {
				t.Errorf("%q is written as %q and read as %q", s, line, got)
			}
			var page bytes.Buffer
			if err := writePage(&page, []byte(line), "en", ""); err != nil {
				t.Fatal(err)
			}
			_, body, _ := strings.Cut(page.String(), "<article>")
			for _, tag := range []string{"<script", "<b>", "<a ", "<img", "<h1", "<em", "<strong", "<ol", "<ul", "<!--", "<code", "<blockquote", "<hr"} {
				if strings.Contains(body, tag) {
					t.Errorf("%q becomes %s: %s", s, tag, body)
				}
			}
		}
	}
	for address, want := range map[string]string{
		"javascript:alert(1)": "标题", "file:///etc/passwd": "标题", "//x": "标题", "https://x.gov.cn/a b>)?q=|\"": "[标题](<https://x.gov.cn/a%20b%3E%29?q=%7C%22>)",
	} {
		if got := Link("标题", address); got != want {
			t.Errorf("Link(%q) = %q, want %q", address, got, want)
		}
	}
}

// plainText is what a reader sees of Markdown.
func plainText(w *word, markdown string) string {
	var b strings.Builder
	for _, r := range w.runs(parse([]byte(markdown + "\n"))) {
		b.WriteString(r.Text)
	}
	return b.String()
}

func TestATemplateOfOnesOwn(t *testing.T) {
	t.Parallel()
	sum := summary(t, sample.Options{Documents: 20, Faulty: 1})
	opt := options
	opt.Template = "# {{.Title}}\n\n{{range .Ranking}}{{.Rank}} {{.Name}} {{.Open}}\n\n{{end}}"
	text, err := Markdown(sum, opt)
	if err != nil || !strings.HasPrefix(string(text), "# 关于网站内容检查情况的通报\n\n1 市") {
		t.Errorf("%s, %v", text, err)
	}
	for template, want := range map[string]string{"{{.Titel}}": "Titel", "a\n{{": "template:2", "{{range .Ranking}}": "unexpected EOF"} {
		opt.Template = template
		if _, err := Markdown(sum, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", template, err, want)
		}
	}
}

// TestWordDocumentOpens converts a notice with LibreOffice. PROOFCHECK_SCREENSHOTS names a folder that keeps the PDF file.
func TestWordDocumentOpens(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts LibreOffice")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal("no LibreOffice here; .ci/run installs it")
		}
		t.Skip("no LibreOffice here")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "notice.docx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(f, "docx", summary(t, sample.Options{Documents: 300, Faulty: 0.5, Mended: 0.4}), options); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"pdf", "txt:Text"} {
		cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless", "--convert-to", form, "--outdir", dir, path)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "notice.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"关于网站内容检查情况的通报", "各有关单位：", "一、总体情况", "市教育局", "整改要求", "市人民政府办公室", "2020年7月10日"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("LibreOffice does not read %q in\n%s", want, text)
		}
	}
	if keep := os.Getenv("PROOFCHECK_SCREENSHOTS"); keep != "" {
		pdf, err := os.ReadFile(filepath.Join(dir, "notice.pdf"))
		if err == nil {
			err = os.WriteFile(filepath.Join(keep, "notice.pdf"), pdf, 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
