package checker

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// titleMisuse reports 《》 around certificates, courses, prizes and activities, which have no
// title marks. GB/T 15834-2011 A.13.
var titleMisuse = &Rule{
	ID:      "punctuation/title-misuse",
	Anchors: anchors("《"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				n := strings.Index(seg.Text[h.To:min(len(seg.Text), h.To+60)], "》")
				if n >= 0 && untitled(seg.Text[h.To:h.To+n]) {
					p.Report(seg, h.From, h.To+n+len("》"), Problem{Suggest: []string{seg.Text[h.To : h.To+n]}})
				}
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
