package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon/automaton"
)

// personOrder reports rostered names that are listed out of the order of their ranks. 党和国家机关领导同志
// 名次排列惯例.
//
// Names belong to one list when only a separator and a post stand between them. A text that says that
// its names are in the order of strokes is left alone.
var personOrder = &Rule{
	ID:     "structure/person-order",
	Roster: true,
	Needs:  HanMark | FullMark | Han,
	Begin: func(p *Pass) Inspector {
		x := p.run.c.roster
		return InspectFunc(func(seg *Segment, _ []Hit) {
			names := find(x.names, seg.Text)
			if len(names) < 2 || strings.Contains(seg.Text, "笔画") || strings.Contains(seg.Text, "排名不分先后") || strings.Contains(seg.Text, "按姓氏") {
				return
			}
			day := p.DocumentDate()
			if day == 0 {
				day = p.Today()
			}
			var last automaton.Match
			rank, reported := 0, false
			for _, m := range names {
				joined := rank > 0 && listed(seg.Text[last.End:m.Start])
				next := x.rankOn(x.named[m.Word], day)
				if !joined {
					reported = false
				}
				if joined && next > 0 && next < rank && !reported {
					first, second := seg.Text[last.Start:last.End], seg.Text[m.Start:m.End]
					p.Report(seg, int(last.Start), int(m.End), Problem{Args: []string{"first", second, "second", first}})
					reported = true
				}
				last, rank = m, next
			}
		})
	},
}

// listed reports whether the text between two names only joins them: a separator, and a post of the second.
func listed(between string) bool {
	between = strings.TrimSuffix(strings.TrimPrefix(between, "同志"), " ")
	r, n := utf8.DecodeRuneInString(between)
	if !strings.ContainsRune("、，,和与及 ", r) || n == 0 {
		return false
	}
	post := between[n:]
	if strings.ContainsFunc(post, func(r rune) bool { return !isHan(r) }) {
		return false
	}
	// A post ends like one; other words make a sentence of it: 张三，他的同事李四.
	return post == "" || utf8.RuneCountInString(post) <= 24 && endsLikePost(post)
}
