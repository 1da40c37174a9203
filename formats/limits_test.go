package formats_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"proofcheck/formats"
	"proofcheck/source"
)

// A letter is one character of a draft, and all that is known of it.
type letter struct {
	text   string
	span   source.Span
	place  source.Position
	kind   source.Kind
	level  int
	name   string
	hidden bool
	what   string // text, link or omission
}

func (l letter) String() string {
	return fmt.Sprintf("%s %q at %v %d-%d in %v %d %s, hidden %v", l.what, l.text, l.place, l.span.Start, l.span.End, l.kind, l.level, l.name, l.hidden)
}

// letters reads a draft and returns its characters, links and omissions in the order of the file.
// It checks what the segments say of their overlaps.
func letters(tb testing.TB, f *formats.Format, file []byte, opt formats.Options) []letter {
	tb.Helper()
	var all []letter
	tail := "" // of the partial segment that is to be continued
	for s := range checkedSegments(tb, f, file, opt) {
		if s.Lead > 0 || s.Partial {
			if s.Lead > 0 && s.Text[:s.Lead] != tail {
				tb.Fatalf("%v: the lead %q of %q is not the tail %q", opt.Limits, s.Text[:s.Lead], s.Text, tail)
			}
			tail = s.Text[len(s.Text)-s.Tail:]
			// Markup alone may fill a tiny block.
			if s.Partial && len(s.Text) == s.Lead && opt.Limits.Block >= 4096 {
				tb.Fatalf("%v: nothing new in %q", opt.Limits, s.Text)
			}
		}
		l := letter{kind: s.Kind, level: s.Level, name: s.Name, hidden: s.Hidden, what: "text"}
		for i, r := range s.Text {
			if i < s.Lead || s.Hidden && r == ' ' {
				continue
			}
			l.text = string(r)
			l.span = s.Span(i, i+len(l.text))
			l.place, _ = s.Locate(i, i+len(l.text))
			all = append(all, l)
		}
		for _, k := range s.Links {
			if k.Element == "url" && f != formats.Markdown {
				continue // these are compared by FuzzAddresses, since long ones may be cut
			}
			all = append(all, letter{what: "link", text: k.Element + " " + k.Attribute + " " + k.Target, span: k.Span})
		}
		for _, o := range s.Omitted {
			if o.At >= s.Lead && !s.Hidden {
				all = append(all, letter{what: "omission", text: o.Text, span: o.Span})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b letter) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.what, b.what), cmp.Compare(a.span.End, b.span.End))
	})
	return all
}

// sameLetters reports the first difference.
func sameLetters(tb testing.TB, limits formats.Limits, got, want []letter) {
	tb.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			tb.Fatalf("with %+v:\n got %v\nwant %v", limits, got[i], want[i])
		}
	}
	if len(got) > len(want) {
		tb.Fatalf("with %+v: too much: %v", limits, got[len(want)])
	}
	if len(got) < len(want) {
		tb.Fatalf("with %+v: lost: %v", limits, want[len(got)])
	}
}

// TestTinyLimitsReadWhatLargeOnesDo cuts drafts into many small segments, and into blocks and tokens
// that come in pieces.
func TestTinyLimitsReadWhatLargeOnesDo(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	long := strings.Repeat("请登录<b>系</b>统&amp;敏&shy;感，第 1 节。 English words\n", 60)
	blocks := strings.Repeat("# 标题\n\n第一段*文字*，\n第二行。\n\n- 列表\n- 项 `x` 后\n\n> 引文\n\n```\n代码\n\n更多\n```\n\n纯文字的段落。\n", 20)
	for _, c := range []struct {
		format *formats.Format
		name   string
		draft  string
		blocks []int // the limits of blocks at which the draft is the same
	}{
		{formats.HTML, "features", read("html/features.html"), []int{220, 256, 300, 511, 4096}},
		{formats.HTML, "long", "<p>" + long + "<title>" + long + "</title><script>" + long + "</script><pre>" + long + "</pre><a href=x>" + long + "</a>字<i hidden>" + long, []int{64, 65, 100, 777}},
		{formats.HTML, "style", "<style>" + strings.Repeat(".a{background:url(a.png)}\n/* url(b.png) */.c{content:'url(d)';src:url( \"e f.png\" )}@import 'g.css';\n", 60) + "</style><p>字", []int{64, 65, 70, 100, 777}},
		{formats.HTML, "characters", strings.Repeat("敏&#x654F;&notin;𠮷", 300), []int{64, 65, 66, 67, 68, 69, 70, 71, 72}},
		{formats.Markdown, "features", read("markdown/features.md"), []int{1 << 16}},
		{formats.Markdown, "long", long + "[链接" + long + "](x)\n" + long, []int{1 << 16}},
		{formats.Markdown, "blocks", blocks, []int{64, 100, 128, 300, 1000, 4096}},
		{formats.Markdown, "plain", strings.Repeat(strings.Repeat("纯文字的段落，没有标记。", 20)+"\n\n", 9), []int{1000, 4096}},
		{formats.Text, "features", read("text/features.txt"), []int{64}},
		{formats.Text, "long", strings.Repeat("长行中的词语，没有换行。", 200) + "\r\n\r\n" + strings.Repeat("字", 999), []int{64}},
	} {
		t.Run(c.format.Name+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			want := letters(t, c.format, []byte(c.draft), formats.Options{})
			for _, block := range c.blocks {
				for _, segment := range []int{8, 13, 32, 100, 1000} {
					for _, overlap := range []int{1, 4, 7, 50} {
						limits := formats.Limits{Segment: segment, Overlap: overlap, Block: block}
						sameLetters(t, limits, letters(t, c.format, []byte(c.draft), formats.Options{Limits: limits}), want)
					}
				}
			}
		})
	}
}

// TestOverlapHoldsTheLongestEntry checks that any word up to the overlap is whole in some segment.
func TestOverlapHoldsTheLongestEntry(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "%c", 0x4E00+i)
	}
	text := b.String()
	for _, f := range formats.All {
		for _, overlap := range []int{3, 12, 30, 48} {
			limits := formats.Limits{Segment: 96, Overlap: overlap}
			found := map[string]bool{}
			for s := range checkedSegments(t, f, []byte(text), formats.Options{Limits: limits}) {
				if len(s.Text) > limits.Segment {
					t.Fatalf("%s: a segment of %d bytes with %+v", f.Name, len(s.Text), limits)
				}
				for i := 0; i+overlap <= len(s.Text); i += 3 {
					found[s.Text[i:i+overlap]] = true
				}
			}
			for i := 0; i+overlap <= len(text); i += 3 {
				if !found[text[i:i+overlap]] {
					t.Fatalf("%s with %+v: %q is whole in no segment", f.Name, limits, text[i:i+overlap])
				}
			}
		}
	}
}
