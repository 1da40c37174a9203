package formats

import (
	"bytes"
	"io"
	"strings"

	"proofcheck/source"
)

// HTML reads web pages and fragments of them.
var HTML = &Format{
	Name:       "html",
	Extensions: []string{".html", ".htm", ".shtml", ".xhtml"},
	MediaTypes: []string{"text/html", "application/xhtml+xml"},
	Split:      splitHTML,
	Escape:     escapeHTML,
}

func splitHTML(name string, r io.Reader, opt Options) *source.Document {
	doc := &source.Document{Name: name, Format: "html"}
	v, err := openView(r, opt, declaredCharset)
	if err != nil {
		doc.Segments = failed(err)
		return doc
	}
	doc.Encoding, doc.BOM = v.encoding, v.bom
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		defer v.release()
		h := newHTMLReader(opt, v.origin)
		h.yield = yield
		h.run(v)
	}
	return doc
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\u00a0", "&nbsp;")

func escapeHTML(text string) string { return htmlEscaper.Replace(text) }

// declaredCharset returns the encoding that a page declares in its first four kilobytes.
func declaredCharset(head []byte) string {
	lower := bytes.Clone(head[:min(len(head), 4096)])
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}

	for _, key := range [...]string{"charset", "encoding"} {
		for rest := lower; ; {
			i := bytes.Index(rest, []byte(key))
			if i < 0 {
				break
			}
			rest = bytes.TrimLeft(rest[i+len(key):], " \t\r\n")
			value, ok := bytes.CutPrefix(rest, []byte("="))
			if !ok {
				continue
			}
			value = bytes.TrimLeft(value, " \t\r\n\"'")
			if end := bytes.IndexAny(value, " \t\r\n\"'/>;?"); end > 0 && end < 40 {
				return string(value[:end])
			}
		}
	}
	return ""
}

// htmlReader makes segments of the tokens of a page. It also reads the HTML inside of Markdown.
type htmlReader struct {
	emitter
	elements bool // yield a segment for each tag
	terse    bool // but not for end tags and tags without attributes
	decode   decoder
	// templates says that {{…}} and {%…%} are no text: Markdown.
	templates bool
	origin    *source.Origin
	count     source.Counter // at the token that is being read

	// The open block.
	open  bool
	b     source.Builder
	flow  flow
	raw   []byte // what it is written as so far
	spare []byte // the memory of raw
	base  source.Counter
	kind  source.Kind
	level int
	gone  bool      // the whole block is hidden
	veils []veil    // ranges of raw that are hidden although the block is not
	shed  int       // bytes of the block's text that earlier segments have and this one has not
	links []openTag // whose words are being read
	found []openTag // of the tag that is being read
	dark  []openTag // links in veils

	// What is open around it.
	stack  []element
	skip   int          // elements whose text is left out
	hidden int          // elements that readers do not see
	css    styleScanner // in the style element that is open

	aside source.Builder // attributes, tags and comments
	tag   tag
	shown source.Tag // tag as rules see it
	in    io.Reader
	held  []byte // the incomplete end of a text that was cut by the limit of the tokenizer
}

// A decoder appends the text that raw[from:to] stands for.
type decoder func(f *flow, raw []byte, from, to int)

// A veil is a range of raw that readers do not see.
type veil struct {
	from, to int
	decode   decoder
}

// An element is open.
type element struct {
	*tagInfo
	hidden bool
}

// An openTag is a link whose words are being read.
type openTag struct {
	link     source.Link
	from, to int // of the target, in raw
	text     int // see mark
}

func newHTMLReader(opt Options, origin *source.Origin) *htmlReader {
	h := &htmlReader{elements: opt.Elements, terse: opt.Terse, origin: origin, decode: decode}
	h.limits = opt.Limits.withDefaults()
	h.flow.b = &h.b
	return h
}

// words appends text to the open block, or begins one.
func (h *htmlReader) words(raw []byte) { h.wordsAs(raw, h.decode) }

// wordsAs appends text whose escapes decode knows.
func (h *htmlReader) wordsAs(raw []byte, decode decoder) {
	if h.skip > 0 {
		h.keep(raw)
		if h.undivided() {
			h.embedded(h.stack[len(h.stack)-1].name, raw)
		}
		h.bound(len(h.raw))
		return
	}
	if !h.open {
		if len(bytes.TrimLeft(raw, " \t\r\n\f")) == 0 {
			return
		}
		h.begin()
	}
	from := h.keep(raw)
	if h.hidden > 0 && !h.gone {
		h.veils = append(h.veils, veil{from, len(h.raw), decode})
		h.bound(len(h.raw))
		return
	}
	for end := len(h.raw); from < end && !h.stopped; {
		n := fitMarkup(h.raw[from:end], h.room(&h.b))
		decode(&h.flow, h.raw, from, from+n)
		from += n
		if drop := h.bound(from); drop > 0 {
			from, end = from-drop, end-drop
		}
	}
}

