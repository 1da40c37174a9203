package automaton

import "unicode/utf8"

// Codes number the characters of the words after folding, the most frequent first.
const (
	codeNone  = 0 // in no word; an invalid byte as well
	codeSkip  = 1 // invisible: leaves the state alone
	codeFirst = 2
	maxCodes  = 1 << 16
)

// The page numbers of an alphabet stand in one slice. The characters that UTF-8
// writes with three bytes come first, so that the bits of the first two bytes are the index.
// Its first 32 places would be overlong forms: they stay at the empty page.
const (
	pageSize  = 64            // characters with the same leading bytes in UTF-8
	pagesLow  = 1024          // U+0000 to U+07FF, 32 pages
	pagesHigh = pagesLow + 32 // 64 pages for each block of 4096 characters beyond the BMP that is used
	blockSize = 4096
	blocks    = (utf8.MaxRune + 1 - 1<<16) / blockSize
)

// An alphabet maps every character to its code, by way of pages that are shared
// when they are equal.
type alphabet struct {
	pages  []uint16 // page numbers; see pagesLow and pagesHigh
	blocks []uint16 // beyond the BMP: r>>12 - 16 to the number of its 64 pages + 1, or 0
	codes  []uint16 // pageSize codes for each page; page 0 is empty
	count  int      // codes are less than this
	skips  bool     // some character has codeSkip
}

func (a *alphabet) size() int { return 2 * (len(a.pages) + len(a.blocks) + len(a.codes)) }

// code returns the code of r.
func (a *alphabet) code(r rune) uint32 {
	var page int
	switch {
	case r < 0x800:
		page = pagesLow + int(r)>>6
	case r < 0x10000:
		page = int(r) >> 6
	default:
		block := a.blocks[r>>12-16]
		if block == 0 {
			return codeNone
		}
		page = pagesHigh + int(block-1)*pageSize + int(r>>6&63)
	}
	return uint32(a.codes[int(a.pages[page])*pageSize+int(r&63)])
}

// decode returns the code of the first character of text, which is not empty,
// and its length in bytes. An invalid byte is codeNone and one byte long.
func (a *alphabet) decode(text string) (uint32, int) {
	r, n := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && n == 1 {
		return codeNone, 1
	}
	return a.code(r), n
}

// newAlphabet makes the table from the characters that have a code, in ascending order.
func newAlphabet(characters []coded, count int) alphabet {
	a := alphabet{
		pages:  make([]uint16, pagesHigh),
		blocks: make([]uint16, blocks),
		codes:  make([]uint16, pageSize),
		count:  count,
	}
	known := map[[pageSize]uint16]uint16{{}: 0}
	for i := 0; i < len(characters); {
		first := characters[i].r &^ 63
		var page [pageSize]uint16
		for ; i < len(characters) && characters[i].r&^63 == first; i++ {
			c := characters[i]
			page[c.r&63] = c.code
			a.skips = a.skips || c.code == codeSkip
		}
		number, ok := known[page]
		if !ok {
			number = uint16(len(a.codes) / pageSize)
			known[page] = number
			a.codes = append(a.codes, page[:]...)
		}
		a.pages[a.place(first)] = number
	}
	return a
}

// place returns the index of the page of r, making room for it.
func (a *alphabet) place(r rune) int {
	if r < 0x800 {
		return pagesLow + int(r)>>6
	}
	if r < 0x10000 {
		return int(r) >> 6
	}
	block := &a.blocks[r>>12-16]
	if *block == 0 {
		*block = uint16((len(a.pages)-pagesHigh)/pageSize) + 1
		a.pages = append(a.pages, make([]uint16, pageSize)...)
	}
	return pagesHigh + int(*block-1)*pageSize + int(r>>6&63)
}
