package checker

import (
	"strings"
	"unicode/utf8"
)

// stackedColons reports a colon within the reach of another: 会议指出：要求：…. GB/T 15834-2011
// 4.7.3.2 and A.8: avoid a colon inside of what a colon introduces.
var stackedColons = &Rule{
	ID:      "punctuation/stacked-colons",
	Anchors: anchors("："),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for i := 1; i < len(hits); i++ {
				a, b := hits[i-1], hits[i]
				between := seg.Text[a.To:b.From]
				// Verbs of speech on both sides: other colons stack by right in forms and lists.
				if len(between) > 90 || strings.ContainsAny(between, "。！？；\n”“") || !speaks(seg.Text[:a.From]) || !speaks(between) {
					continue
				}
				p.Report(seg, a.From, b.To, Problem{})
			}
		})
	},
}

// speaks reports whether text ends with a verb of speech, as before an indirect quotation.
func speaks(text string) bool {
	last := tail(text, 2)
	if utf8.RuneCountInString(last) < 2 {
		return false
	}
	return strings.Contains("指出|强调|要求|提出|表示|认为|介绍|指明|说道|写道|宣布|明确|透露|称道|坦言", last)
}
