package checker

// quotationEnd reports a full stop after a quotation that already ends with its own mark: 。”。
// GB/T 15834-2011 A.9.
var quotationEnd = &Rule{
	ID:      "punctuation/quotation-end",
	Anchors: anchors("。”。", "！”。", "？”。", "。”，", "……”。"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				problem := Problem{Suggest: []string{seg.Text[h.From : h.To-len("。")]}, Safe: h.Anchor == 0}
				if h.Anchor != 0 {
					problem.Level = Info
				}
				if h.Anchor == 3 {
					problem.Suggest = []string{"”，"}
				}
				p.Report(seg, h.From, h.To, problem)
			}
		})
	},
}
