package links

import (
	"net/url"
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

// screening looks through a page while it is read.
type screening struct {
	page      *Page
	v         *vocabulary
	found     map[int]int // index of a word → the best weight it was found with
	graver    bool        // words stand where authors put what the page is about
	lead      strings.Builder
	watch     Watch
	offscreen []string // domains of hidden links
	at        source.Position
	target    string
}

// maxSigns is how many signs of a page are enough.
const maxSigns = 100

func newScreening(p *Page) *screening {
	return &screening{page: p, v: theVocabulary(), found: map[int]int{}}
}

func (s *screening) segment(seg *source.Segment) {
	if seg.Tag != nil {
		if signs := s.watch.Tag(seg); len(s.page.Signs) < maxSigns {
			s.page.Signs = append(s.page.Signs, signs...)
		}
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
	if seg.Hidden {
		s.hidden(seg)
	}
}

// words screens a text. Words that the text speaks against do not count.
func (s *screening) words(seg *source.Segment) {
	if seg.Kind == source.Directive || len(seg.Text) < 4 {
		return
	}
	text := lower(seg.Text)
	hits := s.v.matcher.MatchThreadSafe([]byte(text))
	if len(hits) == 0 || speaksAgainst(text) {
		return
	}
	factor := 1
	switch {
	case seg.Kind == source.Title, seg.Kind == source.Metadata && (seg.Name == "keywords" || seg.Name == "description"):
		factor = 3
	case seg.Hidden:
		factor = 2
	}
	var words []string
	for _, i := range hits {
		if s.v.weights[i] >= 3 && s.v.kinds[i] != "parked" {
			words = append(words, s.v.words[i])
		}
		s.found[i] = max(s.found[i], factor*s.v.weights[i])
	}
	if factor == 1 || s.graver {
		return
	}
	if p, ok := DarkWords(text, words); ok {
		s.graver = true
		at := strings.Index(text, words[0])
		start, _ := seg.Locate(at, at+len(words[0]))
		s.page.Signs = append(s.page.Signs, Sign{Problem: p, At: start, Span: seg.Span(at, at+len(words[0]))})
	}
}

// foreign returns the host of an absolute target unless it serves statistics and the like.
func foreign(target string) (string, bool) {
	if target == "" || schemeOf(target) == "" && !strings.HasPrefix(target, "//") {
		return "", false
	}
	u, err := Resolve(&url.URL{Scheme: "https"}, target)
	if err != nil || u.Host == "" {
		return "", false
	}
	host := ASCIIHost(u.Hostname())
	return host, !below(hostTable()["tracker"], host)
}

// hidden collects the foreign links of a hidden text. One alone is usual in menus; a page that hides
// links to many sites sells them.
func (s *screening) hidden(seg *source.Segment) {
	for i := range seg.Links {
		l := &seg.Links[i]
		if l.Element != "a" {
			continue
		}
		host, ok := foreign(l.Target)
		if !ok || slices.Contains(s.offscreen, host) || len(s.offscreen) > 64 {
			continue
		}
		if len(s.offscreen) == 0 {
			s.at, s.target = seg.Position(l.Span.Start), l.Target
		}
		s.offscreen = append(s.offscreen, host)
	}
}

func (s *screening) sign(id, sign, target string, at source.Position) {
	s.page.Signs = append(s.page.Signs, Sign{Problem: problem(id, "sign", sign), Target: target, At: at})
}

// manyHidden is how many foreign hosts hidden links of an honest page lead to at most.
const manyHidden = 4

func (s *screening) finish() {
	if len(s.offscreen) > manyHidden {
		s.sign("dark-hidden", strings.Join(s.offscreen[:manyHidden], ", "), s.target, s.at)
	}
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
