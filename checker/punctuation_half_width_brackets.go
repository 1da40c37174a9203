package checker

import "strings"

// halfWidthBrackets reports ( ) around or beside Chinese, such as 北京(市). GB/T 15834-2011 5.1.
var halfWidthBrackets = &Rule{
	ID:    "punctuation/half-width-brackets",
	Needs: HalfMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Class&Han != 0 {
				brackets(p, seg)
			}
		})
	},
}

// longestBracket is how far apart two brackets may stand, in bytes.
const longestBracket = 360

func brackets(p *Pass, seg *Segment) {
	text := seg.Text
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '(')
		if i < 0 {
			return
		}
		from := at + i
		at = from + 1
		n := strings.IndexAny(text[at:min(len(text), at+longestBracket)], "()")
		if n <= 0 || text[at+n] != ')' {
			continue
		}
		to := at + n + 1
		inner := text[at : to-1]
		// Brackets of foreign words, formulas and functions stay as they are.
		if !isHan(before(text, from)) || !isHan(after(inner, 0)) || !isHan(before(inner, len(inner))) {
			continue
		}
		p.Report(seg, from, to, Problem{Suggest: []string{"（" + inner + "）"}, Safe: true})
		at = to
	}
}
