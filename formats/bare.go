package formats

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// bareLinks adds the addresses of the web to a segment that stand in its text without being links, as readers
// copy them from there. Markdown has links of its own for them.
func bareLinks(s *source.Segment) {
	if s.Hidden || !s.Kind.Prose() {
		return
	}
	starts := addressStarts{text: s.Text}
	if !starts.any() {
		return
	}
	text := []byte(s.Text)
	last := 0 // where the address before ends
	for i := starts.next(0); i >= 0; i = starts.next(i) {
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

// addressStarts finds the places of a text at which an address may be recognised: see bareAddress.
type addressStarts struct {
	text string
	at   [len(addressSigns)]int // where each sign is next; -1 for nowhere
}

// addressSigns are what every address has.
var addressSigns = [...]string{"//", "／／", "www"}

// any reports whether there may be an address; next can be asked then.
func (a *addressStarts) any() bool {
	some := false
	for k, sign := range addressSigns {
		a.at[k] = strings.Index(a.text, sign)
		some = some || a.at[k] >= 0
	}
	return some
}

// next returns the first place at or behind offset i, -1 when there is none. i must not go back.
func (a *addressStarts) next(i int) int {
	best := -1
	for k, sign := range addressSigns {
		for a.at[k] >= 0 {
			if at := a.start(k); at >= i {
				if best < 0 || at < best {
					best = at
				}
				break
			}
			behind := a.at[k] + len(sign)
			n := strings.Index(a.text[behind:], sign)
			if n >= 0 {
				n += behind
			}
			a.at[k] = n
		}
	}
	return best
}

// start returns where the colon before slashes is, or the sign itself; -1 where there is no colon.
func (a *addressStarts) start(k int) int {
	at := a.at[k]
	switch before := a.text[:at]; {
	case addressSigns[k] == "www":
		return at
	case strings.HasSuffix(before, ":"):
		return at - len(":")
	case strings.HasSuffix(before, "："):
		return at - len("：")
	}
	return -1
}

// cutShort reports whether an address before this rest of a text may go on behind it.
func cutShort(rest string) bool {
	return strings.IndexFunc(rest, func(r rune) bool { return !inAddress(r) }) < 0
}

// inAddress reports whether a character may belong to an address or to what decides where one ends.
func inAddress(r rune) bool { return r > ' ' && r <= '~' || strings.ContainsRune(wideMarks, r) }

// wordStart returns where what offset from lies in begins: letters, digits and marks that may be an address. It
// is from when that would be more than most bytes before.
func wordStart(text string, from, most int) int {
	least := max(0, from-most)
	at := from
	for at > least {
		r, n := utf8.DecodeLastRuneInString(text[:at])
		if !inAddress(r) {
			break
		}
		at -= n
	}
	// What is behind it is a target, see targeted.
	if before := strings.TrimRight(text[:at], " \t\r\n"); strings.HasSuffix(before, "](") || strings.HasSuffix(before, "]:") {
		at = len(before) - len("](")
	}
	if at <= least && least > 0 {
		return from
	}
	return at
}

// within reports whether a range of text belongs to the words of a link.
func within(list []source.Link, from, to int) bool {
	for i := range list {
		if list[i].From < to && from < list[i].To {
			return true
		}
	}
	return false
}
