package near

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon/automaton"
)

// The compiled form is a header, the ends of the phrases in their text (4 bytes each, little-endian),
// the text, for each anchor of each phrase its word (4 bytes), zeros up to a multiple of 8 bytes, and the
// compiled automaton of the words.
const (
	magic      = "PCNM"
	version    = 2
	headerSize = 16 // magic, version, phrases, bytes of the text
)

// AppendBinary appends the compiled form to dst, for Open. It is the same for the same phrases.
func (m *Matcher) AppendBinary(dst []byte) []byte {
	var text []byte
	var ends []uint32
	for _, p := range m.phrases {
		text = append(text, string(p)...)
		ends = append(ends, uint32(len(text)))
	}
	start := len(dst)
	dst = append(dst, magic...)
	for _, v := range append([]uint32{version, uint32(len(ends)), uint32(len(text))}, ends...) {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	dst = append(dst, text...)
	owners := make([]uint32, len(m.anchors)) // in the order of phrases, then of parts
	at := map[[2]int32]int{}
	n := 0
	for i, p := range m.phrases {
		parts := swapped
		if h := len(p) / 2; p[h-1] != p[h] {
			parts++
		}
		for k := range parts {
			at[[2]int32{int32(i), int32(k)}] = n
			n++
		}
	}
	for w := range len(m.starts) - 1 {
		for _, a := range m.anchors[m.starts[w]:m.starts[w+1]] {
			owners[at[[2]int32{a.phrase, int32(a.part)}]] = uint32(w)
		}
	}
	for _, w := range owners {
		dst = binary.LittleEndian.AppendUint32(dst, w)
	}
	dst = append(dst, make([]byte, -(len(dst)-start)&7)...)
	if m.auto != nil {
		dst = m.auto.AppendBinary(dst)
	}
	return dst
}

// Open returns the Matcher whose compiled form is data. The automaton is used in place where data begins at
// a multiple of 8 bytes in memory. Damaged data is an error.
func Open(data string) (*Matcher, error) {
	if len(data) < headerSize || !strings.HasPrefix(data, magic) || le32(data, 4) != version {
		return nil, errors.New("near: not a compiled form of this version")
	}
	count, size := uint64(le32(data, 8)), uint64(le32(data, 12))
	text := headerSize + 4*count
	if text+size > uint64(len(data)) {
		return nil, errors.New("near: the compiled form is cut short")
	}
	m := &Matcher{phrases: make([][]rune, count)}
	all := make([]rune, 0, size/3)
	from := uint64(0)
	for i := range m.phrases {
		to := uint64(le32(data, headerSize+4*i))
		if to < from || to > size {
			return nil, fmt.Errorf("near: phrase %d is out of bounds", i)
		}
		first := len(all)
		for _, r := range data[text+from : text+to] {
			all = append(all, r)
		}
		if n := len(all) - first; n < MinChars || n > MaxChars || !utf8.ValidString(data[text+from:text+to]) {
			return nil, fmt.Errorf("near: phrase %d has %d characters", i, n)
		}
		m.phrases[i] = all[first:len(all):len(all)]
		m.anchor(i)
		from = to
	}
	if count == 0 {
		return m, nil
	}
	words := text + size
	end := (words + 4*uint64(len(m.anchors)) + 7) &^ 7
	if end > uint64(len(data)) {
		return nil, errors.New("near: the compiled form is cut short")
	}
	auto, err := automaton.Open(data[end:])
	if err != nil {
		return nil, fmt.Errorf("near: %w", err)
	}
	m.auto = auto
	owners := make([]int32, len(m.anchors))
	for i := range owners {
		w := le32(data, int(words)+4*i)
		if w >= uint32(auto.Len()) {
			return nil, fmt.Errorf("near: word %d of %d", w, auto.Len())
		}
		owners[i] = int32(w)
	}
	m.arrange(owners)
	return m, nil
}

func le32(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
