package lexicon

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/hanzi"
	"proofcheck/lexicon/automaton"
)

// Disguised words are looked for in two steps. A screen reads the text once, by a table with
// one number a character, and stops at the first sign of a disguise: a character in disguise
// itself, or two characters that are neighbours in a word and have something between them.
// Most texts have none. Where there is one, the text is reduced to its skeleton (see
// unmask.go), and the words are looked for in that.

// disguises are the tables for the entries of a Set that are found disguised. They are
// little-endian and used in place.
type disguises struct {
	kinds   Evasion              // what some entry asks for
	classes string               // 2 bytes for each character of the BMP: its class
	beyond  string               // other characters, ascending, 4 bytes each, then their classes, 2 bytes each
	pairs   string               // a bitmap of the codes that are neighbours in a word: see pairHash
	forms   *automaton.Automaton // the skeletons of the words, in codes
	entries string               // 4 bytes for each word of forms: the entry
	sounds  *automaton.Automaton // nil, or what the entries that ask for homophones sound like
	sounded string               // as entries, for the words of sounds
}

func (d *disguises) size() int {
	n := len(d.classes) + len(d.beyond) + len(d.pairs) + len(d.entries) + len(d.sounded) + d.forms.Size()
	if d.sounds != nil {
		n += d.sounds.Size()
	}
	return n
}

// A class says what a character means for disguises: one of the following, or a code,
// the number of the plain character that it stands for.
type class uint16

const (
	foreign    class = iota // in no word; a word does not reach across it
	separator               // stands between words in ordinary writing too
	ornament                // does not
	unseen                  // invisible
	firstCode               // of the characters of words
	inDisguise class = 1 << 15
)

const (
	maxGap     = 3      // characters between two characters of a word
	codeRune   = 0x3000 // code c is written as the character codeRune+c, always three bytes
	maxCode    = 0xAFFF - codeRune
	bmp        = 1 << 16
	pairsLeast = 1 << 10 // bytes
	pairsMost  = 1 << 18
)

// skeletonOf returns the plain character that r stands for under all disguises of single
// characters, or -1 if it stands for none.
func skeletonOf(r rune) rune {
	if r = hanzi.LooksLike(r); r < 0 {
		return r
	}
	return hanzi.Simplified(r)
}

// An evasiveForm is the form of an entry that is found disguised.
type evasiveForm struct {
	form    string
	entry   uint32
	evasion Evasion
}

// newDisguises makes the tables for the entries that ask for it, or nil if none does.
func newDisguises(wanted []evasiveForm) (*disguises, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	d := &disguises{}
	codes := map[rune]class{}
	var skeletons []string
	var entries []byte
	var pairs []uint32
	for _, w := range wanted {
		d.kinds |= w.evasion
		var skeleton []byte
		last := foreign
		for _, r := range w.form {
			if r = skeletonOf(r); r < 0 || gapClass(r, r) != foreign {
				continue
			}
			code, ok := codes[r]
			if !ok {
				if code = firstCode + class(len(codes)); code > maxCode {
					return nil, errors.New("the words that are to be found disguised have too many different characters")
				}
				codes[r] = code
			}
			if code == last {
				continue
			}
			skeleton = utf8.AppendRune(skeleton, codeRune+rune(code))
			if last != foreign {
				pairs = append(pairs, pairHash(last, code))
			}
			last = code
		}
		if len(skeleton) > 0 {
			skeletons = append(skeletons, string(skeleton))
			entries = binary.LittleEndian.AppendUint32(entries, w.entry)
		}
	}
	d.entries = string(entries)
	var err error
	if d.forms, err = automaton.Compile(skeletons, automaton.Options{}); err != nil {
		return nil, err
	}
	d.classify(codes)
	d.pairs = pairBitmap(pairs)
	d.sounds, d.sounded, err = newSounds(wanted)
	return d, err
}

// classify makes the tables of classes.
func (d *disguises) classify(codes map[rune]class) {
	classes := make([]byte, 0, 2*bmp)
	for r := range rune(bmp) {
		classes = binary.LittleEndian.AppendUint16(classes, uint16(newClass(r, codes)))
	}
	d.classes = string(classes)

	var others []rune
	for r := range codes {
		for _, v := range hanzi.Traditional(r) {
			if v >= bmp {
				others = append(others, v)
			}
		}
		if r >= bmp {
			others = append(others, r)
		}
	}
	for _, block := range [][2]rune{{0x1D400, 0x1D7FF}, {0x1F100, 0x1F1FF}, {0x2F800, 0x2FA1F}, {0xE0000, 0xE0FFF}} {
		for r := block[0]; r <= block[1]; r++ { // mathematical, enclosed, compatibility, tags
			others = append(others, r)
		}
	}
	slices.Sort(others)
	others = slices.Compact(others)
	var keys, values []byte
	for _, r := range others {
		if c := newClass(r, codes); c != gapClass(r, r) {
			keys = binary.LittleEndian.AppendUint32(keys, uint32(r))
			values = binary.LittleEndian.AppendUint16(values, uint16(c))
		}
	}
	d.beyond = string(keys) + string(values)
}

