package formats

import (
	"bytes"
	"unicode/utf8"

	"proofcheck/source"
)

// An emitter yields segments and cuts blocks that are longer than the limit.
type emitter struct {
	limits  Limits
	yield   func(*source.Segment, error) bool
	stopped bool // the consumer wants no more
	lead    int  // of the segment that is being built
}

// emit yields a finished segment.
func (e *emitter) emit(s *source.Segment) {
	if !e.stopped && !e.yield(s, nil) {
		e.stopped = true
	}
}

// fail ends the document with an error.
func (e *emitter) fail(err error) {
	if !e.stopped {
		e.yield(nil, err)
		e.stopped = true
	}
}

// full reports whether the text that is being built has reached the limit, or is in as many pieces
// as letters that it may have.
func (e *emitter) full(b *source.Builder) bool {
	return b.Len() >= e.limits.Segment || b.Crowded(e.pieces())
}

// pieces is how many runs, omissions and links a segment may have.
func (e *emitter) pieces() int { return max(64, e.limits.Segment/utf8.UTFMax) }

// room returns how many bytes of raw text fit into the segment, at least one character.
func (e *emitter) room(b *source.Builder) int { return max(utf8.UTFMax, e.limits.Segment-b.Len()) }

// fit returns how much of text, which is longer than room, goes into the segment: up to a sentence
// end in its second half, or else to a character boundary.
func fit(text []byte, room int) int {
	if room >= len(text) {
		return len(text)
	}
	window := text[:room]
	for _, end := range [...]string{"。", "！", "？", "；", "，", "\n", " "} {
		if i := bytes.LastIndex(window, []byte(end)); i >= room/2 {
			return i + len(end)
		}
	}
	n := room
	for n > 1 && n > room-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	if !utf8.RuneStart(text[n]) {
		return room // not UTF-8 here anyway
	}
	return n
}

// cut yields what has been built as a partial segment and begins the next one with its end. It
// returns how many bytes of raw the next segment does not hold any more; raw from offset end on is
// still to be given. finish completes the segment.
func (e *emitter) cut(f *flow, end int, finish func(*source.Segment)) int {
	b := f.b
	if f.space != none {
		if end-f.from < e.limits.Block/2 {
			end = f.from
		} else {
			f.flush() // too much markup follows to keep it
		}
	}
	s := b.Segment()
	s.Lead, s.Partial = e.lead, true
	finish(s)
	text := s.Text
	from := max(len(text)-e.limits.Overlap, 0)
	from = wordStart(text, from, e.limits.Segment/2-e.limits.Overlap) // an address is whole in one of the two
	// Something new must be left of each segment, or cutting would never end.
	if from <= e.lead/2 && e.lead > 0 {
		from = min(e.lead/2+1, len(text))
	}
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	from = b.Boundary(from)
	if end-b.Written(from, end) > e.limits.Block/2 || b.Pieces(from) > e.pieces()/2 {
		from = len(text)
	}
	s.Tail = len(text) - from
	if len(text) > 0 || len(s.Links) > 0 || len(s.Omitted) > 0 {
		e.emit(s)
	}
	e.lead = len(text) - from
	drop := b.Carry(from, end)
	f.from, f.to = f.from-drop, f.to-drop
	return drop
}
