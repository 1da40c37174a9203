package links

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/source"
)

// signing looks through a page while it is read for what it hides from its readers.
type signing struct {
	page      *Page
	watch     Watch
	graver    bool     // words stand where authors put what the page is about, or where nobody sees them
	offscreen []string // hosts of hidden links
	at        source.Position
	target    string // of the first of them
}

// maxSigns is how many signs of a page are enough.
const maxSigns = 100

func (s *signing) segment(seg *source.Segment) {
	if seg.Tag != nil {
		if signs := s.watch.Tag(seg); len(s.page.Signs) < maxSigns {
			s.page.Signs = append(s.page.Signs, signs...)
		}
		return
	}
	if seg.Hidden {
		s.hidden(seg)
	}
	if s.graver || weightOf(seg) == 1 {
		return
	}
	text := lower(seg.Text)
	words := strongWords(text)
	if p, ok := DarkWords(text, words); ok {
		s.graver = true
		at := strings.Index(text, words[0])
		start, _ := seg.Locate(at, at+len(words[0]))
		s.page.Signs = append(s.page.Signs, Sign{Problem: p, At: start, Span: seg.Span(at, at+len(words[0]))})
	}
}

// weightOf returns how much words weigh in a text: more where authors put what a page is about, and
// where readers do not see them.
func weightOf(seg *source.Segment) int {
	switch {
	case seg.Kind == source.Title, seg.Kind == source.Metadata && (seg.Name == "keywords" || seg.Name == "description"):
		return 3
	case seg.Hidden && seg.Kind != source.Directive:
		return 2
	}
	return 1
}

// byFirst are the words of the Vocabulary by their first character.
var byFirst = sync.OnceValue(func() map[rune][]string {
	out := map[rune][]string{}
	for _, word := range Vocabulary() {
		r, _ := utf8.DecodeRuneInString(word)
		out[r] = append(out[r], word)
	}
	return out
})

// strongWords returns the words of the Vocabulary that a text has, in its order.
func strongWords(text string) []string {
	var out []string
	for i, r := range text {
		for _, word := range byFirst()[r] {
			if strings.HasPrefix(text[i:], word) {
				out = append(out, word)
			}
		}
	}
	return out
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
func (s *signing) hidden(seg *source.Segment) {
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

func (s *signing) sign(id, sign, target string, at source.Position) {
	s.page.Signs = append(s.page.Signs, Sign{Problem: problem(id, "sign", sign), Target: target, At: at})
}

// manyHidden is how many foreign hosts hidden links of an honest page lead to at most.
const manyHidden = 4

func (s *signing) finish() {
	if len(s.offscreen) > manyHidden {
		s.sign("dark-hidden", strings.Join(s.offscreen[:manyHidden], ", "), s.target, s.at)
	}
}
