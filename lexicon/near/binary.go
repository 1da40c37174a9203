package near

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The compiled form is a header and then, all numbers little-endian: the phrases (half and end, 4 bytes each), the
// words (key of 8 bytes, from, to, gram, before and end of 4 each), the anchors (phrase and part in 4 bytes), and the
// text.
const (
	magic      = "PCNM"
	version    = 3
	headerSize = 24 // magic, version, phrases, words, anchors, bytes of the text
	phraseSize = 8
	wordSize   = 28
	anchorSize = 4
)

// AppendBinary appends the compiled form to dst, for Open. It is the same for the same phrases.
func (m *Matcher) AppendBinary(dst []byte) []byte {
	le := binary.LittleEndian
	put := func(values ...uint32) {
		for _, v := range values {
			dst = le.AppendUint32(dst, v)
		}
	}
	dst = append(dst, magic...)
	put(version, uint32(len(m.phrases)), uint32(len(m.words)), uint32(len(m.anchors)), uint32(len(m.text)))
	for _, p := range m.phrases {
		put(p.half, p.to)
	}
	for i, w := range m.words {
		dst = le.AppendUint64(dst, m.keys[i])
		put(w.from, w.to, w.gram, w.before, w.end)
	}
	for _, a := range m.anchors {
		put(a.phrase<<2 | uint32(a.part))
	}
	return append(dst, m.text...)
}

// Open returns the Matcher whose compiled form is data, which it keeps. Damaged data is an error, or gives a Matcher
// that finds wrong places; it never makes a search fail.
func Open(data string) (*Matcher, error) {
	if len(data) < headerSize || !strings.HasPrefix(data, magic) || le32(data[4:]) != version {
		return nil, errors.New("near: not a compiled form of this version")
	}
	phrases, words, anchors, size := uint64(le32(data[8:])), uint64(le32(data[12:])), uint64(le32(data[16:])), uint64(le32(data[20:]))
	if want := headerSize + phraseSize*phrases + wordSize*words + anchorSize*anchors + size; want != uint64(len(data)) {
		return nil, fmt.Errorf("near: the compiled form has %d bytes, its header says %d", len(data), want)
	}
	m := &Matcher{text: data[uint64(len(data))-size:], phrases: make([]phrase, phrases), words: make([]word, words), keys: make([]uint64, words), anchors: make([]anchor, 0, anchors), signs: make([]uint64, 0, anchors)}
	rest, from := data[headerSize:], uint32(0)
	for i := range m.phrases {
		p := phrase{from, le32(rest), le32(rest[4:])}
		if p.half < from+gramBytes || p.to < p.half+gramBytes || uint64(p.to) > size || utf8.RuneCountInString(m.text[from:p.to]) > MaxChars {
			return nil, fmt.Errorf("near: phrase %d is out of bounds", i)
		}
		m.phrases[i], from, rest = p, p.to, rest[phraseSize:]
	}
	last, lastKey := word{}, uint64(0)
	for i := range m.words {
		w, key := word{le32(rest[8:]), le32(rest[12:]), le32(rest[16:]), last.end, le32(rest[20:]), le32(rest[24:])}, le64(rest)
		if key < lastKey || w.from > w.to || uint64(w.to) > size || w.gram > w.to-w.from || w.before < w.behind || w.end < w.before || uint64(w.end) > anchors {
			return nil, fmt.Errorf("near: word %d is out of bounds", i)
		}
		m.words[i], m.keys[i] = w, key
		last, lastKey, rest = w, key, rest[wordSize:]
	}
	for i := range int(anchors) {
		v := le32(rest[4*i:])
		if uint64(v>>2) >= phrases || part(v&3) > swapped {
			return nil, fmt.Errorf("near: anchor %d is of no phrase", i)
		}
		m.addAnchor(anchor{v >> 2, part(v & 3)})
	}
	m.index = newIndex(m.keys)
	return m, nil
}

func le32(s string) uint32 {
	s = s[:4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
