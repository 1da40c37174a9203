package checker

import "strings"

// rangeMark reports a half-width ~ in a range of numbers in Chinese text. GB/T 15834-2011 4.13.3.3:
// a range is marked by ～ or —.
var rangeMark = &Rule{
	ID:      "punctuation/range-mark",
	Anchors: anchors("~"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				prev, next := before(seg.Text, h.From), after(seg.Text, h.To)
				if !isDigit(prev) && !strings.ContainsRune("%℃年月日时元", prev) || !isDigit(next) || seg.Class&Han == 0 {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{"～"}, Safe: true})
			}
		})
	},
}
