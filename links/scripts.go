package links

import (
	"bytes"
	"regexp"
	"strings"

	"proofcheck/source"
)

// encodedScript finds scripts that write what nobody can read in them.
var encodedScript = regexp.MustCompile(`(?i)document\s*\.\s*write(?:ln)?\s*\(\s*(?:window\s*\.\s*)?(unescape|String\s*\.\s*fromCharCode|decodeURIComponent|atob|eval)\s*\(|eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k\s*,\s*e`)

// maxEncoded is how much of an encoded text is decoded to see whom it loads, in bytes.
const maxEncoded = 2000

// scriptSigns finds scripts in a page's bytes that write encoded content. Those of well-known
// counters, which have been copied into pages in this form for years, are none.
func scriptSigns(page []byte) []Sign {
	var out []Sign
	if !bytes.Contains(page, []byte("document")) && !bytes.Contains(page, []byte("eval")) {
		return nil
	}
	var count source.Counter
	at := 0
	for _, m := range encodedScript.FindAllIndex(page, 20) {
		text := strings.ToLower(unescape(string(page[m[0]:min(len(page), m[1]+maxEncoded)])))
		if end := strings.Index(text, "</script>"); end >= 0 && !strings.Contains(text[:end], "<script") {
			text = text[:end]
		}
		known := false
		for host := range hostTable()["tracker"] {
			known = known || strings.Contains(text, host)
		}
		if known {
			continue
		}
		count.Advance(page[at:m[0]])
		at = m[0]
		out = append(out, Sign{Problem: problem("dark-script", "sign", shorten(string(page[m[0]:m[1]]), 60)), At: count.Position()})
	}
	return out
}
