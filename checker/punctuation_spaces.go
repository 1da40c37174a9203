package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// straySpaces reports spaces between Chinese characters of a sentence, which texts copied from PDF
// files and word processors bring along. CY/T 154-2017; one finding a block, since they come in
// numbers. The space behind the number of an article (第一条 为了…), between the parts of a headline and
// before a name (记者 王明) is there by intention.
var straySpaces = &Rule{
	ID:    "punctuation/stray-spaces",
	On:    Only(source.Paragraph) | Only(source.ListItem) | Only(source.Quote),
	Needs: Gapped,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			sentences := -1 // where the last one ends
			for i := range seg.Omitted {
				o := &seg.Omitted[i]
				if o.At < seg.Lead || !isHan(before(seg.Text, o.At)) || !isHan(after(seg.Text, o.At)) || o.Text != " " && strings.Trim(o.Text, " \u3000\u00a0\t") != "" {
					continue
				}
				if aligned(seg, o) || setApart(seg.Text[:o.At]) {
					continue
				}
				if sentences < 0 {
					if sentences = strings.LastIndexAny(seg.Text, "。！？"); sentences < 0 {
						return
					}
				}
				if o.At > sentences {
					return
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
	return utf8.RuneCountInString(o.Text) > 2 || strings.ContainsRune(o.Text, '\u3000') || len(seg.Text) < 36 && utf8.RuneCountInString(seg.Text) < 12
}

// setApart reports whether text ends with what a space follows by intention: the number of an article or
// chapter, or a title of a person before the name.
func setApart(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	if strings.ContainsRune("条章节款项编篇则", r) && len(text) < 48 && strings.HasPrefix(text, "第") {
		return true
	}
	if near := tail(text, 40); strings.LastIndex(near, "“") > strings.LastIndex(near, "”") {
		return true // two slogans in one pair of quotation marks
	}
	return strings.ContainsRune("者员辑影文图稿源话号校对审：", r)
}
