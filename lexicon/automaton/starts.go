package automaton

import (
	"math/bits"
	"unicode/utf8"
)

// starts tells most places of a text where no word begins from those where one may: by
// the next two characters, as UTF-8 has them, without a look at the nodes. It knows pairs
// of characters of three bytes only, which Chinese is written with.
type starts struct {
	bits   []uint64   // hashed pairs; nil when a look at them does not pay
	shift  uint       // of a hash, to the number of a bit
	single []uint64   // nil, or a bit for each character of the BMP: it is a word by itself
	hidden [16]uint64 // a bit for each 64 characters of the BMP: some of them are invisible
}

const (
	maxStarts    = 1 << 15 // pairs; with more, words begin nearly everywhere
	bitsPerStart = 64
	minStartBits = 1 << 16
)

// next returns the first place from i on where a word may begin, or which it cannot judge.
func (s *starts) next(text string, i int) int {
	const mask, shape = 0xC0C0F0_C0C0F0, 0x8080E0_8080E0
	table, shift, single := s.bits, s.shift&63, s.single
	for len(text)-i >= 8 {
		w := le64(text[i:])
		if w&mask != shape || s.hidden[w>>24&0xF]>>(w>>32&0x3F)&1 != 0 {
			break
		}
		if h := hash(w) >> shift; table[h>>6]>>(h&63)&1 != 0 {
			break
		}
		if single != nil && single[w&0xF<<6|w>>8&0x3F]>>(w>>16&0x3F)&1 != 0 {
			break
		}
		i += 3
	}
	return i
}

// hash spreads the low 48 bits of w over the high bits of the result.
func hash(w uint64) uint64 { return w << 16 * 0x9E3779B97F4A7C15 }

func le64(s string) uint64 {
	s = s[:8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// index fills in what follows from the tables.
func (a *Automaton) index() {
	a.reach = utf8.UTFMax * a.depth
	count := uint32(a.alphabet.count)
	variants := a.alphabet.variants()
	eachPair := func(do func(first, second []uint32)) {
		for slot := count; slot < uint32(len(a.links)); slot++ {
			if parent := uint32(a.nodes[slot]); parent < count {
				do(variants[parent], variants[slot-uint32(a.nodes[parent]>>32)&maskBase])
			}
		}
	}
	pairs := 0
	eachPair(func(first, second []uint32) { pairs += len(first) * len(second) })
	if pairs > maxStarts {
		return
	}
	log := bits.Len(uint(max(pairs*bitsPerStart, minStartBits) - 1))
	s := &a.starts
	s.bits, s.shift = make([]uint64, 1<<log/64), uint(64-log)
	eachPair(func(first, second []uint32) {
		for _, x := range first {
			for _, y := range second {
				h := hash(uint64(x)|uint64(y)<<24) >> s.shift
				s.bits[h>>6] |= 1 << (h & 63)
			}
		}
	})
	for code := uint32(codeFirst); code < count; code++ {
		if a.nodes[code]>>32&flagWords == 0 {
			continue
		}
		if s.single == nil {
			s.single = make([]uint64, 1<<16/64)
		}
		for _, x := range variants[code] {
			s.single[x&0xF<<6|x>>8&0x3F] |= 1 << (x >> 16 & 0x3F)
		}
	}
	for _, x := range variants[codeSkip] {
		s.hidden[x&0xF] |= 1 << (x >> 8 & 0x3F)
	}
}

// variants returns for each code the characters of three bytes that have it, in UTF-8, the first
// byte lowest.
func (a *alphabet) variants() [][]uint32 {
	list := make([][]uint32, a.count)
	var all []uint32
	for page := uint32(32); page < pagesLow; page++ {
		first := int(a.pages[page]) * pageSize
		if first == 0 {
			continue
		}
		for k, code := range a.codes[first : first+pageSize] {
			if code != codeNone {
				all = append(all, 0xE0|page>>6|(0x80|page&0x3F)<<8|(0x80|uint32(k))<<16)
				list[code] = append(list[code], all[len(all)-1])
			}
		}
	}
	return list
}
