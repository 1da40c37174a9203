package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// enumerationConjunction reports 、 before 和, 与, 及, 以及, 或, which already join the last two
// parts. GB/T 15834-2011 4.5.3.
var enumerationConjunction = &Rule{
	ID:      "punctuation/enumeration-conjunction",
	Anchors: anchors("、和", "、与", "、及", "、以及", "、或"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				at := h.From + len("、")
				word, next := seg.Text[at:h.To], after(seg.Text, h.To)
				if startsWord(seg.Text, at) && word != "以及" || next == '/' || next == '／' || next == '其' && word != "或" {
					continue // 和平, 与会, 及时, 或许; 和/或; 及其
				}
				problem := Problem{Suggest: []string{seg.Text[at:h.To]}, Safe: true}
				if word == "与" || word == "以及" {
					// 与 may begin a phrase of its own (…相适应、与财力相匹配); 以及 after long parts is usual.
					problem.Level, problem.Safe = Info, false
				}
				p.Report(seg, h.From, h.To, problem)
			}
		})
	},
}

// enumerationEtc reports 、 before 等, which ends the enumeration itself. GB/T 15834-2011 4.5.3.
var enumerationEtc = &Rule{
	ID:      "punctuation/enumeration-etc",
	Anchors: anchors("、等"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				at := h.From + len("、")
				if startsWord(seg.Text, at) && !strings.HasPrefix(seg.Text[at:], "等等") {
					continue // 等级, 等待, 等额
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{"等"}, Safe: true})
			}
		})
	},
}

// startsWord reports whether a dictionary word of two or more characters begins at offset at.
func startsWord(text string, at int) bool {
	_, n := utf8.DecodeRuneInString(text[at:])
	found := false
	words.Prefixes(text[at:], func(end, _ int) bool {
		found = found || end > n
		return !found
	})
	return found
}

// approximateNumber reports 、 in an approximate number of two neighbouring digits: 七、八十人.
// GB/T 15834-2011 4.5.3.4.
var approximateNumber = &Rule{
	ID:      "punctuation/approximate-number",
	Anchors: anchors("一、两", "两、三", "二、三", "三、四", "四、五", "五、六", "六、七", "七、八", "八、九", "三、五"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				approximate(p, seg, h)
			}
		})
	},
}

func approximate(p *Pass, seg *Segment, h Hit) {
	text := seg.Text
	// An ordinal (第二、三产业), a longer enumeration (二、三、四) or a serial number is exact.
	if prev := before(text, h.From); h.From == 0 || strings.ContainsRune("第、初十百千万一二三四五六七八九（(星期周月日季度届期章条款项", prev) || after(text, h.To) == '、' {
		return
	}
	at := h.To
	for range 2 {
		if r := after(text, at); r == 0 || !strings.ContainsRune("十百千万亿", r) {
			break
		}
		at += len("十")
	}
	// Things that come in numbered kinds: 三、四年级, 一、二期工程, 五、六号楼.
	unit := after(text, at)
	if unit == 0 || !strings.ContainsRune("人天个次米岁位名里斤元块分万棵只头辆家户遍回趟", unit) {
		return
	}
	first, n := utf8.DecodeRuneInString(text[h.From:h.To])
	p.Report(seg, h.From, at+len("人"), Problem{Suggest: []string{string(first) + text[h.From+n+len("、"):at+len("人")]}})
}
