package checker

import "strings"

// rangeMark reports a half-width ~ in a range of numbers in Chinese text. GB/T 15834-2011 4.13.3.3:
// a range is marked by ～ or —. One is also marked by 至, but not by both: 10至～20.
var rangeMark = &Rule{
	ID:      "punctuation/range-mark",
	Anchors: anchors("~", "至~", "到~", "至～", "到～", "至—", "到—", "至－", "到－"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				prev, next := before(seg.Text, h.From), after(seg.Text, h.To)
				if h.Anchor > 0 {
					if isDigit(prev) && isDigit(next) {
						p.Report(seg, h.From, h.To, Problem{Message: ".both", Suggest: []string{head(seg.Text[h.From:h.To], 1), "～"}})
					}
					continue
				}
				if !isDigit(prev) && !strings.ContainsRune("%℃年月日时元", prev) || !isDigit(next) || seg.Class&Han == 0 {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{"～"}, Safe: true})
			}
		})
	},
}
