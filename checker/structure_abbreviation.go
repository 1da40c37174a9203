package checker

import (
	"strings"
	"unicode/utf8"
)

// unusedAbbreviation reports a short name that a document introduces and never uses:
// （以下简称《通报》）. 党政机关公文写作惯例; CY/T 266-2023.
var unusedAbbreviation = &Rule{
	ID:    "structure/unused-abbreviation",
	Whole: true,
	On:    Prose,
	Needs: Han,
	Begin: func(p *Pass) Inspector { return &abbreviations{pass: p} },
}

const maxAbbreviations = 16 // watched at once

type abbreviations struct {
	pass    *Pass
	watched []abbreviation
}

type abbreviation struct {
	name  string
	place *Place
}

func (a *abbreviations) Inspect(seg *Segment, _ []Hit) {
	for i := 0; i < len(a.watched); {
		if strings.Contains(seg.Text, a.watched[i].name) {
			a.watched = append(a.watched[:i], a.watched[i+1:]...)
			continue
		}
		i++
	}
	for from := 0; ; {
		i := strings.Index(seg.Text[from:], "以下简称")
		if i < 0 {
			return
		}
		from += i + len("以下简称")
		a.introduce(seg, from)
	}
}

// introduce begins to watch the name at offset at, unless the rest of the block uses it.
func (a *abbreviations) introduce(seg *Segment, at int) {
	open := after(seg.Text, at)
	if open != '“' && open != '《' || len(a.watched) == maxAbbreviations {
		return
	}
	shut := string(closing[open])
	n := strings.Index(seg.Text[at:min(len(seg.Text), at+60)], shut)
	if n < 0 {
		return
	}
	name := seg.Text[at+utf8.RuneLen(open) : at+n]
	end := at + n + len(shut)
	if name == "" || strings.Contains(seg.Text[end:], name) {
		return
	}
	a.watched = append(a.watched, abbreviation{strings.Clone(name), a.pass.Keep(seg, at, end, Problem{})})
}

func (a *abbreviations) End() {
	for _, w := range a.watched {
		a.pass.ReportAt(w.place, Problem{Args: []string{"name", w.name}})
	}
}
