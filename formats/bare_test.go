package formats

import (
	"slices"
	"strings"
	"testing"
)

// Addresses in a text that are no links are references as readers would copy them: without what belongs to
// the sentence, at the place where they are written.
func TestAddressesInTextAreReferences(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.html", "<p>网址：http://a.cn/x。请看</p>", "http://a.cn/x"},
		{"a.html", "<p>（https://a.cn/x?p=1&amp;q=2），另见www.b.cn；</p>", "https://a.cn/x?p=1&q=2 http://www.b.cn"},
		{"a.html", "<p>见 http://a.cn/x, http://b.cn/y. (http://c.cn/(1))</p>", "http://a.cn/x http://b.cn/y http://c.cn/(1)"},
		{"a.html", "<p><a href='http://a.cn/'>http://a.cn/</a></p>", "http://a.cn/"},
		{"a.html", "<p><a href='http://a.cn/'>首页</a>，即http://a.cn/。</p>", "http://a.cn/ http://a.cn/"},
		{"a.html", "<p hidden>http://a.cn/</p><script>x='http://b.cn/'</script><code>http://c.cn/</code><img alt='http://d.cn/'>", ""},
		{"a.html", "<p>http://a.c<b>n/x</b></p>", ""}, // no edit could mend it in one piece
		{"a.html", "<p>ftp://a.cn/x 与 shttp://b.cn 及 awww.c.cn</p>", "ftp://a.cn/x"},
		{"a.txt", "详见http://a.cn/x”。\n网址 www.b.cn、http://c.cn:8080/y！", "http://a.cn/x http://www.b.cn http://c.cn:8080/y"},
		{"a.txt", "没有://的，和 http:// 都不是。", ""},
		{"a.md", "见http://a.cn/x。\n\n<p>http://b.cn/</p>", "http://a.cn/x"},
	} {
		var got []string
		doc := ByName(c.name).Split(c.name, strings.NewReader(c.text), Options{})
		for seg, err := range doc.Segments {
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range seg.Links {
				got = append(got, l.Target)
				written := strings.ReplaceAll(c.text[l.Span.Start:l.Span.End], "&amp;", "&")
				if !strings.HasSuffix(l.Target, written) {
					t.Errorf("%s: %q is said to be written as %q", c.text, l.Target, written)
				}
			}
		}
		if want := strings.Fields(c.want); !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", c.text, got, want)
		}
	}
}

// An address is one reference, however the text around it is cut.
func TestAddressesAreFoundOnceInCutTexts(t *testing.T) {
	text := strings.Repeat("字", 50) + "http://a.cn/one。" + strings.Repeat("词", 90) + "http://a.cn/two，" + strings.Repeat("句", 70) + "http://a.cn/three"
	for size := 64; size < 400; size++ {
		for _, name := range []string{"a.html", "a.txt"} {
			var got []string
			for seg, err := range ByName(name).Split(name, strings.NewReader(text), Options{Limits: Limits{Segment: size, Overlap: 48}}).Segments {
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range seg.Links {
					got = append(got, l.Target)
				}
			}
			if want := []string{"http://a.cn/one", "http://a.cn/two", "http://a.cn/three"}; !slices.Equal(got, want) {
				t.Fatalf("%s cut at %d bytes: %q", name, size, got)
			}
		}
	}
}
