package links

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cloudflare/ahocorasick"

	"proofcheck/source"
)

// vocabulary is data/vocabulary.tsv, compiled.
type vocabulary struct {
	matcher *ahocorasick.Matcher
	words   []string
	kinds   []string
	weights []int
}

// pairs is a set of pairs of characters, which may hold some that were never put in.
type pairs [1 << 10]uint64

func (p *pairs) bit(a, b rune) (word int, mask uint64) {
	h := (uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA77) >> 16
	return int(h >> 6), 1 << (h & 63)
}

// beginnings are the words of a table by the two characters that they begin with. Most pages have none of
// the vocabulary's, and so most runs do without the matcher, whose memory is large.
type beginnings struct {
	likely pairs
	words  map[[2]rune][]string
}

var (
	theBeginnings      = sync.OnceValue(func() *beginnings { return beginningsOf("vocabulary", 3) })
	notFoundBeginnings = sync.OnceValue(func() *beginnings { return beginningsOf("notfound", 1) })
)

func beginningsOf(table string, columns int) *beginnings {
	b := &beginnings{words: map[[2]rune][]string{}}
	for _, row := range readTable(table, columns) {
		runes := []rune(row[0])
		word, mask := b.likely.bit(runes[0], runes[1])
		b.likely[word] |= mask
		first := [2]rune{runes[0], runes[1]}
		b.words[first] = append(b.words[first], row[0])
	}
	return b
}

// in reports whether a text has one of the words.
func (b *beginnings) in(text string) bool {
	last, at := rune(0), 0 // the character before, and where it stands
	for i, r := range text {
		if word, mask := b.likely.bit(last, r); b.likely[word]&mask != 0 {
			for _, w := range b.words[[2]rune{last, r}] {
				if strings.HasPrefix(text[at:], w) {
					return true
				}
			}
		}
		last, at = r, i
	}
	return false
}

var theVocabulary = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{}
	for _, row := range readTable("vocabulary", 3) {
		weight, err := strconv.Atoi(row[2])
		if err != nil {
			panic("links: data/vocabulary.tsv: weight of " + row[0])
		}
		v.words = append(v.words, row[0])
		v.kinds = append(v.kinds, row[1])
		v.weights = append(v.weights, weight)
	}
	v.matcher = ahocorasick.NewStringMatcher(v.words)
	return v
})

// screening looks through a page while it is read for the vocabulary of hijacked pages.
type screening struct {
	*signing
	v     *vocabulary // nil until a text may have one of its words
	found map[int]int // index of a word → the best weight it was found with
	lead  *bytes.Buffer
}

func newScreening(s *signing) *screening {
	return &screening{signing: s, lead: leads.Get().(*bytes.Buffer)}
}

var leads = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (s *screening) segment(seg *source.Segment) {
	if seg.Tag != nil {
		return
	}
	s.words(seg)
	if seg.Kind.Prose() && !seg.Hidden {
		s.page.Length += len(seg.Text)
		if s.lead.Len() < maxLead {
			s.lead.WriteString(shorten(seg.Text, maxLead-s.lead.Len()))
			s.lead.WriteByte('\n')
		}
	}
}

// words screens a text. Words that the text speaks against do not count.
func (s *screening) words(seg *source.Segment) {
	if seg.Kind == source.Directive || len(seg.Text) < 4 {
		return
	}
	text := lower(seg.Text)
	if !theBeginnings().in(text) {
		return
	}
	if s.v == nil {
		s.v = theVocabulary()
	}
	hits := s.v.matcher.MatchThreadSafe([]byte(text))
	if len(hits) == 0 || speaksAgainst(text) {
		return
	}
	if s.found == nil {
		s.found = map[int]int{}
	}
	factor := weightOf(seg)
	for _, i := range hits {
		s.found[i] = max(s.found[i], factor*s.v.weights[i])
	}
}

func (s *screening) finish() {
	var hits []int
	for i, w := range s.found {
		hits = append(hits, i)
		s.page.Score += w
	}
	slices.SortFunc(hits, func(a, b int) int {
		if d := s.found[b] - s.found[a]; d != 0 {
			return d
		}
		return a - b
	})
	for _, i := range hits[:min(len(hits), 12)] {
		s.page.Words = append(s.page.Words, s.v.words[i])
	}
	s.page.Lead = s.lead.String()
	s.lead.Reset()
	leads.Put(s.lead)
	s.lead = nil
	s.page.Parked = s.parked(hits)
	if s.page.Parked != nil {
		return
	}
	// Three strong words in plain text, or two where the page says what it is about.
	strong := 0
	for _, i := range hits {
		if s.v.weights[i] >= 5 && s.v.kinds[i] != "parked" {
			strong++
		}
	}
	s.page.Hijacked = s.page.Score >= 15 && strong >= 3 || s.graver && strong >= 2
}

// parked returns the words of a page that says its domain is for sale. Such pages are short.
func (s *screening) parked(hits []int) []string {
	if s.page.Length > 6<<10 {
		return nil
	}
	var words []string
	for _, i := range hits {
		if s.v.kinds[i] == "parked" {
			words = append(words, s.v.words[i])
		}
	}
	return words
}
