package formats

import (
	"strings"
	"sync"

	"proofcheck/source"
)

// A tagInfo is what is known of an element by its name.
type tagInfo struct {
	name      string
	class     tagClass
	kind      source.Kind // of the text in it; Paragraph says nothing
	list      bool        // has items
	undivided bool        // its text has no tags
	breaks    bool        // begins and ends a segment
	closes    string      // open elements that its start tag closes, in front and behind with a space
	within    string      // and those at which to stop looking for them
}

// tagClass says what an element does to the text in it.
type tagClass uint8

const (
	inline  tagClass = iota // it goes on through it
	void                    // there is none, and no end tag
	skipped                 // it is not for readers
	coded                   // the same inside of a line: it leaves a gap
)

// tagInfos are the elements of HTML that are more than inline.
var tagInfos = sync.OnceValue(func() map[string]*tagInfo {
	infos := map[string]*tagInfo{}
	each := func(names string, set func(*tagInfo)) {
		for _, name := range strings.Fields(names) {
			if infos[name] == nil {
				infos[name] = &tagInfo{name: name}
			}
			set(infos[name])
		}
	}
	each(`address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
		figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup html legend li main marquee
		menu nav noscript ol optgroup option p search section select summary table tbody td tfoot th thead title
		tr ul br hr pre listing plaintext xmp`, func(t *tagInfo) { t.breaks = true })
	each(`area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr`,
		func(t *tagInfo) { t.class = void })
	each(`applet audio canvas iframe listing math noembed noframes object plaintext pre script style svg template
		textarea video xmp rp rt`, func(t *tagInfo) { t.class = skipped })
	each(`code kbd samp tt var`, func(t *tagInfo) { t.class = coded })
	each(`iframe noembed noframes plaintext script style textarea title xmp`, func(t *tagInfo) { t.undivided = true })
	each(`ul ol menu dir dl`, func(t *tagInfo) { t.list = true })
	each(`a abbr b bdi bdo big cite del dfn em font i ins label mark nobr q ruby s small span strike strong sub sup time u`,
		func(*tagInfo) {}) // nothing more, but they are so many that none should be made anew
	each(`h1 h2 h3 h4 h5 h6`, func(t *tagInfo) { t.kind = source.Heading })
	each(`li dd dt`, func(t *tagInfo) { t.kind = source.ListItem })
	each(`td th`, func(t *tagInfo) { t.kind = source.Cell })
	each(`caption figcaption legend`, func(t *tagInfo) { t.kind = source.Caption })
	each(`blockquote`, func(t *tagInfo) { t.kind = source.Quote })
	each(`title`, func(t *tagInfo) { t.kind = source.Title })
	// Start tags that close elements without an end tag: HTML Living Standard 13.1.2.4.
	implied := func(names, closes, within string) {
		each(names, func(t *tagInfo) { t.closes, t.within = " "+closes+" ", " "+within+" " })
	}
	implied("li", "li", "ul ol menu dir")
	implied("dt dd", "dt dd", "dl")
	implied("td th", "td th", "tr table")
	implied("tr", "tr", "table")
	implied("tbody thead tfoot", "tbody thead tfoot", "table")
	implied("option", "option", "select")
	implied("optgroup", "optgroup option", "select")
	implied(`address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form
		h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul`, "p", "body div td th li button table section article")
	return infos
})

// infoOf returns what is known of the element of this name, in lower case.
func infoOf(name []byte) *tagInfo {
	if t, ok := tagInfos()[string(name)]; ok {
		return t
	}
	return &tagInfo{name: string(name)}
}

// linkAttributes are the attributes that hold a reference, with the elements they do so on; those of
// "*" do on any.
var linkAttributes = map[string]string{
	"href": " a area link base ", "src": " img script iframe frame embed audio video source track input bgsound ",
	"srcset": " img source ", "imagesrcset": " link ", "action": " form ", "formaction": " button input ", "poster": " video ",
	"data": " object ", "cite": " blockquote q ins del ", "background": "*", "longdesc": " img iframe frame ",
	"style": "*", "ping": " a area ", "usemap": " img input object ", "manifest": " html ",
}

// spoken reports whether readers see or hear the value of an attribute.
func spoken(name string) bool {
	switch name {
	case "alt", "title", "placeholder", "aria-label", "aria-description", "summary", "label":
		return true
	}
	return false
}
