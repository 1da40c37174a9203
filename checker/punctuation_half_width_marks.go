package checker

import "strings"

// halfWidthMarks reports half-width marks between two Han characters. GB/T 15834-2011 5.1.
var halfWidthMarks = &Rule{
	ID:    "punctuation/half-width-marks",
	Needs: HalfMark,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) { halfWidth(p, seg) })
	},
}

func halfWidth(p *Pass, seg *Segment) {
	if seg.Class&Han == 0 {
		return
	}
	text := seg.Text
	again := Off // the level of all but the first of a block
	for i := 0; i < len(text); i++ {
		if text[i] >= '@' {
			continue
		}
		k := strings.IndexByte(",;:?!", text[i])
		if k < 0 || !isHan(before(text, i)) {
			continue
		}
		to := i + 1
		for to < len(text) && text[to] == ' ' {
			to++
		}
		if next := after(text, to); !isHan(next) && !(next == 0 && k >= 3) {
			continue
		}
		full := string([]rune("，；：？！")[k])
		p.Report(seg, i, to, Problem{Suggest: []string{full}, Safe: true, Level: again})
		again = Info
	}
}
