package near

// What is looked for of a word are three characters that UTF-8 writes with three bytes each, as it writes Chinese.
const (
	gramChars = 3
	gramBytes = 9
)

// An index finds the places of a text where the three characters of some word stand, most others by a bitmap that
// stays in the fastest memory.
type index struct {
	bitmap [1 << filterBits / 64]uint64
	starts [1<<bucketBits + 1]uint32 // by the first bits of a key: where its words begin, and the end
}

const (
	filterBits = 18
	bucketBits = 13
)

// newIndex makes the index of words from their keys, which are sorted.
func newIndex(keys []uint64) *index {
	x := new(index)
	for _, key := range keys {
		f := key >> (64 - filterBits)
		x.bitmap[f>>6] |= 1 << (f & 63)
		x.starts[key>>(64-bucketBits)+1]++
	}
	for b := range 1 << bucketBits {
		x.starts[b+1] += x.starts[b]
	}
	return x
}

// next returns the first place from at on where three characters may stand that are looked for, their key and
// the words among which those of this key are; a negative place when there is none.
func (x *index) next(text string, at int) (place int, key uint64, from, to uint32) {
	const mask, shape = 0xC0F0_C0C0F0_C0C0F0, 0x80E0_8080E0_8080E0
	for at+gramBytes <= len(text) {
		w := le64(text[at:])
		if w&mask != shape {
			at += width(text[at])
			continue
		}
		key := hash(w, text[at+8])
		if f := key >> (64 - filterBits); x.bitmap[f>>6]>>(f&63)&1 != 0 {
			b := key >> (64 - bucketBits)
			return at, key, x.starts[b], x.starts[b+1]
		}
		at += len("一")
	}
	return -1, 0, 0, 0
}

// hash returns the key of three characters from their first eight bytes and the ninth.
func hash(w uint64, last byte) uint64 { return w*0x9E3779B97F4A7C15 + uint64(last)*0xC2B2AE3D27D4EB4F }

// keyOf returns the key of the three characters that text begins with, and whether they are of three bytes.
func keyOf(text string) (uint64, bool) {
	if len(text) < gramBytes {
		return 0, false
	}
	for i := 0; i < gramBytes; i += 3 {
		if width(text[i]) != 3 {
			return 0, false
		}
	}
	return hash(le64(text), text[8]), true
}

// width returns the length in bytes of a character by its first byte.
func width(b byte) int {
	switch {
	case b < 0xC0:
		return 1
	case b < 0xE0:
		return 2
	case b < 0xF0:
		return 3
	}
	return 4
}

func le64(s string) uint64 {
	s = s[:8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
