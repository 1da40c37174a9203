package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// serialMarks reports the wrong mark after a serial number at the beginning of a block: （一）、
// 第一、 1、 ①、 一. GB/T 15834-2011 A.6 and GB/T 9704-2012 7.3.3.
var serialMarks = &Rule{
	ID:    "structure/serial-marks",
	On:    Only(source.Paragraph) | Only(source.Heading) | Only(source.ListItem),
	Needs: HanMark | HalfMark | FullMark,
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
	if n := len(text) - len(strings.TrimLeft(text, hanNumerals)); n > 0 && n <= 9 {
		if point := after(text, n); (point == '.' || point == '．') && isHan(after(text, n+utf8.RuneLen(point))) {
			p.Report(seg, n, n+utf8.RuneLen(point), Problem{Message: ".han", Suggest: []string{"、"}})
			return
		}
	}
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

const hanNumerals = "一二三四五六七八九十"

func allNumerals(s string) bool {
	return s != "" && strings.Trim(s, hanNumerals) == ""
}
