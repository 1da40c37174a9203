package checker

import "strings"

// halfWidthBrackets reports ( ) around or beside Chinese, such as 北京(市). GB/T 15834-2011 5.1.
var halfWidthBrackets = &Rule{
	ID:      "punctuation/half-width-brackets",
	Needs:   Han,
	Anchors: anchors("("),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) { brackets(p, seg, hits) })
	},
}

// longestBracket is how far apart two brackets may stand, in bytes.
const longestBracket = 360

func brackets(p *Pass, seg *Segment, hits []Hit) {
	text := seg.Text
	for k, h := range hits {
		from, at := h.From, h.To
		end := min(len(text), at+longestBracket)
		if k+1 < len(hits) {
			end = min(end, hits[k+1].From)
		}
		n := strings.IndexByte(text[at:end], ')')
		if n <= 0 {
			continue
		}
		to := at + n + 1
		inner := text[at : to-1]
		// Brackets of foreign words, formulas and functions stay as they are.
		if !isHan(before(text, from)) || !isHan(after(inner, 0)) || !isHan(before(inner, len(inner))) {
			continue
		}
		p.Report(seg, from, to, Problem{Suggest: []string{"（" + inner + "）"}, Safe: true})
	}
}
