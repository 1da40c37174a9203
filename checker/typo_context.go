package checker

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/hanzi"
	"proofcheck/lexicon/words"
	"proofcheck/typo"
)

// contextTypos reports characters and words that the text around them makes improbable, where one that
// sounds or looks alike fits: 签定 for 签订 in a clause, 己 for 已. What is less than probable is left out.
// It gives way to every other rule, since those know more, leaves the words that expression/doubled-word
// knows to that rule, and is a warning at most: a probability blocks no
// publishing.
var contextTypos = &Rule{
	ID:     "typo/context",
	On:     Words,
	Needs:  Han,
	Yields: true,
	Begin: func(p *Pass) Inspector {
		model := p.run.c.opt.Model
		if model == nil {
			model = typo.Embedded()
		}
		detector := model.NewDetector(typo.Options{Site: p.run.c.opt.Site, Known: p.run.c.roster.knows})
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for s := range detector.Check(seg.Text) {
				if s.Level < Warning || s.End <= seg.Lead || unlisted(seg.Text[s.Start:s.End]) || numbered(seg.Text, s.Start, s.End) ||
					s.Kind&typo.Doubled != 0 && elsewhere(seg.Text, s.Start, s.End) || p.run.protected(seg, s.Start, s.End) {
					continue
				}
				from, to := wordAround(seg.Text, s.Start, s.End, s.Suggestions[0])
				before, after := seg.Text[from:s.Start], seg.Text[s.End:to]
				suggest := make([]string, len(s.Suggestions))
				for i, t := range s.Suggestions {
					suggest[i] = before + t + after
				}
				p.Report(seg, from, to, Problem{Message: "." + s.Reason, Suggest: suggest, Confidence: s.Confidence, Args: []string{"times", times(s.Gain)}})
			}
		})
	},
}

// unlisted reports whether a character is none of the 通用规范汉字表, so that other rules speak of it.
func unlisted(text string) bool {
	for _, r := range text {
		if hanzi.Level(r) == 0 {
			return true
		}
	}
	return false
}

// elsewhere reports whether a doubled word is left to expression/doubled-word, or is two words that meet.
func elsewhere(text string, from, to int) bool {
	return slices.Contains(doubledAnchors(), text[from:to]) || words.BetterExplained(text, from, to)
}

// numbered reports whether a place stands between digits, as in the number of a case: （2020）京01民终123号.
func numbered(text string, from, to int) bool {
	return isDigit(after(text, to)) && strings.ContainsAny(tail(text[:from], 3), "0123456789")
}

// times writes how many times likelier a gain in nats makes a text, with one digit that counts: 3000.
func times(gain float64) string {
	const most = 1e6
	n := min(math.Exp(gain), most)
	step := math.Pow(10, math.Floor(math.Log10(max(n, 1))))
	return strconv.FormatFloat(math.Floor(n/step)*step, 'f', -1, 64)
}

// wordAround widens a place to the most usual word, of up to four characters, that the suggestion makes together with
// its neighbours, so that readers see 基楚 → 基础 and not 楚 → 础.
func wordAround(text string, start, end int, suggestion string) (from, to int) {
	const most = 4
	from, to = start, end
	best := 0
	left := start
	for before := 0; before < most; before++ {
		right := end
		for after := 0; before+after < most; after++ {
			word := text[left:start] + suggestion + text[end:right]
			if n := words.Frequency(word); n > best && len(word) > len(suggestion) && words.Has(word) {
				best, from, to = n, left, right
				if utf8.RuneCountInString(word) == most {
					return left, right // an idiom or a name
				}
			}
			r, n := utf8.DecodeRuneInString(text[right:])
			if !isHan(r) {
				break
			}
			right += n
		}
		r, n := utf8.DecodeLastRuneInString(text[:left])
		if !isHan(r) {
			break
		}
		left -= n
	}
	return from, to
}
