package checker

import (
	"hash/maphash"
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// repeatedParagraph reports a paragraph that stands in the document twice, and a sentence that is
// repeated right after itself, as when a paste was made twice. CY/T 266-2023.
//
// Of each paragraph only a hash and a line number is kept.
var repeatedParagraph = &Rule{
	ID:    "structure/repeated-paragraph",
	Whole: true,
	On:    Only(source.Paragraph),
	Needs: Han,
	Begin: func(p *Pass) Inspector {
		return &repetitions{pass: p, seen: map[uint64]int{}, seed: maphash.MakeSeed()}
	},
}

const (
	shortestParagraph  = 40 // characters
	shortestSentence   = 15
	rememberedPassages = 1 << 16 // paragraphs per document
)

type repetitions struct {
	pass *Pass
	seen map[uint64]int // hash of a paragraph: its line
	seed maphash.Seed
}

func (r *repetitions) Inspect(seg *Segment, _ []Hit) {
	text := strings.TrimSpace(seg.Text)
	if seg.Partial || seg.Lead > 0 || seg.Hidden {
		return
	}
	if longerThan(text, shortestParagraph) && nextStop(text) >= 0 {
		start, _ := seg.Locate(0, 0)
		h := maphash.String(r.seed, text)
		if line, again := r.seen[h]; again {
			r.pass.Report(seg, 0, len(seg.Text), Problem{Args: []string{"line", strconv.Itoa(line)}, Text: head(text, 20) + "……"})
			return
		}
		if len(r.seen) < rememberedPassages {
			r.seen[h] = start.Line
		}
	}
	r.sentences(seg)
}

// longerThan reports whether a text has n characters or more.
func longerThan(text string, n int) bool {
	return len(text) >= n*utf8.UTFMax || len(text) >= n && utf8.RuneCountInString(text) >= n
}

// sentences reports neighbouring sentences that are the same.
func (r *repetitions) sentences(seg *Segment) {
	last, lastFrom := "", 0
	for from := 0; from < len(seg.Text); {
		n := nextStop(seg.Text[from:])
		if n < 0 {
			return
		}
		_, size := utf8.DecodeRuneInString(seg.Text[from+n:])
		sentence := strings.TrimSpace(seg.Text[from : from+n])
		if len(sentence) == len(last) && sentence == last && longerThan(sentence, shortestSentence) {
			r.pass.Report(seg, lastFrom, from+n+size, Problem{Message: ".sentence", Text: head(sentence, 20) + "……"})
		}
		last, lastFrom = sentence, from
		from += n + size
	}
}

func (r *repetitions) End() {}
