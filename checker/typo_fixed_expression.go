package checker

import (
	"strings"
	"sync"
	"unicode"

	"proofcheck/hanzi"
	"proofcheck/lexicon"
	"proofcheck/lexicon/near"
)

// fixedExpression reports text that differs in one character from a fixed formulation, the name of an
// institution or the title of a law: 中国人民共和国, 《未成年保护法》. The lists are in data/fixed. CY/T
// 266-2023; for names of the state and its organs 国办秘函〔2019〕19号, 严重表述错误.
//
// A character that sounds or looks like the right one is an error; any other one may belong to another
// expression and is a warning.
var fixedExpression = &Rule{
	ID:    "typo/fixed-expression",
	On:    Words,
	Needs: Han,
	Begin: func(p *Pass) Inspector {
		fixed := readFixed()
		return InspectFunc(func(seg *Segment, _ []Hit) {
			fixed.matcher.Find(seg.Text, func(m near.Match) bool {
				nearMiss(p, seg, m, &fixed.phrases[m.Phrase])
				return true
			})
		})
	},
}

// A fixedPhrase is a row of data/fixed/*.tsv. Variants are right as well, and are phrases of
// their own that are never suggested.
type fixedPhrase struct {
	text, source string
	kind         string // the name of the file
	variant      bool
	level        Level // of every difference; Off means by kind
}

type fixedPhrases struct {
	phrases []fixedPhrase
	matcher *near.Matcher
}

var readFixed = sync.OnceValue(func() *fixedPhrases {
	f := &fixedPhrases{}
	var forms []string
	for _, kind := range [...]string{"formulations", "institutions", "laws"} {
		for _, row := range readTable("data/fixed/" + kind + ".tsv") {
			add := func(text string, variant bool) {
				if n := len([]rune(text)); n < near.MinChars || n > near.MaxChars {
					return
				}
				level, _ := lexicon.ParseLevel(row["level"])
				f.phrases = append(f.phrases, fixedPhrase{text, row["source"], kind, variant, level})
				forms = append(forms, text)
			}
			add(row["phrase"], false)
			for _, v := range split(row["variants"]) {
				add(v, true)
			}
		}
	}
	m, err := near.Compile(forms)
	if err != nil {
		panic("checker: data/fixed: " + err.Error())
	}
	f.matcher = m
	return f
})

func nearMiss(p *Pass, seg *Segment, m near.Match, phrase *fixedPhrase) {
	have := seg.Text[m.Start:m.End]
	if phrase.variant || strings.ContainsFunc(have, func(r rune) bool { return !isHan(r) }) {
		return
	}
	level := Warning
	switch m.Kind {
	case near.Changed:
		if alikeInSound(m.Have, m.Want) || alikeInShape(m.Have, m.Want) {
			level = Error
		} else if m.At == 0 || m.At == len([]rune(phrase.text))-1 && phrase.kind != "formulations" || unicode.IsDigit(m.Want) {
			return // the beginning of another name
		}
	case near.Extra:
		if strings.ContainsRune("的之和与及等、在了是", m.Have) {
			return
		}
	case near.Swapped:
		level = Error
	}
	if phrase.kind == "laws" && !seg.InTitle(m.Start) {
		level = Warning
	}
	level = max(level, phrase.level)
	p.Report(seg, m.Start, m.End, Problem{Suggest: []string{phrase.text}, Level: level, Source: phrase.source, Confidence: confidenceOf(level)})
}

// alikeInSound reports whether two characters have a syllable in common, or nearly.
func alikeInSound(a, b rune) bool { return hanzi.SoundNear(a, b) }

// alikeInShape reports whether one character is taken for the other.
func alikeInShape(a, b rune) bool {
	return strings.ContainsRune(hanzi.Alike(b), a) || strings.ContainsRune(hanzi.Alike(a), b)
}
