package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// headingStop reports a comma or full stop at the end of a heading or a caption. GB/T 15834-2011
// A.1; GB/T 9704-2012 7.3.4.
var headingStop = &Rule{
	ID: "punctuation/heading-stop",
	On: Only(source.Heading) | Only(source.Title) | Only(source.Caption),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			text := strings.TrimRight(seg.Text, " \n")
			last, n := utf8.DecodeLastRuneInString(text)
			if !strings.ContainsRune("。，、；", last) || seg.Partial {
				return
			}
			// A heading of several sentences is text that only looks like a heading.
			if strings.ContainsAny(text[:len(text)-n], "。！？；") {
				return
			}
			p.Report(seg, len(text)-n, len(text), Problem{Suggest: []string{""}, Safe: true})
		})
	},
}

// leadingMark reports a block that begins with a mark which cannot begin one. GB/T 15834-2011
// 5.1.
var leadingMark = &Rule{
	ID:    "punctuation/leading-mark",
	Needs: FullMark | HanMark | WideQuote,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			first, n := utf8.DecodeRuneInString(seg.Text)
			if isHan(first) || seg.Lead > 0 || !strings.ContainsRune("，。、；：？！）》〉”’】〕」", first) || utf8.RuneCountInString(seg.Text) < 4 {
				return
			}
			// Something that is no text may stand before it: a picture, code, a formula.
			start, _ := seg.Locate(0, n)
			if lead := start.Offset - seg.Base().Offset; lead > 0 && strings.ContainsAny(string(seg.Raw()[:min(int64(len(seg.Raw())), lead)]), "<`$[{!") {
				return
			}
			p.Report(seg, 0, n, Problem{})
		})
	},
}

// missingStop reports a paragraph of several clauses whose last sentence has no mark at its end.
// GB/T 15834-2011 4.1.3.
var missingStop = &Rule{
	ID:    "punctuation/missing-stop",
	On:    Only(source.Paragraph),
	Needs: HanMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			text := strings.TrimRight(seg.Text, " \n")
			last, n := utf8.DecodeLastRuneInString(text)
			if seg.Partial || !isHan(last) || strings.Count(text, "。") < 2 {
				return
			}
			at := strings.LastIndex(text, "。") + len("。")
			if utf8.RuneCountInString(text[at:]) < 12 || !strings.Contains(text[at:], "，") {
				return // a signature, a source, a date
			}
			p.Report(seg, len(text)-n, len(text), Problem{Suggest: []string{string(last) + "。"}})
		})
	},
}
