package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// serialMarks reports the wrong mark after a serial number at the beginning of a block: （一）、
// 第一、 1、 ①、. GB/T 15834-2011 A.6 and GB/T 9704-2012 7.3.3.
var serialMarks = &Rule{
	ID:    "structure/serial-marks",
	On:    Only(source.Paragraph) | Only(source.Heading) | Only(source.ListItem),
	Needs: HanMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Lead == 0 {
				serialMark(p, seg)
			}
		})
	},
}

func serialMark(p *Pass, seg *Segment) {
	text := seg.Text
	at := strings.Index(text[:min(len(text), 24)], "、")
	if at <= 0 {
		return
	}
	head := text[:at]
	last, _ := utf8.DecodeLastRuneInString(head)
	end := at + len("、")
	switch {
	case last == '）' || last == ')':
		if _, _, to, ok := serialNumber(head); ok && to == len(head) {
			p.Report(seg, at-utf8.RuneLen(last), end, Problem{Suggest: []string{string(last)}, Safe: true})
		}
	case strings.HasPrefix(head, "第") && allNumerals(head[len("第"):]) && digitValue(after(text, end)) < 0:
		p.Report(seg, at, end, Problem{Message: ".ordinal", Suggest: []string{"，"}})
	case last >= '①' && last <= '⑳' && utf8.RuneCountInString(head) == 1:
		p.Report(seg, at, end, Problem{Message: ".circled", Suggest: []string{""}})
	case isDigit(last) && len(head) <= 2 && strings.Trim(head, "0123456789") == "" && !isDigit(after(text, end)):
		p.Report(seg, at, end, Problem{Message: ".arabic", Level: Info, Suggest: []string{"."}})
	}
}

func allNumerals(s string) bool {
	return s != "" && strings.Trim(s, "一二三四五六七八九十") == ""
}
