package formats_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"proofcheck/formats"
)

// TestHostileMarkupTakesNoQuadraticTime repeats markup that begins and never ends, nests, or makes
// parsers look far ahead. A quarter of a megabyte takes well below a second; where the time grows
// with the square of the length, it takes far more than the limit.
func TestHostileMarkupTakesNoQuadraticTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	const size, limit = 256 << 10, 5 * time.Second
	for _, c := range []struct {
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
	} {
		for _, piece := range c.pieces {
			draft := []byte(strings.Repeat(piece, size/len(piece)))
			begin := time.Now()
			for _, err := range c.format.Split("draft", bytes.NewReader(draft), formats.Options{Charset: "utf-8"}).Segments {
				if err != nil {
					t.Errorf("%s: %q: %v", c.format.Name, piece, err)
				}
			}
			if d := time.Since(begin); d > limit {
				t.Errorf("%s: %d bytes of %q take %v", c.format.Name, size, piece, d)
			}
		}
	}
}
