package lexicon

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An entry has a row of fixed size in the meta table, which is all that most matches need,
// and a record of variable size with the rest. The row is little-endian: where the record
// begins (4 bytes), the pack (2), flags (2).
const (
	metaSize = 8
	maxPacks = math.MaxUint16
)

type flags uint16

const (
	categoryMask flags = 3
	guarded      flags = 1 << (iota + 1) // has guards
	dated                                // holds for some days only
	beginsLetter                         // see edgeFlags
	beginsDigit
	endsLetter
	endsDigit
	alphanumeric // no Chinese characters
	whole        // asks for whole words
	explained    // asks the whole-word guard
	evasive      // is found disguised
)

const edges = beginsLetter | beginsDigit | endsLetter | endsDigit

func (f flags) category() Category { return Category(f & categoryMask) }

// row returns the meta row of entry i.
func (s *Set) row(i int) (offset uint32, pack int, f flags) {
	m := s.meta[i*metaSize:][:metaSize]
	return le32(m, 0), int(le16(m, 4)), flags(le16(m, 6))
}

func le16(s string, at int) uint16 {
	s = s[at : at+2]
	return uint16(s[0]) | uint16(s[1])<<8
}

func le32(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func metaFlags(e *Entry) flags {
	f := flags(e.Category)
	if len(e.NotAfter)+len(e.NotBefore)+len(e.OnlyAfter)+len(e.OnlyBefore) > 0 {
		f |= guarded
	}
	if e.From != 0 || e.Until != 0 {
		f |= dated
	}
	f |= edgeFlags(e.Form)
	if e.Whole {
		f |= whole
	}
	if (e.Category == Typo || e.Category == Expression) && !e.Raw && f&alphanumeric == 0 {
		f |= explained
	}
	if e.Category == Sensitive && e.Evasion != 0 {
		f |= evasive
	}
	return f
}

// The head of a record says which fields follow, in the order of these bits.
const (
	hasSuggest = 1 << iota
	hasNote
	hasSource
	hasFrom
	hasUntil
	hasNotAfter
	hasNotBefore
	hasOnlyAfter
	hasOnlyBefore
	hasHit
	hasMiss
	hasOrigin
	isWhole
	isRaw
	levelShift   = iota // 2 bits
	clauseShift  = levelShift + 2
	evasionShift = clauseShift + 2
)

// appendRecord appends the record of e.
func (b *builder) appendRecord(e *Entry) {
	head := uint64(e.Level)<<levelShift | uint64(e.Clause)<<clauseShift | uint64(e.Evasion)<<evasionShift
	for _, field := range []struct {
		has bool
		bit uint64
	}{
		{len(e.Suggest) > 0, hasSuggest}, {e.Note != "", hasNote}, {e.Source != "", hasSource},
		{e.From != 0, hasFrom}, {e.Until != 0, hasUntil},
		{len(e.NotAfter) > 0, hasNotAfter}, {len(e.NotBefore) > 0, hasNotBefore},
		{len(e.OnlyAfter) > 0, hasOnlyAfter}, {len(e.OnlyBefore) > 0, hasOnlyBefore},
		{len(e.Hit) > 0, hasHit}, {len(e.Miss) > 0, hasMiss}, {e.Origin != "", hasOrigin},
		{e.Whole, isWhole}, {e.Raw, isRaw},
	} {
		if field.has {
			head |= field.bit
		}
	}
	r := appendString(binary.AppendUvarint(b.records, head), e.Form)
	for _, s := range e.lists() {
		if len(*s) > 0 {
			r = binary.AppendUvarint(r, uint64(len(*s)))
			for _, item := range *s {
				r = appendString(r, item)
			}
		}
	}
	if e.Note != "" {
		r = binary.AppendUvarint(r, uint64(b.intern(e.Note)))
	}
	if e.Source != "" {
		r = binary.AppendUvarint(r, uint64(b.intern(e.Source)))
	}
	if e.From != 0 {
		r = binary.AppendUvarint(r, uint64(uint32(e.From)))
	}
	if e.Until != 0 {
		r = binary.AppendUvarint(r, uint64(uint32(e.Until)))
	}
	if e.Origin != "" {
		file, line := splitOrigin(e.Origin)
		r = binary.AppendUvarint(r, uint64(b.intern(file)))
		r = binary.AppendUvarint(r, uint64(line))
	}
	b.records = r
}

// lists returns the fields that are lists, in the order of their bits.
func (e *Entry) lists() [7]*[]string {
	return [...]*[]string{&e.Suggest, &e.NotAfter, &e.NotBefore, &e.OnlyAfter, &e.OnlyBefore, &e.Hit, &e.Miss}
}

var listBits = [...]uint64{hasSuggest, hasNotAfter, hasNotBefore, hasOnlyAfter, hasOnlyBefore, hasHit, hasMiss}

// decode fills in e from the record of entry i. What is out of bounds is left empty.
func (s *Set) decode(i int, e *Entry) {
	offset, pack, f := s.row(i)
	r := reader{rest: s.records[min(int(offset), len(s.records)):]}
	head := r.number()
	e.Form = r.text()
	for k, list := range e.lists() {
		if head&listBits[k] == 0 {
			continue
		}
		n := r.number()
		if n > uint64(len(r.rest)) { // an item has a byte at least
			return
		}
		*list = make([]string, n)
		for j := range *list {
			(*list)[j] = r.text()
		}
	}
	if head&hasNote != 0 {
		e.Note = s.shared.at(r.number())
	}
	if head&hasSource != 0 {
		e.Source = s.shared.at(r.number())
	}
	if head&hasFrom != 0 {
		e.From = Date(uint32(r.number()))
	}
	if head&hasUntil != 0 {
		e.Until = Date(uint32(r.number()))
	}
	if head&hasOrigin != 0 {
		e.Origin = s.shared.at(r.number())
		if line := r.number(); line != 0 {
			e.Origin += ":" + strconv.FormatUint(line, 10)
		}
	}
	e.Category = f.category()
	e.Pack = s.packs[pack].Name
	e.Level = Level(head >> levelShift & 3)
	e.Clause = Clause(head >> clauseShift & 3)
	e.Evasion = Evasion(head>>evasionShift) & AllEvasions
	e.Whole = head&isWhole != 0
	e.Raw = head&isRaw != 0
}

// splitOrigin splits file:line; the line is 0 when there is none.
func splitOrigin(origin string) (string, uint64) {
	if i := strings.LastIndexByte(origin, ':'); i >= 0 {
		line, err := strconv.ParseUint(origin[i+1:], 10, 32)
		if err == nil && line > 0 && origin[i+1] != '0' {
			return origin[:i], line
		}
	}
	return origin, 0
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A reader takes numbers and strings off a record; at its end it gives zeros.
type reader struct{ rest string }

func (r *reader) number() uint64 {
	var v uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		v |= uint64(c&0x7F) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return v
		}
	}
	r.rest = ""
	return 0
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.rest = ""
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// A stringTable holds strings that many entries share: where each one ends (4 bytes
// each), then the strings.
type stringTable struct {
	ends string
	text string
}

func (t *stringTable) size() int { return len(t.ends) + len(t.text) }

// at returns string i, "" when there is none.
func (t *stringTable) at(i uint64) string {
	if i >= uint64(len(t.ends)/4) {
		return ""
	}
	from, to := uint32(0), le32(t.ends, 4*int(i))
	if i > 0 {
		from = le32(t.ends, 4*int(i)-4)
	}
	if from > to || uint64(to) > uint64(len(t.text)) {
		return ""
	}
	return t.text[from:to]
}

// intern returns the number of s in the table of shared strings.
func (b *builder) intern(s string) uint32 {
	n, ok := b.strings[s]
	if !ok {
		n = uint32(len(b.strings))
		b.strings[s] = n
		b.sharedText = append(b.sharedText, s...)
		b.sharedEnds = binary.LittleEndian.AppendUint32(b.sharedEnds, uint32(len(b.sharedText)))
	}
	return n
}

// pack returns the number of the pack of e and counts e in.
func (b *builder) pack(e *Entry) (uint16, error) {
	key := Pack{Category: e.Category, Name: e.Pack}
	n, ok := b.packOf[key]
	if !ok {
		if len(b.packs) == maxPacks {
			return 0, fmt.Errorf("more than %d packs", maxPacks)
		}
		n = uint16(len(b.packs))
		b.packOf[key] = n
		b.packs = append(b.packs, key)
	}
	b.packs[n].Entries++
	return n, nil
}
