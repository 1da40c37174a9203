package checker

import (
	"strings"

	"proofcheck/source"
)

// imageAlt reports pictures without a text alternative, and pictures without a source. GB/T
// 37668-2019 6.1.1.1; 政府网站发展指引 (国办发〔2017〕47号). alt="" marks a decoration and is right
// except for the only content of a link.
var imageAlt = &Rule{
	ID:    "page/image-alt",
	Rises: true,
	On:    Elements,
	Tags:  []string{"img"},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			tag := seg.Tag
			if tag.End {
				return
			}
			if src, ok := tag.Get("src"); !ok || strings.TrimSpace(src) == "" {
				if _, lazy := tag.Get("data-src"); !lazy {
					reportTag(p, seg, Problem{Message: ".source", Level: Warning})
				}
			}
			if _, ok := tag.Get("alt"); !ok {
				reportTag(p, seg, Problem{})
			}
		})
	},
}

// reportTag reports a problem of the tag of an Element segment, which has no Text: <name> stands
// for it.
func reportTag(p *Pass, seg *Segment, problem Problem) {
	start := seg.Base().Offset
	problem.Span = &source.Span{Start: start, End: start + int64(len(seg.Raw()))}
	if problem.Text == "" {
		problem.Text = "<" + seg.Tag.Name + ">"
	}
	p.Report(seg, 0, 0, problem)
}
