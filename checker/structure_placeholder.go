package checker

import (
	"strings"
	"sync"

	"proofcheck/lexicon"
)

// A placeholderWord is a row of data/placeholders.tsv.
type placeholderWord struct {
	word  string
	level Level
}

var readPlaceholders = sync.OnceValue(func() []placeholderWord {
	var out []placeholderWord
	for _, row := range readTable("data/placeholders.tsv") {
		level, _ := lexicon.ParseLevel(row["level"])
		out = append(out, placeholderWord{row["word"], level})
	}
	return out
})

// placeholder reports what a template left to be filled in: XXX, 【请填写】, lorem ipsum. CY/T 266-2023.
var placeholder = &Rule{
	ID:    "structure/placeholder",
	Rises: true,
	On:    Words,
	Anchors: func() []string {
		var out []string
		for _, w := range readPlaceholders() {
			out = append(out, w.word)
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				w := readPlaceholders()[h.Anchor]
				if h.From < end || letterBeside(seg.Text, h.From, h.To) {
					continue
				}
				for end = h.To; strings.HasPrefix(seg.Text[end:], w.word[:1]) && w.word == strings.Repeat(w.word[:1], len(w.word)); {
					end++
				}
				if letterBeside(seg.Text, h.From, end) {
					continue
				}
				p.Report(seg, h.From, end, Problem{Level: w.level})
			}
		})
	},
}

// letterBeside reports whether a Latin letter or digit touches the range, so that what is in it is
// part of a longer word.
func letterBeside(text string, from, to int) bool {
	letter := func(r rune) bool {
		return isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
	}
	if first := text[from]; first >= 0x80 || !letter(rune(first)) {
		return false
	}
	return letter(before(text, from)) || to < len(text) && letter(after(text, to)) && text[to] != text[from]
}
