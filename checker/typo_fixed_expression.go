package checker

import (
	"strings"
	"sync"
	"unicode/utf8"

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
	Rises: true,
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

// joiners are characters that may stand inside of a phrase without making it another one.
const joiners = "的之和与及等、在了是好要"

func nearMiss(p *Pass, seg *Segment, m near.Match, phrase *fixedPhrase) {
	have := seg.Text[m.Start:m.End]
	if phrase.variant || strings.ContainsFunc(have, func(r rune) bool { return !isHan(r) }) {
		return
	}
	chars := utf8.RuneCountInString(phrase.text)
	inner := m.At > 1 && m.At < chars-2
	level := Warning
	switch m.Kind {
	case near.Changed:
		switch {
		case strings.ContainsRune(joiners, m.Have):
			return
		case alikeInSound(m.Have, m.Want) && (m.At > 0 && m.At < chars-1), alikeInShape(m.Have, m.Want) && inner:
			level = Error
		case alikeInSound(m.Have, m.Want), alikeInShape(m.Have, m.Want):
		case phrase.kind == "laws", phrase.kind == "institutions" && !inner, m.At == 0:
			return // another law, another institution
		}
	case near.Missing:
		if !inner {
			return // what is left at the end may belong to the next word
		}
	case near.Extra:
		if strings.ContainsRune(joiners, m.Have) {
			return
		}
	case near.Swapped:
		level = Error
	}
	if phrase.kind == "laws" && !seg.InTitle(m.Start) {
		if chars < 9 {
			return
		}
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