// newClass returns the class of r when the plain characters of the words have the given codes.
func newClass(r rune, codes map[rune]class) class {
	folded := hanzi.Fold(r)
	if folded < 0 {
		return unseen
	}
	skeleton := skeletonOf(r)
	if code, ok := codes[skeleton]; ok {
		if skeleton != folded {
			code |= inDisguise
		}
		return code
	}
	return gapClass(r, skeleton)
}

// gapClass returns the class of a character that is in no word.
func gapClass(r, skeleton rune) class {
	switch {
	case skeleton < 0: // a combining mark
		return ornament
	case strings.ContainsRune("()（）〔〕﹙﹚⁽⁾₍₎“”‘’「」『』", r): // 村（居）民委员会, 创“新”
		return foreign
	case '\t' <= r && r <= '\r', r == 0x85, r == 0x2028, r == 0x2029:
		return foreign
	case unicode.IsSpace(r):
		return separator
	case r < 0x80:
		switch r {
		case '*', '@', '^', '_', '$', '%', '\\', '`':
			return ornament
		}
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return separator
		}
		return foreign
	case 0x25A0 <= r && r <= 0x27BF, 0x2B00 <= r && r <= 0x2BFF, 0x1F000 <= r && r <= 0x1FAFF: // shapes, dingbats, emoji
		return ornament
	case 0xFF01 <= r && r <= 0xFF5E:
		return gapClass(skeleton, skeleton)
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		return separator
	}
	return foreign
}

// class returns the class of r.
func (d *disguises) class(r rune) class {
	if uint32(r) < bmp {
		return class(le16(d.classes, 2*int(r)))
	}
	n := len(d.beyond) / 6
	lo, hi := 0, n
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch key := rune(le32(d.beyond, 4*mid)); {
		case key == r:
			return class(le16(d.beyond, 4*n+2*mid))
		case key < r:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return gapClass(r, r)
}

// pairHash is the place of a pair of codes in a bitmap of 2^32 bits.
func pairHash(a, b class) uint32 {
	return (uint32(a&^inDisguise)<<16 | uint32(b&^inDisguise)) * 0x9E3779B1
}

// pairBitmap returns a bitmap with about sixteen bits for each pair.
func pairBitmap(pairs []uint32) string {
	size := pairsLeast
	for size < 2*len(pairs) && size < pairsMost {
		size *= 2
	}
	bitmap := make([]byte, size)
	shift := 33 - bits.Len(uint(8*size))
	for _, h := range pairs {
		h >>= shift
		bitmap[h/8] |= 1 << (h % 8)
	}
	return string(bitmap)
}

// neighbours reports whether the codes a and b probably stand side by side in a word.
func (d *disguises) neighbours(a, b class) bool {
	h := pairHash(a, b) >> (33 - bits.Len(uint(8*len(d.pairs))))
	return d.pairs[h/8]&(1<<(h%8)) != 0
}

// screen reports whether text may have a word in disguise.
func (d *disguises) screen(text string) bool {
	last, between := foreign, 0
	for i := 0; i < len(text); {
		var c class
		if b := text[i]; b < 0x80 {
			c = class(le16(d.classes, 2*int(b)))
			i++
		} else if r, ok := threeBytes(text, i); ok {
			c = class(le16(d.classes, 2*int(r)))
			i += 3
		} else {
			r, n := utf8.DecodeRuneInString(text[i:])
			c = d.class(r)
			i += n
		}
		switch {
		case c >= firstCode:
			if c >= inDisguise {
				return true
			}
			if c == last {
				between++ // it may be there to part its neighbours
				continue
			}
			if between > 0 {
				if last != foreign && d.neighbours(last, c) {
					return true
				}
				between = 0
			}
			last = c
		case c == foreign:
			last, between = foreign, 0
		case c != unseen:
			between++
		}
	}
	return false
}

// threeBytes decodes a character that UTF-8 writes with three bytes; false if there is none.
func threeBytes(text string, i int) (rune, bool) {
	if i+3 > len(text) {
		return 0, false
	}
	a, b, c := text[i], text[i+1], text[i+2]
	if a&0xF0 != 0xE0 || b&0xC0 != 0x80 || c&0xC0 != 0x80 {
		return 0, false
	}
	return rune(a&15)<<12 | rune(b&63)<<6 | rune(c&63), true
}
