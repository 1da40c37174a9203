package checker

import (
	"strings"
	"unicode/utf8"
)

// dashForm reports what stands for a dash and is none: -- between Chinese words, the kana ー, box
// lines, and the character 一 between two numbers. GB/T 15834-2011 4.10.2 and 4.13.2.
var dashForm = &Rule{
	ID: "punctuation/dash-form",
	Anchors: func() []string {
		return append([]string{"--", "ーー", "――", "──", "━━"}, behindDigits("一")()...)
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From < end {
					continue
				}
				if isDigit(after(seg.Text, h.From)) {
					numberDash(p, seg, h.behindDigit())
				} else {
					end = dash(p, seg, h)
				}
			}
		})
	},
}

// numberDash reports 一 between digits: 2018一2020年.
func numberDash(p *Pass, seg *Segment, h Hit) {
	if isDigit(after(seg.Text, h.To)) {
		p.Report(seg, h.From, h.To, Problem{Message: ".number", Suggest: []string{"—"}})
	}
}

func dash(p *Pass, seg *Segment, h Hit) (end int) {
	text := seg.Text
	mark, n := utf8.DecodeRuneInString(text[h.From:])
	end = h.To
	for after(text, end) == mark && end < len(text) {
		end += n
	}
	prev, next := before(text, h.From), after(text, end)
	if end-h.From > 4*n || !isHan(prev) && !strings.ContainsRune("”》）", prev) || !isHan(next) && !strings.ContainsRune("“《（", next) {
		return end // a ruled line, a command-line flag, a filler
	}
	p.Report(seg, h.From, end, Problem{Suggest: []string{"——"}, Safe: mark == '-'})
	return end
}
