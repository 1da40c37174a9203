package checker

import (
	"strings"
	"unicode/utf8"
)

// repeatedMarks reports marks of the same or of different kinds that follow each other
// where only one can stand: 。。 ，， 、， 。，. GB/T 15834-2011 4.1 to 4.7.
//
// Marks that legally follow each other (？！ ！！ ……) and dots in place of an ellipsis
// (three or more 。) are other rules' business.
var repeatedMarks = &Rule{
	ID:      "punctuation/repeated-marks",
	Anchors: repeatedAnchors,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) { repeated(p, seg, hits) })
	},
}

// repeatedAnchors returns all ordered pairs of the marks that stand alone.
func repeatedAnchors() []string {
	var out []string
	for _, a := range "。，、；：" {
		for _, b := range "。，、；：" {
			out = append(out, string(a)+string(b))
		}
	}
	return out
}

func repeated(p *Pass, seg *Segment, hits []Hit) {
	end := -1
	for _, h := range hits {
		if h.From < end {
			continue
		}
		from, to := h.From, h.To
		for to < len(seg.Text) {
			r, n := utf8.DecodeRuneInString(seg.Text[to:])
			if !strings.ContainsRune("。，、；：", r) {
				break
			}
			to += n
		}
		end = to
		marks := seg.Text[from:to]
		if marks == strings.Repeat("。", utf8.RuneCountInString(marks)) && len(marks) > 2*len("。") {
			continue
		}
		p.Report(seg, from, to, Problem{Suggest: []string{strongest(marks)}, Safe: same(marks)})
	}
}

// strongest returns the mark that ends the most.
func strongest(marks string) string {
	for _, m := range [...]string{"。", "；", "：", "，"} {
		if strings.Contains(marks, m) {
			return m
		}
	}
	return "、"
}

func same(marks string) bool {
	first, _ := utf8.DecodeRuneInString(marks)
	return strings.Trim(marks, string(first)) == ""
}
