package checker

import (
	"hash/maphash"
	"slices"
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
		return &repetitions{pass: p, seen: map[uint64]int{}}
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
}

var paragraphSeed = maphash.MakeSeed()

func (r *repetitions) Inspect(seg *Segment, _ []Hit) {
	if seg.Partial || seg.Lead > 0 || seg.Hidden {
		return
	}
	text := strings.TrimSpace(seg.Text)
	long := seg.Chars >= shortestParagraph || seg.Class&Blank != 0 && longerThan(text, shortestParagraph)
	if long && r.again(seg, text) {
		return
	}
	r.sentences(seg)
}

// again reports a paragraph of sentences that stood before, and remembers others.
func (r *repetitions) again(seg *Segment, text string) bool {
	from := strings.Index(seg.Text, text)
	if !slices.ContainsFunc(seg.Marks(), func(m mark) bool { return stops(m.r) && m.at >= from && m.at < from+len(text) }) {
		return false
	}
	h := maphash.String(paragraphSeed, text)
	if line, again := r.seen[h]; again {
		r.pass.Report(seg, 0, len(seg.Text), Problem{Args: []string{"line", strconv.Itoa(line)}, Text: head(text, 20) + "……"})
		return true
	}
	if len(r.seen) < rememberedPassages {
		start, _ := seg.Locate(0, 0)
		r.seen[h] = start.Line
	}
	return false
}

// longerThan reports whether a text has n characters or more.
func longerThan(text string, n int) bool {
	return len(text) >= n*utf8.UTFMax || len(text) >= n && utf8.RuneCountInString(text) >= n
}

// sentences reports neighbouring sentences that are the same.
func (r *repetitions) sentences(seg *Segment) {
	last, lastFrom, from := "", 0, 0
	for _, m := range seg.Marks() {
		if !stops(m.r) {
			continue
		}
		sentence := strings.TrimSpace(seg.Text[from:m.at])
		if len(sentence) == len(last) && sentence == last && longerThan(sentence, shortestSentence) {
			r.pass.Report(seg, lastFrom, m.end(), Problem{Message: ".sentence", Text: head(sentence, 20) + "……"})
		}
		last, lastFrom = sentence, from
		from = m.end()
	}
}

// stops reports whether r ends a sentence or a line in Chinese text.
func stops(r rune) bool { return r == '。' || r == '！' || r == '？' || r == '；' || r == '\n' }

func (r *repetitions) End() {}
