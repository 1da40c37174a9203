package formats

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/source"
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

// Addresses that were typed with full-width marks are references too, as they are written. Marks that may belong
// to the sentence are taken for dots only where the host would not be one without.
func TestAddressesWithFullWidthMarks(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"请登录http：//www.a.gov.cn/jyb查询。", "http：//www.a.gov.cn/jyb"},
		{"请登录https：／／www.a.gov.cn，或HTTP:／／b.cn。", "https：／／www.a.gov.cn HTTP:／／b.cn"},
		{"请登录http://www。a。gov。cn查询，或www．a．gov．cn/x。", "http://www。a。gov。cn www．a．gov．cn/x"},
		{"见www。a。com。cn。另见www。然后，及www.b.cn。", "www。a。com。cn http://www.b.cn"},
		{"见http://a.gov。cn/x/y.html。", "http://a.gov。cn/x/y.html"},
		{"见http：//a.cn：8080／x？id＝1&b=2＃c，谢谢", "http：//a.cn：8080／x？id＝1&b=2＃c"},
		{"见http：//a.cn？谢谢／http：//b.cn/x．", "http：//a.cn http：//b.cn/x"},
		{"网址为http://a.gov.cn。In 2020年，http://a.com。abc公司，http://a.net．2．其他", "http://a.gov.cn http://a.com http://a.net"},
		{"比分为2：//，时间：／／上午，awww．b．cn，ttp：//x", ""},
	} {
		for _, name := range []string{"a.html", "a.md", "a.txt"} {
			text := c.text
			if name == "a.html" {
				text = strings.ReplaceAll(text, "&", "&amp;")
			}
			var got []string
			for seg, err := range ByName(name).Split(name, strings.NewReader(text), Options{}).Segments {
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range seg.Links {
					got = append(got, l.Target)
					if written := strings.ReplaceAll(text[l.Span.Start:l.Span.End], "&amp;", "&"); !strings.HasSuffix(l.Target, written) {
						t.Errorf("%s: %q is said to be written as %q", text, l.Target, written)
					}
				}
			}
			if want := strings.Fields(c.want); !slices.Equal(got, want) {
				t.Errorf("%s: %s\ngot  %q\nwant %q", name, text, got, want)
			}
		}
	}
}

// An address is one reference, however the text around it is cut.
func TestAddressesAreFoundOnceInCutTexts(t *testing.T) {
	text := strings.Repeat("字", 50) + "http://a.cn/one。" + strings.Repeat("词", 90) + "http://a.cn/two，" + strings.Repeat("句", 70) + "http://a.cn/three"
	for size := 64; size < 400; size++ {
		for _, name := range []string{"a.html", "a.txt", "a.md"} {
			var got []string
			for seg, err := range ByName(name).Split(name, strings.NewReader(text), Options{Limits: Limits{Segment: size, Overlap: 6}}).Segments {
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

// addresses returns the targets of bare addresses and where they are written.
func addresses(t *testing.T, name, text string, limits Limits) []string {
	var all []string
	for seg, err := range ByName(name).Split(name, strings.NewReader(text), Options{Charset: "utf-8", Limits: limits}).Segments {
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range seg.Links {
			if l.Element == "url" {
				all = append(all, fmt.Sprint(l.Span, " ", l.Target))
			}
		}
	}
	return all
}

// FuzzAddresses reads texts in segments of any size. The oracle is the reading without limits: each address shorter
// than half a segment is found, once, and nothing else is.
func FuzzAddresses(f *testing.F) {
	for _, text := range []string{
		"请登录http：//www.a.gov.cn/jyb查询。", "见http://a.gov。cn/x/y.html，及www．b．cn。", "a://http://b.cn/?u=http://c.cn/，www.www.www.d.cn",
		"[x]: http://a.cn/ ](http://b.cn)", "awww.c.cn @www.d.cn http://www。e。cn。f", "https：／／a.cn/x？id＝1&b=2；", strings.Repeat("字", 70) + "http://a.cn/one?x=(1)).",
	} {
		f.Add(text, 80, 3)
		f.Add(strings.Repeat(text+"，", 5), 200, 30)
	}
	f.Fuzz(func(t *testing.T, text string, segment, overlap int) {
		if len(text) > 1<<12 || !utf8.ValidString(text) || strings.ContainsAny(text, "<&") || strings.ContainsFunc(text, source.Invisible) {
			return // of what is written otherwise than it is read the other targets know more
		}
		limits := Limits{Segment: 64 + (segment&0x7FFFFFFF)%400}
		limits.Overlap = 1 + (overlap&0x7FFFFFFF)%(limits.Segment/4)
		word := 0
		for i, r := range text {
			if !inAddress(r) {
				word = i + utf8.RuneLen(r)
			} else if i-word >= limits.Segment/2-8 {
				return
			}
		}
		for _, name := range []string{"a.html", "a.txt"} {
			want := addresses(t, name, text, Limits{})
			if got := addresses(t, name, text, limits); !slices.Equal(got, want) {
				t.Errorf("%s, %+v: %q\ngot  %q\nwant %q", name, limits, text, got, want)
			}
		}
	})
}
