package checker

import (
	"strconv"
	"strings"
)

// wordLeftovers reports what a paste from a word processor leaves in a page: MsoNormal, mso-
// styles, <o:p>. One finding a document, with the number of tags. 政府网站发展指引 附件 网页设计规范.
var wordLeftovers = &Rule{
	ID:    "page/word-leftovers",
	Whole: true,
	On:    Elements,
	Needs: Opened,
	Begin: func(p *Pass) Inspector {
		return &leftovers{pass: p}
	},
}

type leftovers struct {
	pass  *Pass
	first *Place
	count int
}

func (l *leftovers) Inspect(seg *Segment, _ []Hit) {
	tag := seg.Tag
	found := strings.HasPrefix(tag.Name, "o:") || strings.HasPrefix(tag.Name, "w:") || strings.HasPrefix(tag.Name, "v:")
	for i := range tag.Attributes {
		a := &tag.Attributes[i]
		switch a.Name {
		case "class":
			found = found || strings.Contains(a.Value, "Mso")
		case "style":
			found = found || strings.Contains(a.Value, "mso-")
		case "src", "href":
			found = found || strings.Contains(a.Value, "clip_image")
		}
	}
	if !found {
		return
	}
	if l.count++; l.count == 1 {
		l.first = keepTag(l.pass, seg)
	}
}

func (l *leftovers) End() {
	if l.count > 0 {
		l.pass.ReportAt(l.first, Problem{Args: []string{"count", strconv.Itoa(l.count)}})
	}
}

// duplicateID reports ids that stand on two elements of a page, so that links to them and labels go
// wrong. HTML Living Standard 3.2.6.
var duplicateID = &Rule{
	ID:    "page/duplicate-id",
	Whole: true,
	On:    Elements,
	Needs: Opened,
	Begin: func(p *Pass) Inspector {
		seen := map[string]bool{}
		return InspectFunc(func(seg *Segment, _ []Hit) {
			id, ok := seg.Tag.Get("id")
			if !ok || id == "" || len(id) > 256 || len(seen) >= 1<<16 {
				return
			}
			if seen[id] {
				reportTag(p, seg, Problem{Text: id})
			}
			seen[strings.Clone(id)] = true
		})
	},
}
