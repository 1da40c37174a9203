package checker

import "strings"

// middleDot reports a full stop, bullet or katakana dot where the middle dot · belongs: between
// the parts of a foreign name, 卡尔.马克思. GB/T 15834-2011 4.14.2.
var middleDot = &Rule{
	ID:      "punctuation/middle-dot",
	Anchors: anchors(".", "•", "・", "．", "‧", "∙", "⋅", "･"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				prev, next := before(seg.Text, h.From), after(seg.Text, h.To)
				if !isHan(prev) || !isHan(next) {
					continue
				}
				// Serial numbers: 一.总则, 图.一; domain names in Chinese end in 中国, 公司, 网络.
				if strings.ContainsRune("一二三四五六七八九十零〇章节条款图表附注例", prev) || strings.HasPrefix(seg.Text[h.To:], "中国") || strings.HasPrefix(seg.Text[h.To:], "公司") || strings.HasPrefix(seg.Text[h.To:], "网络") {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{"·"}, Safe: h.Anchor != 0 && h.Anchor != 3})
			}
		})
	},
}
