package formats

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// Text reads plain text. Blank lines part paragraphs, and so do line ends, except where a line was
// wrapped: in text copied from a PDF file or a mail, a sentence goes on in the next line, perhaps
// even behind a blank one.
var Text = &Format{
	Name:       "text",
	Extensions: []string{".txt", ".text"},
	MediaTypes: []string{"text/plain"},
	Split:      splitText,
	Escape:     func(text string) string { return text },
}

func splitText(name string, r io.Reader, opt Options) *source.Document {
	doc := &source.Document{Name: name, Format: "text"}
	v, err := openView(r, opt, nil)
	if err != nil {
		doc.Segments = failed(err)
		return doc
	}
	doc.Encoding, doc.BOM = v.encoding, v.bom
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		defer v.release()
		t := &textReader{view: v, in: bufio.NewReaderSize(v, sample)}
		t.limits, t.yield = opt.Limits.withDefaults(), yield
		t.flow.b = &t.b
		t.run()
	}
	return doc
}

// failed is the segments of a document that could not be opened.
func failed(err error) func(func(*source.Segment, error) bool) {
	return func(yield func(*source.Segment, error) bool) { yield(nil, err) }
}

// textReader reads lines and joins them to paragraphs.
type textReader struct {
	emitter
	view  *view
	in    *bufio.Reader
	count source.Counter

	b    source.Builder
	flow flow
	raw  []byte // of the paragraph; nil when none is open

	wrap   wrapping
	ended  bool // the last line of the paragraph was ended by a line end
	blanks int  // blank lines since
	line   lineShape
}

func (t *textReader) run() {
	head, _ := t.in.Peek(sample)
	t.wrap = wrappingOf(head)
	for !t.stopped {
		chunk, err := t.in.ReadSlice('\n')
		if len(chunk) > 0 {
			t.take(chunk)
		}
		if err == bufio.ErrBufferFull {
			continue // a long line comes in pieces
		}
		if err != nil {
			t.close()
			if err != io.EOF {
				t.fail(err)
			}
			return
		}
	}
}

// take reads a piece of a line, or a whole one; a lone CR ends a line as well.
func (t *textReader) take(chunk []byte) {
	for len(chunk) > 0 && !t.stopped {
		n := len(chunk)
		if i := bytes.IndexByte(chunk, '\r'); i >= 0 && i+1 < len(chunk) && chunk[i+1] != '\n' {
			n = i + 1
		}
		t.piece(chunk[:n])
		t.count.Advance(chunk[:n])
		chunk = chunk[n:]
	}
}

func (t *textReader) piece(b []byte) {
	body := bytes.TrimRight(b, "\r\n")
	ends := len(body) < len(b)
	if t.raw != nil && !t.ended { // the line goes on
		t.append(b, body)
		t.line.add(body)
		t.ended = ends
		return
	}
	shape := lineShape{}
	shape.add(body)
	if shape.columns == 0 {
		if ends {
			t.blanks++
		}
		switch {
		case t.raw == nil:
		case t.blanks > 1 || len(t.raw) > t.limits.Block:
			t.close() // nothing can continue it
		default:
			t.keepRaw(b)
		}
		return
	}
	if t.raw != nil && !t.wrap.joins(&t.line, body, t.blanks) {
		t.close()
	}
	if t.raw == nil {
		t.raw = []byte{}
		t.origin().Discard(t.count.Position().Offset)
		t.b.Begin(nil, t.count.Position(), t.view.origin)
		t.flow.reset()
	}
	t.blanks, t.line, t.ended = 0, shape, ends
	t.append(b, body)
}

func (t *textReader) origin() *source.Origin { return t.view.origin }

func (t *textReader) keepRaw(b []byte) int {
	from := len(t.raw)
	t.raw = append(t.raw, b...)
	t.b.Extend(t.raw)
	if len(bytes.TrimSpace(b)) == 0 {
		t.flow.text(t.raw, from, len(t.raw))
	}
	return from
}

// append adds a piece of a line to the paragraph and cuts it where it gets too long.
func (t *textReader) append(b, body []byte) {
	if len(bytes.TrimSpace(b)) == 0 {
		t.keepRaw(b)
		return
	}
	from := t.keepRaw(b)
	end := from + len(body)
	for from < end && !t.stopped {
		n := fit(t.raw[from:end], t.room(&t.b))
		t.flow.text(t.raw, from, from+n)
		from += n
		if t.full(&t.b) {
			drop := t.cut(&t.flow, from, bareLinks)
			t.raw = t.raw[drop:]
			from, end = from-drop, end-drop
		}
	}
	t.flow.text(t.raw, end, end+len(b)-len(body))
}

