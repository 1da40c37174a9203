package formats

import (
	"strings"

	"proofcheck/source"
)

// bareLinks adds the addresses of the web to a segment that stand in its text without being links, as readers
// copy them from there. Markdown has links of its own for them.
func bareLinks(s *source.Segment) {
	if s.Hidden || !s.Kind.Prose() {
		return
	}
	var text []byte
	last := 0 // where the address before ends
	for i := nextAddress(s.Text, 0); i >= 0; i = nextAddress(s.Text, i) {
		if text == nil {
			text = []byte(s.Text)
		}
		from, to := bareAddress(text, i, last)
		if to <= from {
			i++
			continue
		}
		i, last = to, to
		// Where a text was cut, an address may go on: the next segment has the whole of it.
		had := to <= s.Lead && !cutShort(s.Text[to:s.Lead])
		if had || s.Partial && cutShort(s.Text[to:]) || within(s.Links, from, to) || len(s.Spans(from, to)) != 1 {
			continue
		}
		s.Links = append(s.Links, source.Link{Target: addressTarget(s.Text[from:to]), Span: s.Span(from, to), Element: "url", From: from, To: to})
	}
}

// nextAddress returns where from offset i on an address may be recognised, -1 when nowhere: see bareAddress.
func nextAddress(text string, i int) int {
	if i >= len(text) {
		return -1
	}
	scheme, host := strings.Index(text[i:], "://"), strings.Index(text[i:], "www.")
	switch {
	case scheme < 0 && host < 0:
		return -1
	case host < 0 || scheme >= 0 && scheme < host:
		return i + scheme
	}
	return i + host
}

// cutShort reports whether an address before this rest of a text may go on behind it.
func cutShort(rest string) bool { return strings.Trim(rest, "?!.,:;_~'") == "" }

// within reports whether a range of text belongs to the words of a link.
func within(list []source.Link, from, to int) bool {
	for i := range list {
		if list[i].From < to && from < list[i].To {
			return true
		}
	}
	return false
}
