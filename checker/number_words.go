package checker

import (
	"strings"
	"unicode/utf8"
)

// twoWords reports 二 before a measure word, where 两 belongs: 二个, 二位. 现代汉语词典, 二.
var twoWords = &Rule{
	ID:      "number/two",
	Anchors: anchors("二个", "二位", "二名", "二条", "二件", "二家", "二本", "二辆", "二棵", "二户", "二张", "二只", "二块", "二种"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				prev, next := before(seg.Text, h.From), after(seg.Text, h.To)
				if prev != 0 && (digitValue(prev) >= 0 || strings.ContainsRune("第十百千万之、初其数零仲老", prev)) {
					continue
				}
				if strings.ContainsRune("一数元月人体进制以", next) && next != 0 || next == '、' {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{"两" + seg.Text[h.From+len("二"):h.To]}})
			}
		})
	},
}

// pairMeasure reports 俩 and 仨 together with a measure word, which they already contain: 俩个.
// 现代汉语词典, 俩.
var pairMeasure = &Rule{
	ID:      "number/pair-measure",
	Anchors: anchors("俩个", "仨个", "俩位", "俩名"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				number := "两"
				if strings.HasPrefix(seg.Text[h.From:], "仨") {
					number = "三"
				}
				_, n := utf8.DecodeRuneInString(seg.Text[h.From:])
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{number + seg.Text[h.From+n:h.To], seg.Text[h.From : h.From+n]}})
			}
		})
	},
}
