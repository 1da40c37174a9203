package batch

import (
	_ "embed"
	"math"
	"unicode/utf8"

	"proofcheck/hanzi"
)

// A sketch tells which words cannot occur in a text: a Bloom filter of its pairs of neighbouring
// characters, folded as lexicon entries are, without those that are so common that they stand in most
// texts and tell nothing (common.bin). It takes at most a twentieth of the text. The first byte
// is the number of hash functions, the rest is the filter. The sketch of a text that cannot be told
// is empty and says of every word that it may occur.

// commonPairs is a bitmap of hashes of the common pairs; make model writes it.
//
//go:embed common.bin
var commonPairs string

// sketchVersion is part of each sketch: a sketch that was made with other common pairs says nothing.
const sketchVersion = 1

// mostPairs bounds the pairs of one text that are remembered; a text with more has no sketch.
const mostPairs = 1 << 20

// sketcher makes a sketch.
type sketcher struct {
	limit int      // bytes of the sketch, times twenty
	table []uint32 // an open hash table of pairs; 0 is free
	count int
}

func newSketcher() *sketcher { return &sketcher{table: make([]uint32, 1<<11)} }

// insert adds a pair.
func (s *sketcher) insert(h uint32) {
	h = max(h, 1)
	mask := uint32(len(s.table) - 1)
	at := h & mask
	for ; s.table[at] != 0; at = (at + 1) & mask {
		if s.table[at] == h {
			return
		}
	}
	s.table[at] = h
	if s.count++; 2*s.count > len(s.table) && s.count <= mostPairs {
		old := s.table
		s.table, s.count = make([]uint32, 4*len(old)), 0
		for _, h := range old {
			if h != 0 {
				s.insert(h)
			}
		}
	}
}

// pairHash mixes two characters.
func pairHash(a, b rune) uint32 {
	h := (uint64(a)<<21 | uint64(b)) * 0x9E3779B97F4A7C15
	return uint32(h >> 32)
}

// isCommon reports whether a pair tells nothing.
func isCommon(h uint32) bool {
	n := uint32(len(commonPairs)) * 8
	h %= n
	return commonPairs[h/8]&(1<<(h%8)) != 0
}

// add adds a text, of which the first lead bytes have been added before. Its beginning is no neighbour
// of what was added before.
func (s *sketcher) add(text string, lead int) {
	s.limit += len(text) - lead
	last := rune(-1)
	for _, r := range text {
		if s.count > mostPairs {
			return
		}
		if r = hanzi.Fold(r); r < 0 {
			continue
		}
		if last >= 0 {
			if h := pairHash(last, r); !isCommon(h) {
				s.insert(h)
			}
		}
		last = r
	}
}

// bytes returns the sketch, never nil.
func (s *sketcher) bytes() []byte {
	size := min(s.limit/20, s.count*3/2+3) - 2 // twelve bits a pair are wrong once in three hundred
	if s.count > mostPairs || size <= 0 {
		return []byte{}
	}
	out := make([]byte, 2+size)
	bits := uint64(8 * size)
	k := max(1, min(8, int(math.Round(float64(bits)/float64(max(1, s.count))*math.Ln2))))
	out[0], out[1] = sketchVersion, byte(k)
	for _, h := range s.table {
		if h == 0 {
			continue
		}
		for i := range k {
			at := bitOf(h, i, bits)
			out[2+at/8] |= 1 << (at % 8)
		}
	}
	return out
}

// bitOf is the i-th bit of a pair in a filter: two hashes give all (Kirsch and Mitzenmacher 2006).
func bitOf(h uint32, i int, bits uint64) uint64 {
	x := uint64(max(h, 1)) * 0xD6E8FEB86659FD93
	x ^= x >> 32
	return (x + uint64(i)*((x>>33)|1)) % bits
}

// mayContain reports whether a form may occur in the text of a sketch.
func mayContain(sketch []byte, form string) bool {
	if len(sketch) < 3 || sketch[0] != sketchVersion {
		return true
	}
	bits := uint64(8 * (len(sketch) - 2))
	last := rune(-1)
	for len(form) > 0 {
		r, n := utf8.DecodeRuneInString(form)
		form = form[n:]
		if r = hanzi.Fold(r); r < 0 {
			continue
		}
		if last >= 0 {
			h := pairHash(last, r)
			for i := range int(sketch[1]) {
				if isCommon(h) {
					break
				}
				if at := bitOf(h, i, bits); sketch[2+at/8]&(1<<(at%8)) == 0 {
					return false
				}
			}
		}
		last = r
	}
	return true
}
