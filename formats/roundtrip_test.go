package formats_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"

	"proofcheck/formats"
	"proofcheck/source"
)

// plainTexts are texts that look like markup in some format.
var plainTexts = []string{
	"请登录系统", "a < b && c > d", `"引号"和'撇号'`, "<b>不是标签</b>", "&amp; &lt; &nosuch; &#65;", "*星号* _下划线_ **双**", "`代码` ``", "[链接](x) [a][b] ![图](y)",
	"# 不是标题", "## 二", "- 不是列表", "+ 加", "1. 不是序号", "12) 也不是", "> 不是引文", "====", "----", ": 定义", "| a | b |", "~~删~~ ~~~", "$a$ 和 $$b$$", "{{ 模板 }} {% x %}",
	`反斜杠\ \* \\ \n`, "http://www.example.com/a_b_c?d=1&e=2*f*", "www.example.com 与 a_b@example.com", "[^1]: 脚注", "[x]: y", "<!-- 注释 -->", "100%", "a|b", "第1.2节", "\\", "&", "!", "![", "](", "_", "==高亮==", "(a)", "\\(x\\)", "{:.no_toc}", "***", "x^2^ H~2~O",
}

func TestEscapeIsReadBack(t *testing.T) {
	t.Parallel()
	for _, f := range formats.All {
		for _, text := range plainTexts {
			if f == formats.Text && (strings.HasPrefix(text, " ") || strings.Contains(text, "\n")) {
				continue
			}
			for _, around := range []string{"", "字"} {
				if got, want := readBack(t, f, around+f.Escape(text)+around), around+text+around; got != want {
					t.Errorf("%s: %q is read back as %q", f.Name, want, got)
				}
			}
		}
	}
}

func TestEscapeIsReadBackInAttributes(t *testing.T) {
	t.Parallel()
	for _, text := range plainTexts {
		for _, quote := range []string{`"`, "'"} {
			file := "<img alt=" + quote + formats.HTML.Escape(text) + quote + ">"
			got := ""
			for s := range checkedSegments(t, formats.HTML, []byte(file), formats.Options{}) {
				if s.Name == "alt" {
					got = s.Text
				}
			}
			if got != text {
				t.Errorf("%q is read back as %q from %s", text, got, file)
			}
		}
	}
}

// readBack returns the text of a draft of one paragraph.
func readBack(tb testing.TB, f *formats.Format, file string) string {
	tb.Helper()
	var b strings.Builder
	for s := range checkedSegments(tb, f, []byte(file), formats.Options{}) {
		if s.Kind.Prose() {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// reference renders Markdown as HTML.
var reference = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.DefinitionList),
	goldmark.WithParserOptions(parser.WithAttribute()),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

var frontMatter = regexp.MustCompile(`(?s)\A---\n.*?\n---(\n|\z)|\A\+\+\+\n.*?\n\+\+\+(\n|\z)`)

// special matches what the reader of Markdown takes for something else than goldmark does: templates,
// formulas, footnotes.
var special = regexp.MustCompile(`\{\{|\{%|\$|\\\(|\\\[|\[\^`)

// TestMarkdownLosesNoText compares the text of drafts with that of their rendering as HTML.
func TestMarkdownLosesNoText(t *testing.T) {
	t.Parallel()
	compared, other := 0, 0
	files := 0
	markdownFiles(t, sharedDrafts(t), func(name string, data []byte) {
		files++
		if testing.Short() && files%10 > 0 {
			return
		}
		data = frontMatter.ReplaceAll(data, nil)
		if special.Match(data) {
			other++
			return
		}
		var page bytes.Buffer
		if err := reference.Convert(data, &page); err != nil {
			t.Fatal(err)
		}
		compared++
		got, want := proseOf(t, formats.Markdown, data), proseOf(t, formats.HTML, page.Bytes())
		if got != want {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}
			from := max(0, at-60)
			t.Errorf("%s:\n got %q\nwant %q", filepath.Base(name), got[from:min(len(got), at+60)], want[from:min(len(want), at+60)])
		}
	})
	if compared == 0 {
		t.Errorf("nothing was compared, %d files have other markup", other)
	}
	t.Logf("%d files compared, %d have other markup", compared, other)
}

// proseOf returns all text of a draft without white space.
func proseOf(tb testing.TB, f *formats.Format, data []byte) string {
	tb.Helper()
	var b strings.Builder
	for s, err := range f.Split("draft", bytes.NewReader(data), formats.Options{Charset: "utf-8"}).Segments {
		if err != nil {
			tb.Fatal(err)
		}
		if !s.Kind.Prose() && s.Kind != source.Attribute {
			continue
		}
		for _, r := range s.Text[s.Lead:] {
			if !unicode.IsSpace(r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// TestNoticeIsSharedUnchanged keeps the copy of the notice the same as the shared one.
func TestNoticeIsSharedUnchanged(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile(filepath.Join("..", "testdata", "notice-2020q2.txt"))
	if err != nil {
		t.Fatal(err)
	}
	shared, err := os.ReadFile(filepath.Join(sharedDrafts(t), "..", "..", "reference", "notice-2020q2.txt"))
	if err != nil {
		t.Skip("no shared reference")
	}
	if !bytes.Equal(own, shared) {
		t.Error("testdata/notice-2020q2.txt differs from the shared one")
	}
}
