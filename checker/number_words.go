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

// phoneLength reports telephone numbers with a digit too few or too many: an area code of eight-digit
// places with seven digits, a mobile number of ten or twelve. 电信网编号计划（2017年版）.
var phoneLength = &Rule{
	ID:      "number/phone-length",
	Anchors: anchors("010-", "021-", "022-", "023-", "020-", "024-", "025-", "027-", "028-", "029-", "手机：", "手机号：", "手机:", "手机号码："),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				end := h.To
				for end < len(seg.Text) && isDigit(rune(seg.Text[end])) {
					end++
				}
				n := end - h.To
				if isDigit(before(seg.Text, h.From)) || after(seg.Text, end) == '*' || after(seg.Text, end) == '-' {
					continue
				}
				switch {
				case h.Anchor < 10 && (n == 7 || n == 9) && !servicePhone(seg.Text[h.To:end]):
					p.Report(seg, h.From, end, Problem{Args: []string{"digits", "8"}})
				case h.Anchor >= 10 && n > 0 && seg.Text[h.To] == '1' && (n == 10 || n == 12):
					p.Report(seg, h.To, end, Problem{Args: []string{"digits", "11"}})
				}
			}
		})
	},
}

// servicePhone reports whether a number is one that all places have, of five digits and more.
func servicePhone(number string) bool {
	return strings.HasPrefix(number, "95") || strings.HasPrefix(number, "96") || strings.HasPrefix(number, "12")
}
