package checker

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// titleMisuse reports 《》 around certificates, courses, prizes and activities, which have no
// title marks. GB/T 15834-2011 A.13.
var titleMisuse = &Rule{
	ID:    "punctuation/title-misuse",
	Needs: HanMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			text := seg.Text
			for at := 0; ; {
				i := strings.Index(text[at:], "《")
				if i < 0 {
					return
				}
				from := at + i
				at = from + len("《")
				n := strings.Index(text[at:min(len(text), at+60)], "》")
				if n < 0 || !untitled(text[at:at+n]) {
					continue
				}
				to := at + n + len("》")
				p.Report(seg, from, to, Problem{Suggest: []string{text[at : at+n]}})
				at = to
			}
		})
	},
}

// readUntitled reads the endings of names that take no title marks, and of titles that do
// although they end so.
var readUntitled = sync.OnceValue(func() (t struct{ endings, titles []string }) {
	for _, row := range readTable("data/untitled.tsv") {
		if row["titled"] != "" {
			t.titles = append(t.titles, row["ending"])
		} else {
			t.endings = append(t.endings, row["ending"])
		}
	}
	return t
})

func untitled(name string) bool {
	if utf8.RuneCountInString(name) > 14 || strings.ContainsAny(name, "，。；：") || strings.HasPrefix(name, "关于") {
		return false
	}
	ends := func(list []string) bool {
		for _, e := range list {
			if strings.HasSuffix(name, e) {
				return true
			}
		}
		return false
	}
	t := readUntitled()
	return ends(t.endings) && !ends(t.titles)
}
