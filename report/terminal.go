package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// terminal knows how wide text is on a terminal, and how to colour it.
type terminal struct {
	cells runewidth.Condition
	color bool
}

func newTerminal(opt Options) *terminal {
	return &terminal{runewidth.Condition{EastAsianWidth: opt.AmbiguousWide, StrictEmojiNeutral: true}, opt.Color}
}

// Attributes of ECMA-48 SGR.
const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
	green  = "32"
)

func (t *terminal) paint(style, s string) string {
	if !t.color || style == "" || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func (t *terminal) width(s string) int { return t.cells.StringWidth(s) }

// pad fills s with spaces up to a width; to the left of s when width is negative.
func (t *terminal) pad(s string, width int) string {
	fill := strings.Repeat(" ", max(0, max(width, -width)-t.width(s)))
	if width < 0 {
		return fill + s
	}
	return s + fill
}

// clip shortens s to a width, leaving out its end.
func (t *terminal) clip(s string, width int) string { return t.cells.Truncate(s, width, "…") }

// clipLeft shortens s to a width, leaving out its beginning.
func (t *terminal) clipLeft(s string, width int) string {
	if w := t.width(s); w > width {
		return t.cells.TruncateLeft(s, w-width+t.width("…"), "…")
	}
	return s
}

// printable makes text from a draft harmless: what could move the cursor, change colours,
// reorder the line or stay unseen is written as <U+202E>; line feeds and tabs become spaces.
func printable(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case unprintable(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsGraphic(r) }
