package checker

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// A wordPair is a row of data/pairs.tsv: two words that cannot stand in one clause in this order.
type wordPair struct {
	first, second string
	reach         int      // characters between them at most
	except        []string // text that excuses the pair: before the first, between, or from the second on
	ends          bool     // the second must end its clause
	level         Level
	right         string
}

var readPairs = sync.OnceValue(func() map[string][]wordPair {
	out := map[string][]wordPair{}
	for _, row := range readTable("data/pairs.tsv") {
		level, _ := lexicon.ParseLevel(row["level"])
		reach, err := strconv.Atoi(row["reach"])
		if err != nil {
			panic("checker: data/pairs.tsv: reach of " + row["first"] + ": " + err.Error())
		}
		out[row["rule"]] = append(out[row["rule"]], wordPair{
			row["first"], row["second"], reach, split(row["except"]), row["ends"] == "1", level, row["right"],
		})
	}
	return out
})

// byFirst reports whether the rule looks for the first word of the pair. A single character is too frequent for
// that.
func (w *wordPair) byFirst() bool { return len(w.first) > len("一") }

// pairRule makes a rule of the pairs that the table has for it.
func pairRule(id string) *Rule {
	return &Rule{
		ID:    id,
		Rises: true,
		Anchors: func() []string {
			var out []string
			for _, w := range readPairs()[id] {
				if w.byFirst() {
					out = append(out, w.first)
				} else {
					out = append(out, w.second)
				}
			}
			return out
		},
		Begin: func(p *Pass) Inspector {
			list := readPairs()[id]
			return InspectFunc(func(seg *Segment, hits []Hit) {
				end := 0
				for _, h := range firsts(list, seg.Text, hits) {
					if h.From >= end {
						end = max(end, pair(p, seg, h, &list[h.Anchor]))
					}
				}
			})
		},
	}
}

// firsts returns the places of the first words of pairs, from places of either word.
func firsts(list []wordPair, text string, hits []Hit) []Hit {
	if !slices.ContainsFunc(hits, func(h Hit) bool { return !list[h.Anchor].byFirst() }) {
		return hits
	}
	var out []Hit
	for _, h := range hits {
		w := &list[h.Anchor]
		if w.byFirst() {
			out = append(out, h)
			continue
		}
		for at := max(0, h.From-4*w.reach-len(w.first)); ; {
			i := strings.Index(text[at:h.From], w.first)
			if i < 0 {
				break
			}
			out = append(out, Hit{at + i, at + i + len(w.first), h.Anchor})
			at += i + len(w.first)
		}
	}
	slices.SortFunc(out, func(a, b Hit) int { return cmp.Or(a.To-b.To, a.From-b.From, a.Anchor-b.Anchor) })
	return slices.Compact(out)
}

// pair looks for the second word of a pair and returns the end of what it reports.
func pair(p *Pass, seg *Segment, h Hit, w *wordPair) int {
	text := seg.Text
	window := text[h.To:min(len(text), h.To+4*w.reach+len(w.second))]
	i := strings.Index(window, w.second)
	if i < 0 || strings.ContainsAny(window[:i], "。！？；\n") || utf8.RuneCountInString(window[:i]) > w.reach {
		return 0
	}
	end := h.To + i + len(w.second)
	if w.ends && isHan(after(text, end)) {
		return 0
	}
	around := text[max(0, h.From-12):min(len(text), end+12)]
	for _, e := range w.except {
		if strings.Contains(around, e) {
			return 0
		}
	}
	p.Report(seg, h.From, end, Problem{Level: w.level, Args: []string{"first", w.first, "second", w.second, "right", w.right}})
	return end
}

// The rules that are pairs of words.
var (
	// conjunctions reports conjunctions that do not go together: 与其…宁可. 现代汉语词典.
	conjunctions = pairRule("expression/conjunctions")
	// negation reports negations that turn the meaning round: 防止…不再发生. CY/T 266-2023.
	negation = pairRule("expression/negation")
	// blend reports two sentence patterns in one: 原因是…造成的. CY/T 266-2023.
	blend = pairRule("expression/blend")
)
