package checker

import (
	"strings"
	"unicode/utf8"
)

// exclamations reports ！？, whose order is ？！, and more than three question or exclamation marks
// in a row. GB/T 15834-2011 4.2.3.3, 4.3.3.2 and 4.3.3.3.
var exclamations = &Rule{
	ID:      "punctuation/exclamations",
	Anchors: anchors("！？", "！！！！", "？？？？"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From < end {
					continue
				}
				from := h.From
				for from > 0 && strings.ContainsRune("！？", before(seg.Text, from)) {
					from -= len("！")
				}
				end = h.To
				for strings.ContainsRune("！？", after(seg.Text, end)) && end < len(seg.Text) {
					end += len("！")
				}
				marks := seg.Text[from:end]
				problem := Problem{Suggest: []string{"？！"}}
				if same(marks) {
					first, _ := utf8.DecodeRuneInString(marks)
					problem = Problem{Message: ".many", Suggest: []string{strings.Repeat(string(first), 3)}}
				}
				p.Report(seg, from, end, problem)
			}
		})
	},
}
