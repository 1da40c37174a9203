package formats_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"proofcheck/formats"
)

// A repeater reads a head, a piece again and again up to a size, and a tail.
type repeater struct {
	head, piece, tail []byte
	left              int // bytes of pieces
	at                int // in piece
}

func (r *repeater) Read(p []byte) (int, error) {
	n := 0
	if len(r.head) > 0 {
		n = copy(p, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	for n < len(p) && r.left > 0 {
		k := copy(p[n:min(len(p), n+r.left)], r.piece[r.at:])
		r.at = (r.at + k) % len(r.piece)
		r.left -= k
		n += k
	}
	if n == 0 && len(r.tail) > 0 {
		n = copy(p, r.tail)
		r.tail = r.tail[n:]
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// A huge draft is one that is too long to be held.
type huge struct {
	name              string
	format            *formats.Format
	head, piece, tail string
}

const sentence = "各县（市、区）人民政府要<b>切实</b>加强组织领导，&ldquo;明确&rdquo;责任分工，确保工作落实到位。"

var hugeDrafts = []huge{
	{name: "one-line", format: formats.HTML, head: "<p>", piece: sentence},
	{name: "paragraphs", format: formats.HTML, piece: "<p>" + sentence + "</p>"},
	{name: "one-word", format: formats.HTML, piece: "字"},
	{name: "entities", format: formats.HTML, piece: "&#x654F;&amp"},
	{name: "open-tags", format: formats.HTML, piece: "<b>字<div>"},
	{name: "markup-only", format: formats.HTML, head: "<p>字 ", piece: "<i></i>"},
	{name: "comments-only", format: formats.HTML, head: "<p>字", piece: "<!-- 注释 -->"},
	{name: "script", format: formats.HTML, head: "<p>字<script>", piece: "var s = '<b>字</b>';\n", tail: "</script>尾"},
	{name: "hidden", format: formats.HTML, head: "<p>字<i hidden>", piece: "藏<b>字</b>"},
	{name: "links", format: formats.HTML, head: "<p>", piece: "<a href=x.html>字</a>"},
	{name: "link", format: formats.HTML, head: "<p><a href=x.html>", piece: sentence},
	{name: "open-links", format: formats.HTML, head: "<p>", piece: "<a href=x.html>"},
	{name: "white-space", format: formats.HTML, head: "<p>字", piece: " \n", tail: "字"},
	{name: "invisible", format: formats.HTML, head: "<p>字", piece: "\u200b", tail: "字"},
	{name: "tag", format: formats.HTML, head: "<p>字<b ", piece: "a=b "},
	{name: "comment", format: formats.HTML, head: "<p>字<!-- ", piece: "注释 "},
	{name: "paragraphs", format: formats.Markdown, piece: "各县（市、区）人民政府要**切实**加强组织领导，明确责任分工。\n\n"},
	{name: "plain", format: formats.Markdown, piece: "各县（市、区）人民政府要切实加强组织领导，明确责任分工。\n\n"},
	{name: "one-line", format: formats.Markdown, piece: "各县（市、区）人民政府要**切实**加强组织领导，明确责任分工。"},
	{name: "one-plain-line", format: formats.Markdown, piece: "各县（市、区）人民政府要切实加强组织领导，明确责任分工。"},
	{name: "list", format: formats.Markdown, piece: "- 各县（市、区）人民政府要*切实*加强组织领导\n"},
	{name: "references", format: formats.Markdown, piece: "[标签]: http://example.com/\n[甲][乙]\n\n"},
	{name: "fence", format: formats.Markdown, head: "字\n\n```\n", piece: "代码\n\n", tail: "```\n尾\n"},
	{name: "html", format: formats.Markdown, head: "<div>\n", piece: "<p>各县（市、区）人民政府</p>\n"},
	{name: "blank", format: formats.Markdown, head: "字\n", piece: " \n", tail: "字\n"},
	{name: "one-line", format: formats.Text, piece: "各县（市、区）人民政府要切实加强组织领导，明确责任分工。"},
	{name: "wrapped", format: formats.Text, piece: "各县（市、区）人民政府要切实加强组织领导，明确责任分工，\n"},
	{name: "blank", format: formats.Text, head: "字，", piece: "\n", tail: "字"},
}

// peak reads a draft of a size and returns the greatest heap meanwhile, in bytes, and how many
// segments there were. With collect it is what is really held.
func (h huge) peak(tb testing.TB, size int, limits formats.Limits, collect bool) (heap uint64, segments int) {
	tb.Helper()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	in := &meter{in: &repeater{head: []byte(h.head), piece: []byte(h.piece), tail: []byte(h.tail), left: size}}
	in.every = func() {
		if collect {
			runtime.GC()
		}
		runtime.ReadMemStats(&now)
		heap = max(heap, now.HeapInuse-min(now.HeapInuse, before.HeapInuse))
	}
	for _, err := range h.format.Split("draft", in, formats.Options{Charset: "utf-8", Limits: limits}).Segments {
		if err != nil {
			tb.Fatal(err)
		}
		segments++
	}
	in.every()
	return heap, segments
}

// TestLongMarkupIsPassedOver reads pages with a tag or comment that is longer than a block.
func TestLongMarkupIsPassedOver(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("图片\n\"'= >-", 9999)
	for _, c := range []struct{ markup, want string }{
		{"<img alt='短' src='data:" + strings.ReplaceAll(long, "'", "") + "'>", "甲\n乙\n"},
		{"<img src=\"" + strings.ReplaceAll(long, "\"", "") + "\" alt=x>", "甲\n乙\n"},
		{"<!-- " + long + "-->", "甲\n乙\n"},
		{"</b " + strings.Repeat("x ", 9999) + ">", "甲\n乙\n"},
		{"<!DOCTYPE " + strings.Repeat("x ", 9999) + ">", "甲\n乙\n"},
		{"<b><!-- " + strings.Repeat("注", 9999), "甲\n"},
	} {
		for _, block := range []int{64, 100, 1000, 1001, 1002} {
			page := "<p>甲" + c.markup + "乙"
			got, _ := texts(t, formats.HTML, []byte(page), formats.Options{Limits: formats.Limits{Block: block}})
			if got != c.want {
				t.Errorf("%.20s with %d: got %q, want %q", c.markup, block, got, c.want)
			}
		}
	}
}

// A meter calls a function for each megabyte that is read.
type meter struct {
	in    io.Reader
	n     int
	every func()
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	if m.n += n; m.n >= 1<<20 {
		m.n = 0
		m.every()
	}
	return n, err
}

// TestHeapIsBounded reads drafts of 12 MB with small limits: what is held is a multiple of the limits,
// and less than half of the file.
func TestHeapIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a lot")
	}
	for _, h := range hugeDrafts {
		t.Run(h.format.Name+"/"+h.name, func(t *testing.T) {
			const size = 12 << 20
			heap, segments := h.peak(t, size, formats.Limits{Block: 128 << 10}, true)
			if segments == 0 {
				t.Error("no segments")
			}
			if heap > 5<<20 {
				t.Errorf("%d MB of heap for %d MB", heap>>20, size>>20)
			}
		})
	}
}

func benchmarkHuge(b *testing.B, h huge, size int) {
	b.SetBytes(int64(size))
	var peak uint64
	for b.Loop() {
		heap, _ := h.peak(b, size, formats.Limits{}, false)
		peak = max(peak, heap)
	}
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
	if peak > 128<<20 {
		b.Errorf("%d MB of heap", peak>>20)
	}
}

// BenchmarkHugeHTML reads a page of one line of 1 GB.
func BenchmarkHugeHTML(b *testing.B) { benchmarkHuge(b, hugeDrafts[0], 1<<30) }

// BenchmarkHugeMarkdown reads drafts of 200 MB.
func BenchmarkHugeMarkdown(b *testing.B) {
	for _, h := range hugeDrafts {
		if h.format == formats.Markdown {
			b.Run(h.name, func(b *testing.B) { benchmarkHuge(b, h, 200<<20) })
		}
	}
}