// fitMarkup is fit for text with entities and escapes: it does not cut into one.
func fitMarkup(text []byte, room int) int {
	n := fit(text, room)
	if n == len(text) {
		return n
	}
	from := max(0, n-longestEntity)
	if i := from + bytes.LastIndexByte(text[from:n], '&'); i >= from {
		if _, size := entity(text[i:]); i+size > n {
			n = i
		}
	}
	marks := 0
	for marks < n && text[n-1-marks] == '\\' {
		marks++
	}
	n -= marks % 2
	if n > 0 {
		return n
	}
	// The text begins with something indivisible.
	n = marks % 2
	if _, size := entity(text[n:]); size > 0 {
		return n + size
	}
	return min(n+1, len(text))
}

// begin opens a block at the token that is being read.
func (h *htmlReader) begin() {
	if cap(h.raw) > cap(h.spare) && cap(h.raw) <= 1<<20 {
		h.spare = h.raw
	}
	h.raw = h.spare[:0]
	h.open = true
	h.base = h.count
	h.origin.Discard(h.count.Position().Offset)
	h.b.Begin(h.raw, h.count.Position(), h.origin)
	h.flow.reset()
	h.shed = 0
	h.kind, h.level = h.kindHere()
	h.gone = h.hidden > 0
}

// keep adds the raw bytes of a token to the open block, if there is one, and returns where they begin.
func (h *htmlReader) keep(raw []byte) int {
	if !h.open {
		return 0
	}
	from := len(h.raw)
	h.raw = append(h.raw, raw...)
	h.b.Extend(h.raw)
	return from
}

// bound cuts the block when its text or what it is written as has grown too long; raw from offset
// end on is still to be given. It returns how many raw bytes are not held any more.
func (h *htmlReader) bound(end int) int {
	if !h.open || !h.full(&h.b) && len(h.raw) < h.limits.Block {
		return 0
	}
	h.endLinks(0)
	h.unveil()
	before := h.b.Len()
	drop := h.cut(&h.flow, end, h.complete)
	h.shed += before - h.b.Len()
	h.base.Advance(h.raw[:drop])
	h.raw = h.raw[drop:]
	return drop
}

// complete sets what all segments of the block have in common.
func (h *htmlReader) complete(s *source.Segment) {
	s.Kind, s.Level, s.Hidden = h.kind, h.level, h.gone
	if !h.templates {
		bareLinks(s)
	}
}

// closeBlock yields the open block.
func (h *htmlReader) closeBlock() {
	if !h.open {
		return
	}
	h.endLinks(0)
	if s := h.b.Segment(); s.Text != "" || len(s.Links) > 0 || len(s.Omitted) > 0 {
		s.Lead = h.lead
		h.complete(s)
		h.emit(s)
	}
	h.lead, h.open = 0, false
	h.unveil()
}

// unveil yields what is hidden inside of the block, as a segment of its own.
func (h *htmlReader) unveil() {
	if len(h.veils) == 0 && len(h.dark) == 0 {
		return
	}
	b := &h.aside
	f := flow{b: b}
	b.Begin(h.raw, h.base.Position(), h.origin)
	for _, v := range h.veils {
		v.decode(&f, h.raw, v.from, v.to)
	}
	for _, l := range h.dark {
		b.Link(l.link, l.from, l.to, 0)
	}
	s := b.Segment()
	s.Kind, s.Level, s.Hidden = h.kind, h.level, true
	h.veils, h.dark = h.veils[:0], h.dark[:0]
	if s.Text != "" || len(s.Links) > 0 {
		h.emit(s)
	}
}

// kindHere returns what the open elements make of a block.
func (h *htmlReader) kindHere() (source.Kind, int) {
	for i := len(h.stack) - 1; i >= 0; i-- {
		e := h.stack[i]
		switch e.kind {
		case source.Paragraph:
			continue
		case source.Heading:
			return e.kind, int(e.name[1] - '0')
		case source.ListItem:
			depth := 0
			for _, p := range h.stack[:i] {
				if p.list {
					depth++
				}
			}
			return e.kind, max(1, depth)
		}
		return e.kind, 0
	}
	return source.Paragraph, 0
}
