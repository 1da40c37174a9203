package links

import (
	"io"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/formats"
	"proofcheck/source"
)

// Reference is a link as it stands in a page.
type Reference struct {
	source.Link
	Text   string          // what readers see of it, at most 200 bytes
	At     source.Position // of the target
	Hidden bool            // readers do not see it
}

// Page is what a page says of itself and what can be linked in it.
type Page struct {
	Name     string
	Title    string              // at most 300 bytes
	Encoding string              // IANA name
	Base     *url.URL            // of the base element; nil without one
	Anchors  map[string]struct{} // ids, names, and the slugs of Markdown headings
	Partial  bool                // the page is so long that anchors may be missing
	Refresh  string              // target of a meta refresh
	Signs    []Sign              // of what is hidden; nil unless asked for
	Words    []string            // of the vocabulary that the page has, by weight; nil unless asked for
	Score    int                 // of these words
	Hijacked bool                // the words are so many that a stranger has put them in
	Parked   []string            // words of a page that offers its domain for sale
	Lead     string              // the beginning of the text, at most 2 KiB; "" unless asked for
	Length   int                 // of the text in bytes; 0 unless Lead is asked for
}

// PageOptions say what of a page is wanted.
type PageOptions struct {
	Charset string // that the transport declared
	Slugs   Slugs
	Signs   bool // look for what the page hides
	Screen  bool // the same, and look for the vocabulary of hijacked pages, and keep the lead
}

const (
	maxWords  = 200   // bytes of a link's words that are kept
	maxTitle  = 300   // bytes of a page's title that are kept
	maxLead   = 2048  // bytes of a page's text that are kept
	maxAnchor = 50000 // anchors of a page that are kept
)

// ReadPage reads a page and calls each for every reference in it, in the order of the file; the
// Reference is valid during the call, its strings may be kept. A reference without a target, such as
// href="", is among them. Each may be nil.
func ReadPage(name string, r io.Reader, f *formats.Format, opt PageOptions, each func(*Reference)) (*Page, error) {
	rd := pageReader{page: &Page{Name: name, Anchors: map[string]struct{}{}}, each: each, opt: opt}
	var kept *keptReader
	if f == formats.Markdown {
		kept = &keptReader{r: r}
		r = kept
	}
	if opt.Signs || opt.Screen {
		rd.signs = &signing{page: rd.page}
	}
	if opt.Screen {
		rd.screen = newScreening(rd.signs)
	}
	doc := f.Split(name, r, formats.Options{Charset: opt.Charset, Elements: f != formats.Text, Terse: true})
	for seg, err := range doc.Segments {
		if err != nil {
			return rd.page, err
		}
		rd.segment(seg)
	}
	rd.page.Encoding = doc.Encoding
	if kept != nil {
		slugs := slugger{style: opt.Slugs}
		headings(kept.kept, func(raw, id string) {
			if id == "" {
				id = slugs.next(headingText(raw))
			}
			rd.anchor(id)
		})
		rd.page.Partial = kept.over
	}
	if rd.signs != nil {
		rd.signs.finish()
	}
	if rd.screen != nil {
		rd.screen.finish()
	}
	return rd.page, nil
}

// references holds the memory of the references of pages that have been dealt with.
var references = sync.Pool{New: func() any { return new([]Reference) }}

func putReferences(list *[]Reference) {
	if cap(*list) <= 4096 {
		clear(*list)
		*list = (*list)[:0]
		references.Put(list)
	}
}

type pageReader struct {
	page   *Page
	each   func(*Reference)
	opt    PageOptions
	ref    Reference
	signs  *signing
	screen *screening
}

func (rd *pageReader) segment(seg *source.Segment) {
	switch {
	case seg.Tag != nil:
		rd.tag(seg)
	case seg.Kind == source.Title:
		if rd.page.Title == "" {
			rd.page.Title = shorten(seg.Text, maxTitle)
		}
	}
	if rd.signs != nil {
		rd.signs.segment(seg)
	}
	if rd.screen != nil {
		rd.screen.segment(seg)
	}
	if rd.each == nil {
		return
	}
	for i := range seg.Links {
		l := &seg.Links[i]
		if l.Element == "base" {
			continue
		}
		rd.ref = Reference{Link: *l, Hidden: seg.Hidden, At: seg.Position(l.Span.Start)}
		if l.From < l.To && l.To <= len(seg.Text) {
			rd.ref.Text = shorten(seg.Text[l.From:l.To], maxWords)
		}
		rd.each(&rd.ref)
	}
}

// tag takes the anchors, the base and the empty targets of a tag.
func (rd *pageReader) tag(seg *source.Segment) {
	t := seg.Tag
	for i := range t.Attributes {
		a := &t.Attributes[i]
		switch a.Name {
		case "id":
			rd.anchor(a.Value)
		case "name":
			if t.Name == "a" || t.Name == "map" {
				rd.anchor(a.Value)
			}
		case "href", "src":
			if strings.TrimSpace(a.Value) == "" {
				rd.emptyTarget(seg, a)
			} else if t.Name == "base" && a.Name == "href" && rd.page.Base == nil {
				if u, err := Resolve(nil, a.Value); err == nil {
					rd.page.Base = u
				}
			}
		}
	}
	if t.Name == "meta" && len(seg.Links) > 0 {
		rd.page.Refresh = seg.Links[0].Target
	}
}

func (rd *pageReader) emptyTarget(seg *source.Segment, a *source.TagAttribute) {
	t := seg.Tag
	switch {
	case t.End || rd.each == nil:
		return
	case a.Name == "href" && t.Name != "a" && t.Name != "area", a.Name == "src" && t.Name != "img" && t.Name != "iframe":
		return
	}
	// A target that a script of the page puts in later is no mistake of the author.
	for i := range t.Attributes {
		if n := t.Attributes[i].Name; strings.HasPrefix(n, "on") || strings.HasPrefix(n, "data-") || strings.HasPrefix(n, ":") || strings.HasPrefix(n, "v-") {
			return
		}
	}
	rd.ref = Reference{
		Link:   source.Link{Span: a.Span, Element: t.Name, Attribute: a.Name},
		Hidden: seg.Hidden, At: seg.Position(a.Span.Start),
	}
	rd.each(&rd.ref)
}

func (rd *pageReader) anchor(id string) {
	switch {
	case id == "":
	case len(rd.page.Anchors) < maxAnchor:
		rd.page.Anchors[id] = struct{}{}
	default:
		rd.page.Partial = true
	}
}

// shorten cuts a text to at most n bytes, at a character.
func shorten(s string, n int) string {
	s = strings.TrimSpace(s)
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
