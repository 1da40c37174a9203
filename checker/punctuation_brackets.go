package checker

import (
	"strings"
	"unicode/utf8"
)

// stopBeforeBracket reports a full stop before a bracket that belongs to its sentence: 完成。（见附件）.
// GB/T 15834-2011 4.9.3: a note on part of a sentence stands before the mark that ends it.
var stopBeforeBracket = &Rule{
	ID:      "punctuation/stop-before-bracket",
	Anchors: anchors("。（见", "。（详见", "。（附", "。（如图", "。（如表"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				at := h.From + len("。")
				n := strings.Index(seg.Text[at:min(len(seg.Text), at+90)], "）")
				// A bracket that closes with a stop of its own, or ends the block, is a note on the whole.
				if n < 0 || strings.HasSuffix(seg.Text[:at+n], "。") || at+n+len("）") == len(seg.Text) {
					continue
				}
				note := seg.Text[at : at+n+len("）")]
				if next := after(seg.Text, at+len(note)); next == '。' {
					p.Report(seg, h.From, h.From+len("。"), Problem{Suggest: []string{""}})
				} else if isHan(next) {
					p.Report(seg, h.From, at+len(note), Problem{Suggest: []string{note + "。"}})
				}
			}
		})
	},
}

// titleNoun reports the kind of a work both before and behind its title: 小说《红楼梦》一书. CY/T 266-2023.
var titleNoun = &Rule{
	ID:      "punctuation/title-noun",
	Anchors: anchors("》一书", "》一文", "》这本书", "》这篇文章"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				open := strings.LastIndex(seg.Text[max(0, h.From-90):h.From], "《")
				if open < 0 {
					continue
				}
				lead := seg.Text[:max(0, h.From-90)+open]
				for _, noun := range [...]string{"小说", "一书", "专著", "著作", "图书", "书籍", "文章", "论文", "一文"} {
					if strings.HasSuffix(lead, noun) {
						p.Report(seg, h.From+len("》"), h.To, Problem{Suggest: []string{""}, Args: []string{"noun", noun}})
						break
					}
				}
			}
		})
	},
}

// brokenMark reports a dash or an ellipsis whose two halves stand on two lines. GB/T 15834-2011 5.1.4, 5.1.5.
var brokenMark = &Rule{
	ID:    "punctuation/broken-mark",
	Needs: WideQuote,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i := range seg.Omitted {
				at := seg.Omitted[i].At
				if prev := before(seg.Text, at); (prev == '—' || prev == '…') && after(seg.Text, at) == prev {
					n := utf8.RuneLen(prev)
					p.Report(seg, at-n, at+n, Problem{})
				}
			}
			for _, pair := range [...]string{"— —", "… …", "—\n—", "…\n…"} {
				at := strings.Index(seg.Text, pair)
				if at < 0 {
					continue
				}
				mark, n := utf8.DecodeRuneInString(pair)
				if before(seg.Text, at) != mark && after(seg.Text, at+len(pair)) != mark {
					p.Report(seg, at, at+len(pair), Problem{Suggest: []string{pair[:n] + pair[:n]}})
				}
			}
		})
	},
}

// commemoration reports names of days made of numbers whose middle dot is missing or too many: 五·四运动, 一二九
// 运动. GB/T 15834-2011 4.14.3.3: only 一月, 十一月 and 十二月 need the dot; the names are in data/days.tsv.
var commemoration = &Rule{
	ID: "punctuation/commemoration",
	Anchors: func() []string {
		var out []string
		for _, d := range readDays() {
			out = append(out, d.wrong)
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if prev := before(seg.Text, h.From); digitValue(prev) < 0 && prev != '十' || h.From == 0 {
					p.Report(seg, h.From, h.To, Problem{Suggest: []string{readDays()[h.Anchor].right}})
				}
			}
		})
	},
}

var readDays = table("data/days.tsv", func(row map[string]string) latinName {
	return latinName{row["wrong"], row["right"]}
})

// mixedWidth reports, once a document, that brackets or commas between Chinese characters are of both widths.
// GB/T 15834-2011 5.1.
var mixedWidth = &Rule{
	ID:    "punctuation/mixed-width",
	Whole: true,
	Needs: Han,
	Begin: func(p *Pass) Inspector { return &widths{pass: p} },
}

// widths counts marks beside Chinese characters, and keeps the first of each kind and width.
type widths struct {
	pass  *Pass
	full  [2]int
	half  [2]int
	first [2][2]*Place
}

// enoughMarks is how many of the rarer width make a mixture and not a slip, which other rules report.
const enoughMarks = 3

func (w *widths) Inspect(seg *Segment, _ []Hit) {
	for _, m := range seg.Marks() {
		kind, half := 0, 0
		switch m.r {
		case '（':
		case '，':
			kind = 1
		case '(':
			half = 1
		case ',':
			kind, half = 1, 1
		default:
			continue
		}
		if half == 0 {
			w.full[kind]++
		} else if isHan(before(seg.Text, m.at)) && isHan(after(seg.Text, m.end())) {
			w.half[kind]++
		} else {
			continue
		}
		if w.first[kind][half] == nil {
			w.first[kind][half] = w.pass.Keep(seg, m.at, m.end(), Problem{})
		}
	}
}

func (w *widths) End() {
	for kind, full := range [...]string{"（", "，"} {
		if w.full[kind] < enoughMarks || w.half[kind] < enoughMarks {
			continue
		}
		rare := 0
		if w.half[kind] < w.full[kind] {
			rare = 1
		}
		w.pass.ReportAt(w.first[kind][rare], Problem{Args: []string{"mark", full}})
	}
}