// close yields the paragraph.
func (t *textReader) close() {
	if t.raw == nil {
		return
	}
	s := t.b.Segment()
	s.Lead = t.lead
	bareLinks(s)
	t.emit(s)
	t.raw, t.lead, t.ended, t.blanks = nil, 0, false, 0
}

// A lineShape is what of a line decides whether the next one continues it.
type lineShape struct {
	columns int  // Chinese characters count two
	last    rune // that is not white space
	indent  bool // begins with a full-width space or several spaces
	started bool
	lead    int
}

func (l *lineShape) add(b []byte) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch {
		case r == ' ' || r == '\t' || r == '\u00a0':
			if !l.started {
				l.lead++
				l.indent = l.indent || l.lead >= 4 || r == '\t'
			} else {
				l.columns++
			}
			continue
		case r == '\u3000':
			if !l.started {
				l.indent = true
			}
			continue
		case source.Invisible(r):
			continue
		case wideRune(r):
			l.columns += 2
		default:
			l.columns++
		}
		l.started, l.last = true, r
	}
}

// wrapping says how the lines of a text were wrapped, by the look of its first part.
type wrapping struct {
	width  int  // columns of a full line; 0 when lines are not wrapped
	spaced bool // a blank line follows each line, also within sentences
}

// narrowest is the least width that counts as that of a wrapped text, in columns.
const narrowest = 24

// wrappingOf looks at the beginning of a text. It is wrapped when many lines of nearly the same width,
// the greatest there is, end within a sentence.
func wrappingOf(head []byte) wrapping {
	var shapes []lineShape
	blankAfter, blank := 0, 0
	for line := range bytes.Lines(head) {
		var s lineShape
		s.add(bytes.TrimRight(line, "\r\n"))
		if s.columns == 0 {
			blank++
			if blank == 1 && len(shapes) > 0 {
				blankAfter++
			}
			continue
		}
		blank = 0
		if len(shapes) < 2000 {
			shapes = append(shapes, s)
		}
	}
	// The width that the most open lines reach, within two characters.
	var byWidth [256]int
	open := 0
	for i := range shapes {
		if s := &shapes[i]; s.columns >= narrowest && s.columns < len(byWidth) && !terminal(s.last) {
			byWidth[s.columns]++
			open++
		}
	}
	best, width := 0, 0
	for w := narrowest; w < len(byWidth); w++ {
		n := 0
		for k := max(narrowest, w-4); k <= w; k++ {
			n += byWidth[k]
		}
		if n >= best && byWidth[w] > 0 {
			best, width = n, w
		}
	}
	if best < 2 || best*3 < open {
		return wrapping{}
	}
	return wrapping{width: width, spaced: blankAfter*10 >= len(shapes)*7}
}

// joins reports whether the text that begins with next continues the line before it, with so many blank lines
// between them.
func (w *wrapping) joins(before *lineShape, next []byte, blanks int) bool {
	if blanks > 1 || blanks == 1 && !w.spaced || terminal(before.last) {
		return false
	}
	var s lineShape
	s.add(next)
	if s.indent {
		return false
	}
	if begins := strings.TrimLeft(string(next[:min(len(next), 48)]), " "); itemStart(begins) {
		return false
	}
	// A comma cannot end a paragraph.
	if before.last == '，' || before.last == '、' {
		return blanks == 0 || w.spaced
	}
	return w.width > 0 && before.columns >= w.width-8 && (wideRune(before.last) || before.last < 0x80)
}

// terminal reports whether a line that ends with r ends a paragraph or a heading.
func terminal(r rune) bool { return strings.ContainsRune("。！？：；…!?:;", r) }

// itemStart reports whether a line begins with a serial number or a bullet.
func itemStart(line string) bool {
	r, n := utf8.DecodeRuneInString(line)
	switch {
	case strings.ContainsRune("•●■◆▪-*·※①②③④⑤⑥⑦⑧⑨⑩", r):
		return true
	case r == '（' || r == '(':
		end := strings.IndexAny(line, "）)")
		return end > 0 && end <= 12 && strings.Trim(line[n:end], "一二三四五六七八九十0123456789") == ""
	case r == '第':
		end := strings.IndexAny(line, "章节条款")
		return end > 0 && end <= 18 && strings.Trim(line[n:end], "一二三四五六七八九十百千〇零0123456789") == ""
	case strings.ContainsRune("一二三四五六七八九十", r):
		end := strings.Index(line, "、")
		return end > 0 && end <= 12 && strings.Trim(line[:end], "一二三四五六七八九十") == ""
	case r >= '0' && r <= '9':
		end := strings.IndexAny(line, ".．、)）")
		if end <= 0 || end > 3 || strings.Trim(line[:end], "0123456789") != "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(line[end:])
		return end+size >= len(line) || line[end+size] < '0' || line[end+size] > '9'
	}
	return false
}
