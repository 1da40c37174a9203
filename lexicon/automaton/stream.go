package automaton

import (
	"math"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// A Stream searches a text that comes in chunks, cut anywhere, even inside a
// character, and finds what a search of the whole finds. It is for one goroutine.
type Stream struct {
	a       *Automaton
	longest bool
	st      state
	tail    [utf8.UTFMax]byte // the beginning of a character that the last chunk was cut in
	tailLen int
	starts  []int   // where the last characters, as many as the state remembers, begin
	tiling  []Match // matches that may still change
	floor   int     // end of the last tile that was given out
}

// StreamAll returns a Stream that finds what All finds.
func (a *Automaton) StreamAll() *Stream { return &Stream{a: a, st: begin} }

// StreamLongest returns a Stream that finds what Longest finds.
func (a *Automaton) StreamLongest() *Stream { return &Stream{a: a, longest: true, st: begin} }

// Append searches the next chunk and appends to dst the matches that have become
// certain. Their offsets count from the beginning of chunk, so they are negative
// where a match lies in earlier chunks. Append does not keep chunk.
func (s *Stream) Append(dst []Match, chunk []byte) []Match {
	// The string lives no longer than the call, and nobody writes to chunk meanwhile.
	text := unsafe.String(unsafe.SliceData(chunk), len(chunk))
	dst, from := s.finishTail(dst, text)
	end := from
	if s.tailLen == 0 {
		dst, end = s.search(dst, text, from)
	}
	s.remember(text[:end], from)
	if s.longest {
		dst = s.settle(dst, end)
	}
	s.shift(len(chunk))
	return dst
}

// Flush ends the text: it appends the matches that the end has made certain, their
// offsets counted from the end of the last chunk, and makes the Stream ready for another text.
func (s *Stream) Flush(dst []Match) []Match {
	dst = append(dst, s.tiling...)
	*s = Stream{a: s.a, longest: s.longest, st: begin, starts: s.starts[:0], tiling: s.tiling[:0]}
	return dst
}

// finishTail completes the character that the last chunk was cut in. It returns the
// bytes of text that this took.
func (s *Stream) finishTail(dst []Match, text string) ([]Match, int) {
	used := 0
	for s.tailLen > 0 {
		tail := s.tail[:s.tailLen]
		if !utf8.FullRune(tail) {
			if used == len(text) {
				break
			}
			s.tail[s.tailLen] = text[used]
			s.tailLen++
			used++
			continue
		}
		code, size := s.a.alphabet.decode(string(tail))
		at := used - s.tailLen
		if code != codeSkip {
			s.starts = append(s.starts, at)
		}
		var events [1]event
		s.st.hidden -= at
		n, _ := s.a.scan(string(tail[:size]), 0, &s.st, events[:])
		s.st.hidden += at
		s.tailLen = copy(s.tail[:], tail[size:])
		for _, e := range events[:n] {
			e.end += at
			dst = s.report(dst, "", e, 0)
		}
	}
	return dst, used
}

// search searches text from a place on, up to a character that is cut off at its
// end, and returns where it stopped.
func (s *Stream) search(dst []Match, text string, from int) ([]Match, int) {
	end := len(text)
	for k := 1; k < utf8.UTFMax && k <= len(text)-from; k++ {
		if last := text[len(text)-k:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRuneInString(last) {
				end = len(text) - k
			}
			break
		}
	}
	s.tailLen = copy(s.tail[:], text[end:])
	text = text[:end]
	var events [eventBlock]event
	for i := from; i < end; {
		var n int
		n, i = s.a.scan(text, i, &s.st, events[:])
		for _, e := range events[:n] {
			dst = s.report(dst, text, e, from)
		}
	}
	return dst, end
}

// report takes in the words that end at e. The text in hand begins at from.
func (s *Stream) report(dst []Match, text string, e event, from int) []Match {
	for w := e.first; w != 0; {
		word := s.a.words[w-1]
		m := Match{s.start(text, e, uint32(word>>32), from), e.end, int32(w - 1)}
		if s.longest {
			var done bool
			if s.tiling, done = addTile(s.tiling, 0, s.floor, m); done {
				break
			}
		} else {
			dst = append(dst, m)
		}
		w = uint32(word)
	}
	return dst
}

// start is Automaton.start, with the characters before from taken from s.starts.
func (s *Stream) start(text string, e event, size uint32, from int) int {
	if bytes := int(size & maskBytes); bytes != 0 && e.plain {
		return e.end - bytes
	}
	chars := int(size / sizeChar)
	if text == "" {
		return s.startOf(chars, e.end)
	}
	at, missing := s.a.back(text[from:], e.end-from, chars)
	return s.startOf(missing, from+at)
}

// startOf returns where the last n of s.starts begin, or otherwise if n is 0.
func (s *Stream) startOf(n, otherwise int) int {
	if n == 0 || len(s.starts) == 0 {
		return otherwise
	}
	return s.starts[max(len(s.starts)-n, 0)]
}

// remember brings s.starts up to date with text, which was searched from a place on:
// the characters that lead to the state, no more.
func (s *Stream) remember(text string, from int) {
	var found []int // the last first
	chars := s.a.chars(s.st.slot)
	for at := len(text) - from; len(found) < chars; {
		var missing int
		if at, missing = s.a.back(text[from:], at, 1); missing > 0 {
			break
		}
		found = append(found, from+at)
	}
	old := min(chars-len(found), len(s.starts))
	s.starts = append(s.starts[:0], s.starts[len(s.starts)-old:]...)
	slices.Reverse(found)
	s.starts = append(s.starts, found...)
}

// settle moves the tiles that cannot change any more to dst: those that begin before
// the characters that the state remembers, which reach to end.
func (s *Stream) settle(dst []Match, end int) []Match {
	from := s.startOf(len(s.starts), end)
	n := 0
	for n < len(s.tiling) && s.tiling[n].Start < from {
		n++
	}
	if n > 0 {
		s.floor = s.tiling[n-1].End
	}
	dst = append(dst, s.tiling[:n]...)
	s.tiling = append(s.tiling[:0], s.tiling[n:]...)
	return dst
}

// shift counts offsets from n bytes further on.
func (s *Stream) shift(n int) {
	s.floor = max(s.floor, math.MinInt/2) - n // no match reaches back that far
	s.st.hidden = max(s.st.hidden, math.MinInt/2) - n
	for i := range s.starts {
		s.starts[i] -= n
	}
	for i := range s.tiling {
		s.tiling[i].Start -= n
		s.tiling[i].End -= n
	}
}
