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

// Sign is something that a page hides from its readers, or shows that a stranger has put in.
type Sign struct {
	Problem
	Target string // of the link or frame; "" without one
	At     source.Position
}

// vocabulary is data/vocabulary.tsv, compiled.
type vocabulary struct {
	matcher *ahocorasick.Matcher
	words   []string
	kinds   []string
	weights []int
	reproof *ahocorasick.Matcher
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
	var reproof []string
	for _, row := range readTable("reproof", 1) {
		reproof = append(reproof, row[0])
	}
	v.reproof = ahocorasick.NewStringMatcher(reproof)
	return v
})

// screening looks through a page while it is read.
type screening struct {
	page      *Page
	v         *vocabulary
	found     map[int]int // index of a word → the best weight it was found with
	graver    bool        // words stand where authors put what the page is about
	lead      strings.Builder
	ended     bool // </html> has been read
	after     bool
	offscreen []string // domains of hidden links
	at        source.Position
	target    string
}

func newScreening(p *Page) *screening {
	return &screening{page: p, v: theVocabulary(), found: map[int]int{}}
}

func (s *screening) segment(seg *source.Segment) {
	if seg.Tag != nil {
		s.tag(seg)
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
	text := []byte(lower(seg.Text))
	hits := s.v.matcher.MatchThreadSafe(text)
	if len(hits) == 0 || s.v.reproof.Contains(text) {
		return
	}
	factor := 1
	switch {
	case seg.Kind == source.Title, seg.Kind == source.Metadata && (seg.Name == "keywords" || seg.Name == "description"):
		factor = 3
	case seg.Hidden:
		factor = 2
	}
	distinct := 0
	for _, i := range hits {
		if s.v.weights[i] >= 3 && s.v.kinds[i] != "parked" {
			distinct++
		}
		s.found[i] = max(s.found[i], factor*s.v.weights[i])
	}
	if factor > 1 && distinct >= 2 && !s.graver {
		s.graver = true
		var words []string
		for _, i := range hits {
			words = append(words, s.v.words[i])
		}
		s.page.Signs = append(s.page.Signs, Sign{Problem: problem("dark-words", "words", strings.Join(words, "、")), At: seg.Base()})
	}
}

// tag looks at frames nobody sees and at what follows the end of the page.
func (s *screening) tag(seg *source.Segment) {
	t := seg.Tag
	if t.Name == "html" && t.End {
		s.ended = true
		return
	}
	if t.End || len(seg.Links) == 0 && t.Name != "a" {
		return
	}
	src, _ := t.Get("src")
	if src == "" {
		src, _ = t.Get("href")
	}
	host, ok := foreign(src)
	if !ok {
		return
	}
	if s.ended && !s.after && (t.Name == "a" || t.Name == "script" || t.Name == "iframe") {
		s.after = true
		s.sign("dark-after", "", src, seg.Base())
	}
	if t.Name != "iframe" && t.Name != "frame" {
		return
	}
	width, _ := t.Get("width")
	height, _ := t.Get("height")
	if tiny(width) && tiny(height) || seg.Hidden {
		s.sign("dark-frame", host, src, seg.Base())
	}
}

func tiny(size string) bool {
	size = strings.TrimSuffix(strings.TrimSpace(size), "px")
	return size == "0" || size == "1"
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
	if len(s.page.Signs) < 100 {
		s.page.Signs = append(s.page.Signs, Sign{Problem: problem(id, "sign", sign), Target: target, At: at})
	}
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
