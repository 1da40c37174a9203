package checker

import (
	"strconv"
	"strings"

	"proofcheck/source"
)

// annexReference reports a reference to an annex that the document does not have: 见附件3 where
// only two are listed. GB/T 9704-2012 7.3.5.1.
var annexReference = &Rule{
	ID:      "structure/annex-reference",
	Whole:   true,
	On:      Prose,
	Every:   true,
	Anchors: anchors("附件"),
	Begin:   func(p *Pass) Inspector { return &annexes{pass: p} },
}

// annexes collects what is listed and what is referred to. Lists come after the references.
type annexes struct {
	pass    *Pass
	listed  int // the highest number listed
	listing int // the last number of a list that may go on in the next block, 2. 汇总表; 0 for none
	refs    []annexRef
}

type annexRef struct {
	place  *Place
	number int
}

const maxReferences = 256 // kept per document

func (a *annexes) Inspect(seg *Segment, hits []Hit) {
	if len(hits) == 0 && a.listing == 0 {
		return
	}
	text := strings.TrimLeft(seg.Text, " 　")
	if rest, ok := strings.CutPrefix(text, "附件"); ok {
		a.list(rest)
		return
	}
	if level, n, _, ok := serialNumber(text); a.listing > 0 && ok && level == levelArabic && n == a.listing+1 {
		a.listing, a.listed = n, max(a.listed, n)
		return
	}
	a.listing = 0
	for _, h := range hits {
		n, end, ok := arabicAfter(seg.Text, h.To, 2)
		if !ok || n == 0 || !referred(seg.Text[:h.From]) || len(a.refs) == maxReferences {
			continue
		}
		a.refs = append(a.refs, annexRef{a.pass.Keep(seg, h.From, end, Problem{}), n})
	}
}

// list reads what follows 附件 at the beginning of a block: a number, or a colon and a list whose
// first item has a number.
func (a *annexes) list(rest string) {
	a.listing = 0
	colon := strings.HasPrefix(rest, "：") || strings.HasPrefix(rest, ":")
	rest = strings.TrimLeft(rest, "：: 　")
	n, _, ok := arabicAfter(rest, 0, 2)
	if ok {
		a.listed = max(a.listed, n)
		if colon && n == 1 {
			a.listing = n
		}
	}
	// 附件：1. … 2. … 3. … in one block.
	for k := n + 1; ok && k < 30; k++ {
		i := strings.Index(rest, strconv.Itoa(k)+".")
		if i < 0 {
			return
		}
		a.listed = max(a.listed, k)
		rest = rest[i:]
	}
}

// referred reports whether text ends with a word that refers the reader to an annex.
func referred(text string) bool {
	for _, word := range [...]string{"见", "详见", "参见", "按", "按照", "根据", "填写", "填报", "（"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

func (a *annexes) End() {
	if a.listed < 2 {
		return // a list without numbers, or none in this document
	}
	for _, r := range a.refs {
		if r.number > a.listed {
			a.pass.ReportAt(r.place, Problem{Args: []string{"listed", strconv.Itoa(a.listed)}})
		}
	}
}

// captionGap reports captions of tables and figures whose numbers skip or repeat: 表1, 表3.
// GB/T 1.1-2020 9.8.2, 9.9.2.
var captionGap = &Rule{
	ID:    "structure/caption-gap",
	Whole: true,
	On:    Only(source.Paragraph) | Only(source.Caption) | Only(source.Heading),
	Needs: Digit,
	Begin: func(p *Pass) Inspector { return &captions{pass: p} },
}

type captions struct {
	pass *Pass
	last [2]int
}

func (c *captions) Inspect(seg *Segment, _ []Hit) {
	text := seg.Text
	if seg.Lead > 0 || len(text) > 180 {
		return
	}
	k := strings.IndexRune("表图", after(text, 0))
	if k < 0 {
		return
	}
	k /= len("表")
	n, end, ok := arabicAfter(text, len("表"), 2)
	if !ok || n == 0 || strings.ContainsRune("-—.．－、和至所中是为", after(text, end)) && end < len(text) {
		return
	}
	if next := after(text, end); next != ' ' && next != '　' && next != '：' && next != ':' {
		if len(seg.Omitted) == 0 || seg.Omitted[0].At != end {
			return
		}
	}
	last := c.last[k]
	c.last[k] = n
	if last == 0 || n == 1 || n == last+1 {
		return
	}
	problem := Problem{Args: []string{"want", text[:len("表")] + strconv.Itoa(last+1)}}
	switch {
	case n > last+1 && n <= last+3:
		c.pass.Report(seg, 0, end, problem)
	case n == last:
		problem.Message = ".repeated"
		c.pass.Report(seg, 0, end, problem)
	}
}

func (c *captions) End() {}
