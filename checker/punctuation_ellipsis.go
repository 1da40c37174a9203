package checker

import (
	"strings"
	"unicode/utf8"
)

// ellipsisForm reports what stands for an ellipsis and is none: ... 。。。 ··· and a single ….
// GB/T 15834-2011 4.11.2: six dots, ……, in the place of two characters.
var ellipsisForm = &Rule{
	ID:      "punctuation/ellipsis-form",
	Anchors: anchors("...", "。。。", "···", "・・・", "…"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From >= end {
					end = ellipsis(p, seg, h)
				}
			}
		})
	},
}

func ellipsis(p *Pass, seg *Segment, h Hit) (end int) {
	text := seg.Text
	dot, n := utf8.DecodeRuneInString(text[h.From:])
	end = h.To
	for after(text, end) == dot && end < len(text) {
		end += n
	}
	count := (end - h.From) / n
	prev := before(text, h.From)
	problem := Problem{Suggest: []string{"……"}, Safe: true}
	switch {
	case dot == '…' && (count == 2 || count == 4): // …… and a whole line of them
		return end
	case dot == '…' && count == 1:
		if !isHan(prev) && !isHan(after(text, end)) {
			return end
		}
		problem.Message, problem.Level, problem.Safe = ".single", Info, false
	case dot == '…':
		problem.Message, problem.Safe = ".count", false
	case dot == '.' && !isHan(prev) && !strings.ContainsRune("，、”）》！？", prev):
		return end // a path, a version, a leader, foreign text
	case dot == '.' && count > 6, dot == '·' && count > 6:
		return end // a leader line of a table of contents, a blank to fill in
	}
	p.Report(seg, h.From, end, problem)
	return end
}

// ellipsisRedundant reports 等 after an ellipsis, which says the same, and commas beside one.
// GB/T 15834-2011 4.11.3.
var ellipsisRedundant = &Rule{
	ID:      "punctuation/ellipsis-redundant",
	Anchors: anchors("……等", "、……", "……、", "，……，"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				text := seg.Text
				switch h.Anchor {
				case 0:
					to := h.To
					if strings.HasPrefix(text[to:], "等") {
						to += len("等")
					} else if next := after(text, to); next != 0 && isHan(next) {
						continue // ……等待, ……等你
					}
					p.Report(seg, h.From, to, Problem{Suggest: []string{"……", text[h.From+len("……") : to]}})
				default:
					p.Report(seg, h.From, h.To, Problem{Message: ".comma", Suggest: []string{"……"}})
				}
			}
		})
	},
}
