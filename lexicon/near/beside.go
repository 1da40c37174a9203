package near

import "unicode/utf8"

// nearest are the characters nearest to an anchor, from it outwards; 0 where there are none.
type nearest [5]rune

// lanes are the parts of a sign, one for each two neighbours of nearest.
const (
	lanes    = len(nearest{}) - 1
	laneBits = 16
	ones     = 0x0001_0001_0001_0001
	tops     = ones << (laneBits - 1)
)

// sign returns, for each two neighbours, a set of bits for what they are; all bits where there are no two.
func (n *nearest) sign() (out uint64) {
	for k := range lanes {
		lane := uint64(1<<laneBits - 1)
		if n[k+1] != 0 {
			lane = bit(n[k]) | bit(n[k+1])
		}
		out |= lane << (k * laneBits)
	}
	return out
}

// bit spreads characters over the bits of a lane.
func bit(r rune) uint64 { return 1 << (uint32(r) * 0x9E3779B1 >> 28) }

// fit reports whether the signs of a text and of a phrase leave a chance that one differs from the other in one place
// at most. There, one of any two neighbours of the phrase is one of the two that stand in their places: all of them
// are moved by one character at most. Most anchors fail here.
func fit(have, want uint64) bool {
	common := have & want
	return (common-ones)&^common&tops == 0 // no lane is 0
}

// after and before return what stands beside an anchor.
func after(text string) (out nearest) {
	at := 0
	for k := range out {
		if r, ok := threeBytes(text, at); ok {
			out[k] = r
			at += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(text[at:])
		if n == 0 {
			break
		}
		out[k] = r
		at += n
	}
	return out
}

func before(text string) (out nearest) {
	end := len(text)
	for k := range out {
		if r, ok := threeBytes(text[:end], end-3); ok {
			out[k] = r
			end -= 3
			continue
		}
		r, n := utf8.DecodeLastRuneInString(text[:end])
		if n == 0 {
			break
		}
		out[k] = r
		end -= n
	}
	return out
}

// threeBytes decodes an ideograph, which UTF-8 writes with three bytes; false for anything else.
func threeBytes(text string, at int) (rune, bool) {
	if at < 0 || at+3 > len(text) {
		return 0, false
	}
	a, b, c := text[at], text[at+1], text[at+2]
	if a < 0xE4 || a > 0xE9 || b&0xC0 != 0x80 || c&0xC0 != 0x80 {
		return 0, false
	}
	return rune(a&15)<<12 | rune(b&63)<<6 | rune(c&63), true
}
