package checker

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// prepositionStop reports a full stop after a mere prepositional phrase: 对于存在的问题。我们要….
// The phrase is no sentence; a comma belongs there. GB/T 15834-2011 4.1.1.
var prepositionStop = &Rule{
	ID:      "punctuation/preposition-stop",
	Anchors: anchors("对于", "针对", "关于", "根据", "按照", "随着"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				preposition(p, seg, h)
			}
		})
	},
}

// longestPhrase bounds the prepositional phrase, in bytes.
const longestPhrase = 240

func preposition(p *Pass, seg *Segment, h Hit) {
	text := seg.Text
	if prev := before(text, h.From); prev != 0 && !strings.ContainsRune("。！？；\n", prev) {
		return
	}
	window := text[h.To:min(len(text), h.To+longestPhrase)]
	n := strings.Index(window, "。")
	if n < 0 || h.To+n+len("。") >= len(text) {
		return // the end of a block may be that of a title or an item
	}
	phrase := window[:n]
	if strings.ContainsAny(phrase, "！？；：\n") || !phraseEnd(phrase) {
		return
	}
	// Commas inside quotations and brackets do not count; another one makes a clause of its own.
	for i, r := range phrase {
		if r == '，' && !seg.Quoted(h.To+i) && !seg.Within(h.To+i, "（(") {
			return
		}
	}
	at := h.To + n
	next := text[at+len("。"):]
	if !isHan(after(next, 0)) {
		return
	}
	p.Report(seg, at, at+len("。"), Problem{Suggest: []string{"，"}})
}

// phraseEnd reports whether a phrase ends with a noun that such phrases end with and sentences
// that begin with a preposition do not.
func phraseEnd(phrase string) bool {
	return utf8.RuneCountInString(phrase) > 6 && slices.ContainsFunc(phraseEnds(), func(end string) bool { return strings.HasSuffix(phrase, end) })
}

var phraseEnds = table("data/phraseends.tsv", column("ending"))
