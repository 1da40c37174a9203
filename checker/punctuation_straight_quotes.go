package checker

import "strings"

// straightQuotes reports quotations in Chinese text that are set in straight quotation marks.
// GB/T 15834-2011 4.8.2: the marks are “” and ‘’.
//
// Only a pair around Chinese counts, so that inches, minutes and code are left alone.
var straightQuotes = &Rule{
	ID:    "punctuation/straight-quotes",
	Needs: HalfMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Class&Han != 0 {
				straight(p, seg, '"', "“", "”")
				straight(p, seg, '\'', "‘", "’")
			}
		})
	},
}

// longestQuotation is how far apart two straight marks may stand, in bytes.
const longestQuotation = 180

func straight(p *Pass, seg *Segment, mark byte, open, shut string) {
	text := seg.Text
	for at := 0; ; {
		i := strings.IndexByte(text[at:], mark)
		if i < 0 {
			return
		}
		from := at + i
		n := strings.IndexByte(text[from+1:min(len(text), from+longestQuotation)], mark)
		if n < 0 {
			at = from + 1
			continue
		}
		to := from + 1 + n + 1
		inner := text[from+1 : to-1]
		if !isHan(after(inner, 0)) && !isHan(before(inner, len(inner))) || strings.ContainsAny(inner, "={}<>;\n") || isDigit(before(text, from)) {
			at = from + 1
			continue
		}
		p.Report(seg, from, to, Problem{Suggest: []string{open + inner + shut}, Safe: true})
		at = to
	}
}
