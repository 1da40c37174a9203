package checker

import (
	"strings"
)

// titleSeparators reports 、 between titles in 《》 or between quotations in “”, where the
// closing and opening marks already separate. GB/T 15834-2011 4.5.3.5.
//
// With something in brackets between them the mark is needed: 《A》（修订版）、《B》.
var titleSeparators = &Rule{
	ID:      "punctuation/title-separators",
	Anchors: anchors("》、《", "”、“"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				at := h.From + 3
				p.Report(seg, h.From, h.To, Problem{
					Suggest: []string{seg.Text[h.From:at] + seg.Text[at+3:h.To]}, Safe: true,
				})
			}
		})
	},
}

// angleTitleMarks reports < > in place of 〈〉 or 《》 around Chinese. GB/T 15834-2011 4.15.2.
var angleTitleMarks = &Rule{
	ID:      "punctuation/angle-title-marks",
	Anchors: anchors("<"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From >= end {
					end = angleTitle(p, seg, h.From)
				}
			}
		})
	},
}

// angleTitle looks at a < and returns where to go on.
func angleTitle(p *Pass, seg *Segment, from int) int {
	text := seg.Text
	inner := from
	for inner < len(text) && text[inner] == '<' {
		inner++
	}
	n := strings.IndexAny(text[inner:], "<>\n")
	if n < 6 || text[inner+n] != '>' || !isHan(after(text, inner)) {
		return inner
	}
	// A comparison (若a<乙且丙>b) has no title between its signs; a title has no such marks.
	if title := text[inner : inner+n]; strings.ContainsAny(title, "，。；=") {
		return inner
	}
	to := inner + n
	for to < len(text) && text[to] == '>' {
		to++
	}
	open, shut := "《", "》"
	if seg.Within(from, "《") {
		open, shut = "〈", "〉"
	}
	p.Report(seg, from, to, Problem{
		Suggest: []string{open + text[inner:inner+n] + shut},
		Safe:    inner-from == to-inner-n && inner-from <= 2,
	})
	return to
}
