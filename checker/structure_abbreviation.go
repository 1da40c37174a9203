package checker

import (
	"strings"
	"unicode/utf8"
)

// unusedAbbreviation reports a short name that a document introduces and never uses, introduces twice, or uses
// before it says what it stands for: （以下简称《通报》）. 党政机关公文写作惯例; CY/T 266-2023.
var unusedAbbreviation = &Rule{
	ID:      "structure/unused-abbreviation",
	Whole:   true,
	On:      Prose,
	Every:   true,
	Anchors: anchors("以下简称", "《"),
	Begin: func(p *Pass) Inspector {
		return &abbreviations{pass: p, known: map[string]bool{}, used: map[string]*Place{}}
	},
}

const maxAbbreviations = 16 // watched at once

type abbreviations struct {
	pass    *Pass
	watched []abbreviation
	known   map[string]bool   // short names that were introduced
	used    map[string]*Place // titles in 《》 that stood before
}

const maxTitles = 1024 // remembered

type abbreviation struct {
	name  string
	place *Place
}

func (a *abbreviations) Inspect(seg *Segment, hits []Hit) {
	for i := 0; i < len(a.watched); {
		if strings.Contains(seg.Text, a.watched[i].name) {
			a.watched = append(a.watched[:i], a.watched[i+1:]...)
			continue
		}
		i++
	}
	for _, h := range hits {
		if h.Anchor == 0 {
			a.introduce(seg, h.To)
		} else {
			a.remember(seg, h)
		}
	}
}

// remember keeps the first place of a short title.
func (a *abbreviations) remember(seg *Segment, h Hit) {
	n := strings.Index(seg.Text[h.To:min(len(seg.Text), h.To+40)], "》")
	if n < 0 || len(a.used) >= maxTitles || strings.HasSuffix(seg.Text[:h.From], "以下简称") {
		return
	}
	if title := seg.Text[h.To : h.To+n]; a.used[title] == nil && !a.known[title] && !strings.HasPrefix(title, "中华人民共和国") {
		a.used[strings.Clone(title)] = a.pass.Keep(seg, h.From, h.To+n+len("》"), Problem{})
	}
}

// introduce begins to watch the name at offset at, unless the rest of the block uses it.
func (a *abbreviations) introduce(seg *Segment, at int) {
	open := after(seg.Text, at)
	if open != '“' && open != '《' || len(a.watched) == maxAbbreviations {
		return
	}
	shut := string(closing(open))
	n := strings.Index(seg.Text[at:min(len(seg.Text), at+60)], shut)
	if n < 0 {
		return
	}
	name := seg.Text[at+utf8.RuneLen(open) : at+n]
	end := at + n + len(shut)
	if name == "" {
		return
	}
	if a.known[name] {
		a.pass.Report(seg, at, end, Problem{Message: ".twice", Args: []string{"name", name}})
		return
	}
	if early := a.used[name]; early != nil && open == '《' {
		a.pass.ReportAt(early, Problem{Message: ".early", Args: []string{"name", name}})
	}
	if len(a.known) < maxTitles {
		a.known[strings.Clone(name)] = true
	}
	if strings.Contains(seg.Text[end:], name) {
		return
	}
	a.watched = append(a.watched, abbreviation{strings.Clone(name), a.pass.Keep(seg, at, end, Problem{})})
}

func (a *abbreviations) End() {
	for _, w := range a.watched {
		a.pass.ReportAt(w.place, Problem{Args: []string{"name", w.name}})
	}
}
