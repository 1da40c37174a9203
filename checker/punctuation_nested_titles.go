package checker

import "strings"

// nestedTitles reports 《》 inside 《》, where 〈〉 belongs. GB/T 15834-2011 4.15.3.5.
var nestedTitles = &Rule{
	ID:      "punctuation/nested-titles",
	Anchors: anchors("《"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			if len(hits) > 1 {
				nested(p, seg)
			}
		})
	},
}

func nested(p *Pass, seg *Segment) {
	depth, from, single := 0, 0, 0
	for i, r := range seg.Text {
		// Inside of 〈〉 the marks alternate: 《A〈B《C》〉》.
		switch {
		case r == '〈':
			single++
		case r == '〉':
			single = max(0, single-1)
		}
		if single > 0 {
			continue
		}
		switch r {
		case '《':
			if depth++; depth == 2 {
				from = i
			}
		case '》':
			if depth == 2 && closed(seg.Text[i+len("》"):]) {
				to := i + len("》")
				inner := seg.Text[from+len("《") : i]
				p.Report(seg, from, to, Problem{Suggest: []string{"〈" + inner + "〉"}, Safe: true})
			}
			depth = max(0, depth-1)
		case '。':
			depth, single = 0, 0
		}
	}
}

// closed reports whether the title that is still open at the beginning of text is closed before
// another one begins: otherwise the first 《 merely lacks its counterpart.
func closed(text string) bool {
	i := strings.IndexAny(text, "《》。")
	return i >= 0 && strings.HasPrefix(text[i:], "》")
}
