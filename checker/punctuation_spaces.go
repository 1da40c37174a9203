package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// straySpaces reports spaces between Chinese characters, which texts copied from PDF files and
// word processors bring along. CY/T 154-2017; one finding a block, since they come in numbers.
var straySpaces = &Rule{
	ID: "punctuation/stray-spaces",
	On: Only(source.Paragraph) | Only(source.ListItem) | Only(source.Quote),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i := range seg.Omitted {
				o := &seg.Omitted[i]
				if o.At < seg.Lead || strings.Trim(o.Text, " \u3000\u00a0\t") != "" || !isHan(before(seg.Text, o.At)) || !isHan(after(seg.Text, o.At)) {
					continue
				}
				if aligned(seg, o) {
					continue
				}
				_, n := utf8.DecodeLastRuneInString(seg.Text[:o.At])
				_, m := utf8.DecodeRuneInString(seg.Text[o.At:])
				p.Report(seg, o.At-n, o.At+m, Problem{Span: &o.Span, Suggest: []string{""}})
				return
			}
		})
	},
}

// aligned reports whether spaces stretch a short word to the width of its neighbours, as 王　明 in
// a list of names, or set columns.
func aligned(seg *Segment, o *source.Omission) bool {
	return utf8.RuneCountInString(o.Text) > 2 || strings.ContainsRune(o.Text, '\u3000') || utf8.RuneCountInString(seg.Text) < 12
}
