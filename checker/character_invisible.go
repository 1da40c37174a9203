package checker

import (
	"fmt"
	"unicode/utf8"

	"proofcheck/source"
)

// invisibleCharacters reports characters without a glyph that came along with a copy: zero-width
// spaces, directional marks, byte order marks, soft hyphens, control characters. They break
// search and screen readers. Joiners and variation selectors of emoji and of scripts that need
// them are left alone.
var invisibleCharacters = &Rule{
	ID:    "character/invisible",
	On:    Words,
	Needs: Gapped,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i := 0; i < len(seg.Omitted); i++ {
				o := seg.Omitted[i]
				r, _ := utf8.DecodeRuneInString(o.Text)
				if !source.Invisible(r) || o.At < seg.Lead || needed(seg, i, r) {
					continue
				}
				// A row of them is one finding.
				for i+1 < len(seg.Omitted) && seg.Omitted[i+1].Span.Start == o.Span.End {
					next, _ := utf8.DecodeRuneInString(seg.Omitted[i+1].Text)
					if !source.Invisible(next) {
						break
					}
					i++
					o.Span.End = seg.Omitted[i].Span.End
				}
				invisible(p, seg, o, r)
			}
		})
	},
}

// needed reports whether an invisible character does its work where it stands.
func needed(seg *Segment, i int, r rune) bool {
	at := seg.Omitted[i].At
	prev, next := before(seg.Text, at), after(seg.Text, at)
	switch {
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r >= 0xE0020 && r <= 0xE007F:
		return prev != 0 // chooses a form of the character before it
	case r == 0x200D, r == 0x200C:
		return prev > 0x2000 && !isHan(prev) || prev >= 0x600 && prev < 0x1100 || next >= 0x1F000
	case r == 0xAD, r == 0x2060:
		return prev < 0x2000 && prev > ' ' && next < 0x2000 && next > ' ' // inside a long word or a URL
	case r == 0x200E, r == 0x200F, r == 0x061C:
		return prev >= 0x590 && prev < 0x900 || next >= 0x590 && next < 0x900
	}
	return false
}

func invisible(p *Pass, seg *Segment, o source.Omission, r rune) {
	// The finding stands on the character beside it, since it has no place of its own in Text.
	from, to := o.At, o.At
	if _, n := utf8.DecodeRuneInString(seg.Text[o.At:]); n > 0 {
		to += n
	} else if _, n := utf8.DecodeLastRuneInString(seg.Text); n > 0 {
		from -= n
	}
	code := fmt.Sprintf("U+%04X", r)
	p.Report(seg, from, to, Problem{Text: code, Args: []string{"code", code}, Span: &o.Span, Suggest: []string{""}, Safe: true})
}
