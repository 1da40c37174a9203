package formats_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"proofcheck/formats"
)

// hostilePieces begin and never end, nest, or make parsers look far ahead when they are repeated.
var hostilePieces = []struct {
	format *formats.Format
	pieces []string
}{
	{formats.Markdown, []string{
		"[", "![", "*a **b ", "`a``b", "[a](b", "[a](<b", "[a](b \"", "> ", "- ", "1. ", "<a ", "<!-- ", "{{ ", "$a ", "[a]: b\n", "[^a]: ",
		"|a", "_a__", "http://", "a@b", "www.a", "\\(", "a ` b\n\n", "```\n\n", "&amp", "# ` \n", "a**b*", "~~a~", ": a\n", "<div>\n\n", "[a][b]\n\n",
	}},
	{formats.HTML, []string{
		"<a href=x>", "<b>", "<p>", "<table>", "<li>", "</p>", "<div hidden>", "<", "&", "&#", "<!--", "a=\"", "<a b='", "<i style='x:y;'>",
		"<select><option>", "\u200b<b>", "<title>", "<noscript>", "<svg>", "<code>", "<i hidden>字", "</b>",
	}},
	{formats.Text, []string{"字", " ", "\r", "\n", "字，\n", "\u200b", "，\n\n", "１．"}},
}

func TestHostileMarkupIsRead(t *testing.T) {
	for _, c := range hostilePieces {
		for _, piece := range c.pieces {
			draft := []byte(strings.Repeat(piece, 16<<10/len(piece)))
			for _, err := range c.format.Split("draft", bytes.NewReader(draft), formats.Options{Charset: "utf-8"}).Segments {
				if err != nil {
					t.Errorf("%s: %q: %v", c.format.Name, piece, err)
				}
			}
		}
	}
}

// BenchmarkHostileMarkup reads a piece many times over, and four times as many: where the rate falls to a
// quarter, the time grows with the square of the length.
func BenchmarkHostileMarkup(b *testing.B) {
	for _, c := range hostilePieces {
		for i, piece := range c.pieces {
			for _, size := range []int{64 << 10, 256 << 10} {
				b.Run(fmt.Sprintf("%s/%d/%dKiB", c.format.Name, i, size>>10), func(b *testing.B) {
					draft := []byte(strings.Repeat(piece, size/len(piece)))
					b.SetBytes(int64(len(draft)))
					for b.Loop() {
						for _, err := range c.format.Split("draft", bytes.NewReader(draft), formats.Options{Charset: "utf-8"}).Segments {
							if err != nil {
								b.Fatal(err)
							}
						}
					}
				})
			}
		}
	}
}
