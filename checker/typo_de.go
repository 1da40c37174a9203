package checker

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// The three particles 的 地 得. The words that leave no doubt are in data/de.tsv:
//
//	adverb     stands before a verb only: 认真 (的 after it and before a verb is 地)
//	verb       what such an adverb modifies
//	noun       what makes a noun of a verb behind it: 积极的推动作用
//	adjective  stands before nouns only
//	thing      what such an adjective modifies: 重要地作用 is 重要的作用
//	result     a verb that takes a complement: 做的很好 is 做得很好
//	degree     how a complement begins
type particles struct {
	adverbs, adjectives, results []string
	verbs, nouns, things, degree []string
}

var readParticles = sync.OnceValue(func() *particles {
	p := &particles{}
	lists := map[string]*[]string{
		"adverb": &p.adverbs, "adjective": &p.adjectives, "result": &p.results,
		"verb": &p.verbs, "noun": &p.nouns, "thing": &p.things, "degree": &p.degree,
	}
	for _, row := range readTable("data/de.tsv") {
		list := lists[row["kind"]]
		if list == nil {
			panic("checker: data/de.tsv: unknown kind " + row["kind"])
		}
		*list = append(*list, strings.Fields(row["words"])...)
	}
	return p
})

func followedBy(particle string, words func() []string) func() []string {
	return func() []string {
		var out []string
		for _, w := range words() {
			out = append(out, w+particle)
		}
		return out
	}
}

// startsWith returns the longest word that text starts with, "" for none.
func startsWith(text string, list []string) string {
	best := ""
	for _, w := range list {
		if len(w) > len(best) && strings.HasPrefix(text, w) {
			best = w
		}
	}
	return best
}

// adverbialDe reports 的 between an adverb and a verb: 认真的做好. 现代汉语词典, 地 de.
var adverbialDe = &Rule{
	ID:      "typo/de-adverb",
	Anchors: followedBy("的", func() []string { return readParticles().adverbs }),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			t := readParticles()
			for _, h := range hits {
				rest := seg.Text[h.To:]
				verb := startsWith(rest, t.verbs)
				if verb == "" {
					continue
				}
				// A verb with a noun behind it is one: 积极的推动作用. So is one at the end of its phrase,
				// 科学的管理, unless it needs an object.
				next := rest[len(verb):]
				if noun := startsWith(next, t.nouns); noun != "" && !objects(verb, noun, next[len(noun):]) || !isHan(after(next, 0)) && !strings.HasPrefix(next, "《") && !strings.HasPrefix(next, "“") {
					continue
				}
				report(p, seg, h.To-len("的"), h.To, "地")
			}
		})
	},
}

// objects reports whether a noun behind a verb is its object and not its head: 推进项目建设 against
// 推动作用. It is when the phrase goes on to another noun.
func objects(verb, noun, rest string) bool {
	return utf8.RuneCountInString(noun) > 1 && utf8.RuneCountInString(verb) > 1 && isHan(after(rest, 0)) && !strings.ContainsRune("的和与及等是在", after(rest, 0))
}

// attributiveDe reports 地 between an adjective and a noun: 重要地作用. 现代汉语词典, 的 de.
var attributiveDe = &Rule{
	ID:      "typo/de-attribute",
	Anchors: followedBy("地", func() []string { return readParticles().adjectives }),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				rest := seg.Text[h.To:]
				thing := startsWith(rest, readParticles().things)
				if thing == "" {
					continue
				}
				if next := after(rest, len(thing)); isHan(next) && !strings.ContainsRune("和与是在的，不", next) {
					continue
				}
				report(p, seg, h.To-len("地"), h.To, "的")
			}
		})
	},
}

// complementDe reports 的 between a verb and its complement: 做的很好. 现代汉语词典, 得 de.
var complementDe = &Rule{
	ID:      "typo/de-complement",
	Anchors: followedBy("的", func() []string { return readParticles().results }),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				rest := seg.Text[h.To:]
				degree := startsWith(rest, readParticles().degree)
				if degree == "" {
					continue
				}
				// 做的很多工作, 说的比较重要的话: the phrase goes on to a noun.
				if tail := rest[len(degree):min(len(rest), len(degree)+30)]; strings.Contains(clause(tail), "的") || utf8.RuneCountInString(clause(tail)) > 4 {
					continue
				}
				report(p, seg, h.To-len("的"), h.To, "得")
			}
		})
	},
}

// clause returns text up to its first mark.
func clause(text string) string {
	if i := strings.IndexAny(text, "，。；：！？、”）》 \n"); i >= 0 {
		return text[:i]
	}
	return text
}

func report(p *Pass, seg *Segment, from, to int, right string) {
	p.Report(seg, from, to, Problem{Suggest: []string{right}, Args: []string{"phrase", tail(seg.Text[:from], 4) + seg.Text[from:to] + head(seg.Text[to:], 4)}})
}
