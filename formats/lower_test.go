package formats

import (
	"strings"
	"testing"
)

// Letters outside of ASCII that are longer or shorter in lower case, and bytes that are no UTF-8, leave references where
// they are.
func TestLowerCaseMovesNothing(t *testing.T) {
	for _, before := range []string{"ȺȺȺȺ", "\u212a\u212a", "İİİİ", "\xff\xae\x9a\x84"} {
		if got := lowered([]byte("A" + before + "Z")); string(got) != "a"+before+"z" {
			t.Errorf("lowered: %q", got)
		}
		for _, page := range []string{
			`<meta http-equiv=refresh content="0; ` + before + ` URL=next.html">`,
			`<style>B { content: ` + before + `; background: URL(next.html) }</style>`,
		} {
			var got []string
			for seg, err := range HTML.Split("a.html", strings.NewReader(page), Options{Charset: "utf-8"}).Segments {
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range seg.Links {
					got = append(got, l.Target+" = "+page[l.Span.Start:l.Span.End])
				}
			}
			if len(got) != 1 || got[0] != "next.html = next.html" {
				t.Errorf("%q: %q", page, got)
			}
		}
	}
}
