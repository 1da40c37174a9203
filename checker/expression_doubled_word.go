package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// doubledWord reports a word of one character that is written twice by a slip: 的的, 了了, 是是,
// and words that never double: 进行进行, 我们我们. Words that double by right (的的确确, 了了草草,
// 是是非非) and two words that meet (目的的, 为了了解) are in data/doubled.tsv.
var doubledWord = &Rule{
	ID:      "expression/doubled-word",
	Anchors: doubledAnchors,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From >= end && doubled(p, seg, h) {
					end = h.To
				}
			}
		})
	},
}

// A doubling is one word of data/doubled.tsv.
type doubling struct {
	word   string
	before []string // text before or around which it is right
	around []string // whole phrases in which it is right
}

var readDoublings = table("data/doubled.tsv", func(row map[string]string) doubling {
	return doubling{row["word"], split(row["not_after"]), split(row["within"])}
})

func split(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

func doubledAnchors() []string {
	var out []string
	for _, d := range readDoublings() {
		out = append(out, d.word+d.word)
	}
	return out
}

func doubled(p *Pass, seg *Segment, h Hit) bool {
	d := readDoublings()[h.Anchor]
	text := seg.Text
	for _, b := range d.before {
		if strings.HasSuffix(text[:h.From], b) {
			return false
		}
	}
	for _, phrase := range d.around {
		lo, hi := max(0, h.From-len(phrase)), min(len(text), h.To+len(phrase))
		for at := strings.Index(text[lo:hi], phrase); at >= 0; {
			if lo+at < h.To && lo+at+len(phrase) > h.From {
				return false
			}
			break
		}
	}
	// Three or more in a row are laughter, sound or a slogan.
	if strings.HasPrefix(text[h.To:], d.word) || strings.HasSuffix(text[:h.From], d.word) {
		return false
	}
	if utf8.RuneCountInString(d.word) == 1 && words.BetterExplained(text, h.From, h.To) {
		return false
	}
	p.Report(seg, h.From, h.To, Problem{Suggest: []string{d.word}, Safe: true})
	return true
}
