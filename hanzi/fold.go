package hanzi

import (
	_ "embed"
	"unicode"
)

var (
	//go:embed tables/compat.bin
	compatTable string // radicals and compatibility ideographs, 3 bytes each: see compat
	//go:embed tables/lookalike.bin
	lookalikeTable string // sorted runes, 3 bytes each, then as many skeletons, 3 bytes each
)

// Fold returns the form that r is compared in, or -1 if a reader does not see r at all:
// full-width forms become ASCII, capital letters small, the many spaces U+0020, radicals and
// compatibility ideographs the unified character; zero-width characters, soft hyphens, byte
// order marks, bidirectional controls, variation selectors and control codes vanish. Tabs and
// line ends stay. Fold(Fold(r)) is Fold(r).
func Fold(r rune) rune {
	if uint32(r)-0x3041 < 0xA000-0x3041 { // kana, bopomofo, unified ideographs
		return r
	}
	return fold(r)
}

func fold(r rune) rune {
	switch {
	case r < 0x80:
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r < ' ' && !('\t' <= r && r <= '\r') || r == 0x7F:
			return -1
		}
		return r
	case r < 0x2E80:
		return foldLetter(r)
	case r <= 0x2FD5:
		return compat(r, 0x2E80, 0)
	case r == 0x3000:
		return ' '
	case 0xF900 <= r && r <= 0xFAFF:
		return compat(r, 0xF900, 0x2FD6-0x2E80)
	case 0xFE00 <= r && r <= 0xFE0F || r == 0xFEFF:
		return -1
	case 0xFF01 <= r && r <= 0xFF5E:
		r -= 0xFF01 - '!'
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case 0xFFA0 <= r && r <= 0xFFFB:
		return foldSpecial(r)
	case 0x2F800 <= r && r <= 0x2FA1D:
		return compat(r, 0x2F800, 0x2FD6-0x2E80+0x200)
	case 0x1D173 <= r && r <= 0x1D17A || 0xE0000 <= r && r <= 0xE0FFF:
		return -1
	case 0xA640 <= r && r <= 0xABBF || 0x10400 <= r && r <= 0x1E943:
		return lower(r)
	}
	return r
}

// foldLetter folds the alphabets and the general punctuation below the CJK blocks.
func foldLetter(r rune) rune {
	switch {
	case r < 0xA0:
		if r == 0x85 { // next line
			return r
		}
		return -1
	case r == 0xA0, 0x2000 <= r && r <= 0x200A, r == 0x202F, r == 0x205F, r == 0x1680:
		return ' '
	case r == 0xAD, r == 0x034F, r == 0x061C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5,
		0x180B <= r && r <= 0x180F,
		0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F:
		return -1
	case 0x2010 <= r && r < 0x2100:
		return r
	}
	return lower(r)
}

// lower is unicode.ToLower, applied until nothing changes: 'ϴ' and a few others need it.
func lower(r rune) rune {
	for {
		l := unicode.ToLower(r)
		if l == r {
			return r
		}
		r = l
	}
}

func foldSpecial(r rune) rune {
	switch {
	case r == 0xFFA0, r >= 0xFFF0 && r <= 0xFFFB:
		return -1
	case r == 0xFFE0, r == 0xFFE1: // ￠ ￡
		return r - 0xFFE0 + 0xA2
	case r == 0xFFE5: // ￥
		return 0xA5
	}
	return r
}

// compat looks r up in the table of compatibility forms; first is the start of its Unicode
// block and row the block's first row.
func compat(r, first rune, row int) rune {
	return rune(get24(compatTable, row+int(r-first)))
}

// LooksLike returns the plain character that r is taken for at a glance, after Fold: the
// Latin letter for a Cyrillic, Greek, accented, circled, mathematical or full-width one, the
// digit for a circled, superscript or mathematical one, the Chinese character for a circled
// one. A combining mark gives -1, as does what Fold leaves out; anything else gives Fold(r).
func LooksLike(r rune) rune {
	r = Fold(r)
	if r < 0x80 || uint32(r)-0x3400 < 0xA000-0x3400 {
		return r
	}
	half := len(lookalikeTable) / 2
	if i, ok := find24(lookalikeTable[:half], uint32(r)); ok {
		if s := get24(lookalikeTable[half:], i); s != 0 {
			return rune(s)
		}
		return -1
	}
	return r
}
