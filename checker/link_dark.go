package checker

import (
	"strings"

	"proofcheck/links"
	"proofcheck/source"
)

// darkLinks reports what strangers put into pages where readers do not look (暗链): links behind the end
// of the page, scripts that write encoded content, and vocabulary of gambling, pornography and fraud
// in the title, the keywords and hidden text. Hidden links and frames have rules of their own,
// page/hidden-link and page/hidden-frame. 政府网站与政务新媒体检查指标 (国办秘函〔2019〕19号), 安全问题.
var darkLinks = &Rule{
	ID:      "link/dark",
	Whole:   true,
	On:      Prose | Metadata | Elements,
	Tags:    links.Watched,
	Anchors: links.Vocabulary,
	Begin:   func(p *Pass) Inspector { return &dark{pass: p} },
}

type dark struct {
	pass  *Pass
	watch links.Watch
}

func (d *dark) Inspect(seg *Segment, hits []Hit) {
	if seg.Kind == source.Element {
		for _, sign := range d.watch.Tag(seg.Segment) {
			if sign.ID == "dark-frame" {
				continue
			}
			out := d.pass.linkProblem(sign.Problem)
			out.Span, out.Text = &sign.Span, sign.Target
			if out.Text == "" {
				out.Text = strings.TrimSpace(sign.Args[1])
			}
			d.pass.Report(seg, 0, 0, out)
		}
		return
	}
	shown := seg.Kind != source.Title && (seg.Kind != source.Metadata || seg.Name != "keywords" && seg.Name != "description")
	if shown && !seg.Hidden || len(hits) == 0 {
		return
	}
	var words []string
	for _, h := range hits {
		words = append(words, seg.Text[h.From:h.To])
	}
	if problem, ok := links.DarkWords(seg.Text, words); ok {
		d.pass.Report(seg, hits[0].From, hits[0].To, d.pass.linkProblem(problem))
	}
}

func (d *dark) End() {}
