package checker

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/hanzi"
	"proofcheck/lexicon/near"
)

// fixedExpression reports text that differs in one character from a fixed formulation, the name of an
// institution or the title of a law, or from a line that people quote: 中国人民共和国, 《未成年保护法》. The lists are in data/fixed. CY/T
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
				nearMiss(p, seg, m, fixed.matcher.Phrase(m.Phrase), &fixed.phrases[m.Phrase])
				return true
			})
		})
	},
}

// A fixedPhrase is a row of data/fixed/*.tsv. Variants are right as well, and are phrases of
// their own that are never suggested.
type fixedPhrase struct {
	source  string
	kind    string // the name of the file
	variant bool
	level   Level // of every difference; Off means by kind
}

type fixedPhrases struct {
	phrases []fixedPhrase
	matcher *near.Matcher
}

// The phrases are compiled into data/fixed.bin, so that a start does not cost more for each of them: the
// sources, separated by tabs and ended by a line end; three bytes a phrase (its kind, its level and 0x80 for
// a variant, its source); the matcher. TestFixedIsCompiled writes it.
//
//go:embed data/fixed.bin
var fixedData string

// fixedKinds are the files in data/fixed.
var fixedKinds = [...]string{"formulations", "institutions", "laws", "quotations"}

const fixedVariant = 0x80

var readFixed = sync.OnceValue(func() *fixedPhrases {
	line, rest, _ := strings.Cut(fixedData, "\n")
	sources := strings.Split(line, "\t")
	if len(rest) < 3 {
		panic("checker: data/fixed.bin is empty; run make update")
	}
	count := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
	rest = rest[3:]
	m, err := near.Open(rest[3*count:])
	if err != nil || m.Len() != count {
		panic(fmt.Sprint("checker: data/fixed.bin: ", err, "; run make update"))
	}
	f := &fixedPhrases{matcher: m, phrases: make([]fixedPhrase, count)}
	for i := range f.phrases {
		b := rest[3*i : 3*i+3]
		f.phrases[i] = fixedPhrase{sources[b[2]], fixedKinds[b[0]], b[1]&fixedVariant != 0, Level(b[1] &^ fixedVariant)}
	}
	return f
})

// stateName begins the titles of laws, which are phrases without it.
const stateName = "中华人民共和国"

// joiners are characters that may stand inside of a phrase without making it another one.
const joiners = "的之和与及等、在了是好要"

func nearMiss(p *Pass, seg *Segment, m near.Match, text string, phrase *fixedPhrase) {
	have := seg.Text[m.Start:m.End]
	if phrase.kind == "quotations" {
		misquoted(p, seg, m, text, phrase)
		return
	}
	if phrase.variant || strings.ContainsFunc(have, func(r rune) bool { return !isHan(r) }) {
		return
	}
	chars := utf8.RuneCountInString(text)
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
		if chars < 9 && !strings.HasSuffix(seg.Text[:m.Start], stateName) {
			return
		}
		level = Warning
	}
	level = max(level, phrase.level)
	p.Report(seg, m.Start, m.End, Problem{Suggest: []string{text}, Level: level, Source: phrase.source, Confidence: confidenceOf(level)})
}

// misquoted reports a line of a poem or a saying with another character. People also play with them, so
// that it is a warning at most, where the character sounds or looks like the right one.
func misquoted(p *Pass, seg *Segment, m near.Match, text string, phrase *fixedPhrase) {
	if phrase.variant || m.Have != 0 && !isHan(m.Have) || m.Want != 0 && !isHan(m.Want) || m.Kind == near.Extra && strings.ContainsRune(joiners, m.Have) {
		return
	}
	level := Info
	if m.Kind == near.Swapped || m.Kind == near.Changed && (alikeInSound(m.Have, m.Want) || alikeInShape(m.Have, m.Want)) {
		level = Warning
	}
	p.Report(seg, m.Start, m.End, Problem{Message: ".quoted", Suggest: []string{text}, Level: level, Args: []string{"source", phrase.source}, Source: phrase.source, Confidence: confidenceOf(level)})
}

// alikeInSound reports whether two characters have a syllable in common, or nearly.
func alikeInSound(a, b rune) bool { return hanzi.SoundNear(a, b) }

// alikeInShape reports whether one character is taken for the other.
func alikeInShape(a, b rune) bool {
	return strings.ContainsRune(hanzi.Alike(b), a) || strings.ContainsRune(hanzi.Alike(a), b)
}
