package links

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"proofcheck/source"
)

// Sign is something that a page hides from its readers, or shows that a stranger has put in.
type Sign struct {
	Problem
	Target string // of the link or frame; "" without one
	At     source.Position
	Span   source.Span // of the file: a tag, or what a script says
}

// Watch looks through the tags of one page for what strangers put into pages: frames nobody sees,
// links and scripts behind the end of the page, scripts that write what nobody can read in them. The
// zero value is ready; it is not safe for concurrent use.
type Watch struct {
	open  int  // <html> without their ends: pages that are put together of parts have several
	ended bool // the last </html> has been read
	after bool // something behind it has been reported
}

// Watched are the names of the tags that a Watch wants to see.
var Watched = []string{"#script", "html", "a", "script", "iframe", "frame"}

// Tag returns the signs of a segment of kind Element; they are few.
func (w *Watch) Tag(seg *source.Segment) []Sign {
	t := seg.Tag
	if t.Name == "#script" {
		return scriptSigns(seg)
	}
	if t.Name == "html" {
		if t.End {
			w.open--
			w.ended = w.open <= 0
		} else {
			w.open = max(w.open, 0) + 1
		}
		return nil
	}
	frame := t.Name == "iframe" || t.Name == "frame"
	behind := w.ended && !w.after && (t.Name == "a" || t.Name == "script" || t.Name == "iframe")
	if t.End || !frame && !behind || len(seg.Links) == 0 && t.Name != "a" {
		return nil
	}
	src, _ := t.Get("src")
	if src == "" {
		src, _ = t.Get("href")
	}
	host, ok := foreign(src)
	if !ok {
		return nil
	}
	var out []Sign
	sign := func(id, value string) {
		start := seg.Base().Offset
		out = append(out, Sign{problem(id, "sign", value), src, seg.Base(), source.Span{Start: start, End: start + int64(len(seg.Raw()))}})
	}
	if behind {
		w.after = true
		sign("dark-after", "")
	}
	if !frame {
		return out
	}
	width, _ := t.Get("width")
	height, _ := t.Get("height")
	if tiny(width) && tiny(height) || seg.Hidden {
		sign("dark-frame", host)
	}
	return out
}

func tiny(size string) bool {
	size = strings.TrimSuffix(strings.TrimSpace(size), "px")
	return size == "0" || size == "1"
}

// encodedScript tells scripts that write what nobody can read in them, from one of scriptStarts on.
var encodedScript = pattern(`(?i)^(?:document\s*\.\s*write(?:ln)?\s*\(\s*(?:window\s*\.\s*)?(unescape|String\s*\.\s*fromCharCode|decodeURIComponent|atob|eval)\s*\(|eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k\s*,\s*e|document\s*\.\s*write(?:ln)?\s*\(\s*["'](?:\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}|\\[0-7]{2,3}){8})`)

// maxEncoded is how much of an encoded text is decoded to see whom it loads, in bytes.
const maxEncoded = 2000

// scriptSigns finds places in the content of a script element that write encoded content. Those of
// well-known counters, which have been copied into pages in this form for years, are none.
func scriptSigns(seg *source.Segment) []Sign {
	text := seg.Raw()
	var out []Sign
	starts := scriptStarts{text: text}
	found := 0
	for at := starts.next(0); at >= 0 && found < maxScriptSigns; {
		m := encodedScript().FindIndex(text[at:])
		if m == nil {
			at = starts.next(at + 1)
			continue
		}
		found++
		from, to := at, at+m[1]
		at = starts.next(to)
		written := strings.ToLower(unescape(string(text[from:min(len(text), to+maxEncoded)])))
		if slices.ContainsFunc(trackers(), func(host string) bool { return strings.Contains(written, host) }) {
			continue
		}
		start, end := seg.RawPosition(from), seg.RawPosition(to)
		out = append(out, Sign{Problem: problem("dark-script", "sign", shorten(string(text[from:to]), 60)), At: start, Span: source.Span{Start: start.Offset, End: end.Offset}})
	}
	return out
}

// maxScriptSigns is how many places of one script are looked at closely.
const maxScriptSigns = 20

// scriptStarts finds the places where encodedScript may match: at eval, and at document when write is called on it.
// Scripts have many a document, and the expression would read all of them.
type scriptStarts struct {
	text           []byte
	eval, document int // the next of each, if not behind
}

// next returns the first place from at on, -1 for none. Places are asked for in ascending order.
func (s *scriptStarts) next(at int) int {
	for {
		s.eval, s.document = s.find("eval", s.eval, at), s.find("document", s.document, at)
		if s.eval <= s.document {
			if s.eval == len(s.text) {
				return -1
			}
			return s.eval
		}
		rest := bytes.TrimLeft(s.text[s.document+len("document"):], scriptSpace)
		if dot, ok := bytes.CutPrefix(rest, []byte(".")); ok && bytes.HasPrefix(bytes.TrimLeft(dot, scriptSpace), []byte("write")) {
			return s.document
		}
		at = s.document + len("document")
	}
}

// find returns the first place of a word from at on, the length of the text for none; last is what it said before.
func (s *scriptStarts) find(word string, last, at int) int {
	if last > at || last == at && at > 0 {
		return last
	}
	if i := bytes.Index(s.text[min(at, len(s.text)):], []byte(word)); i >= 0 {
		return at + i
	}
	return len(s.text)
}

const scriptSpace = " \t\n\r\f"

// trackers are the hosts of statistics and the like.
var trackers = sync.OnceValue(func() []string {
	var out []string
	for host := range hostTable()["tracker"] {
		out = append(out, host)
	}
	return out
})

// Vocabulary returns the strong words of gambling, pornography and fraud that hijacked pages have, in
// lower case. The caller must not change it.
var Vocabulary = sync.OnceValue(func() []string {
	var out []string
	for _, row := range readTable("vocabulary", 3) {
		if row[1] != "parked" && row[2] >= "3" {
			out = append(out, row[0])
		}
	}
	return out
})

var reproof = sync.OnceValue(func() []string {
	var out []string
	for _, row := range readTable("reproof", 1) {
		out = append(out, row[0])
	}
	return out
})

// DarkWords judges a text in which words of the Vocabulary stand, which readers do not see or in
// which authors say what a page is about: its title, keywords or description. One word is no sign, nor
// are many where the text speaks against them, as news and laws do.
func DarkWords(text string, words []string) (Problem, bool) {
	words = slices.Compact(slices.Sorted(slices.Values(words)))
	if len(words) < 2 || speaksAgainst(text) {
		return Problem{}, false
	}
	return problem("dark-words", "words", strings.Join(words, "、")), true
}

func speaksAgainst(text string) bool {
	return slices.ContainsFunc(reproof(), func(word string) bool { return strings.Contains(text, word) })
}
