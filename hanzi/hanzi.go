// Package hanzi knows single characters: which form they are compared in, which level of
// the 通用规范汉字表 (8,105 characters, 2013) they belong to, what their simplified,
// traditional and variant forms are, how they sound and which others look like them.
//
// It does not know words. All tables are embedded and used as they lie: nothing is parsed
// or allocated at start, and a page that is not asked for is not read. Every function is
// pure and safe for concurrent use. The tables are built by hanzi/internal/gen from
// dictionaries with permissive licences, listed there and in NOTICE.
package hanzi

import _ "embed"

// The directly indexed block: CJK Extension A and the unified ideographs of the BMP.
const (
	blockFirst = 0x3400
	blockLast  = 0x9FFF
	blockSize  = blockLast - blockFirst + 1
)

var (
	//go:embed tables/extra.bin
	extraTable string // runes outside the block, ascending, 3 bytes each
	//go:embed tables/class.bin
	classTable string // 1 byte a character: level and flags
	//go:embed tables/simplified.bin
	simplifiedTable string // 2 bytes a character: the place of its simplified form
	//go:embed tables/standard.bin
	standardTable string // sparse lists
	//go:embed tables/traditional.bin
	traditionalTable string // sparse lists
	//go:embed tables/alike.bin
	alikeTable string // dense lists
)

const (
	levelMask   = 3
	traditional = 4
	variant     = 8
)

// place returns the row of r in the per-character tables, or -1.
func place(r rune) int {
	if d := uint32(r) - blockFirst; d < blockSize {
		return int(d)
	}
	return extraPlace(r)
}

func extraPlace(r rune) int {
	if i, ok := find24(extraTable, uint32(r)); ok {
		return blockSize + i
	}
	return -1
}

// at is the inverse of place; p must come from place or from a table.
func at(p int) rune {
	if p < blockSize {
		return rune(p + blockFirst)
	}
	return rune(get24(extraTable, p-blockSize))
}

// Level returns the level of r in the 通用规范汉字表: 1 (3,500 common characters),
// 2 (3,000), 3 (1,605), or 0 if the table does not hold it.
func Level(r rune) int {
	p := place(r)
	if p < 0 {
		return 0
	}
	return int(classTable[p] & levelMask)
}

// IsTraditional reports whether r is a traditional form that the 通用规范汉字表 replaces
// by a simplified one and does not itself hold. For a character that is both, such as 乾 or
// 瞭, it is false: there Standard tells what it may stand for, and only the word decides.
func IsTraditional(r rune) bool {
	p := place(r)
	return p >= 0 && classTable[p]&traditional != 0
}

// IsVariant reports whether r is a variant form (异体字) of a character of the
// 通用规范汉字表 that the table does not itself hold.
func IsVariant(r rune) bool {
	p := place(r)
	return p >= 0 && classTable[p]&variant != 0
}

// Standard returns the characters that r is a traditional or variant form of, likeliest
// first, without r itself. It is empty for most characters. For 乾 it is 干, although
// 乾 has Level 3 and stays in 乾坤.
func Standard(r rune) string {
	return sparse(standardTable, place(r))
}

// Traditional returns the traditional and variant forms of r, traditional ones first,
// without r itself.
func Traditional(r rune) string {
	return sparse(traditionalTable, place(r))
}

// Simplified returns the one simplified form that r is compared as, or r. Characters that
// have a Level are never changed, so 乾, 著 and 於 stay; Simplified(Simplified(r)) is
// Simplified(r).
func Simplified(r rune) rune {
	if r < blockFirst {
		return r
	}
	p := place(r)
	if p < 0 {
		return r
	}
	return at(int(get16(simplifiedTable, p)))
}

// Alike returns the characters that are taken for r in writing or by text recognition,
// most alike first, at most 32. It is empty for characters without a Level.
func Alike(r rune) string {
	return dense(alikeTable, place(r))
}
