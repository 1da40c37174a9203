package automaton

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// The compiled form is a header and then the tables as they are in memory, all numbers
// little-endian: nodes, links and words (8 bytes each), pages, blocks and codes (2 bytes
// each), and zeros up to a multiple of 8 bytes.
const (
	magic      = "PCAC"
	version    = 1
	headerSize = 40 // magic, version, then the fields of header
)

// A header says how long the tables are.
type header struct{ nodes, links, words, depth, pages, blocks, codes, count uint32 }

func (h *header) fields() [8]*uint32 {
	return [...]*uint32{&h.nodes, &h.links, &h.words, &h.depth, &h.pages, &h.blocks, &h.codes, &h.count}
}

// size returns the length of the compiled form.
func (h *header) size() uint64 {
	wide := uint64(h.nodes) + uint64(h.links) + uint64(h.words)
	narrow := uint64(h.pages) + uint64(h.blocks) + uint64(h.codes)
	return headerSize + 8*wide + (2*narrow+7)&^7
}

// AppendBinary appends the compiled form to dst, for Open. Its length is a multiple of 8.
// It is the same for the same words and options.
func (a *Automaton) AppendBinary(dst []byte) []byte {
	h := header{
		nodes: uint32(len(a.nodes)), links: uint32(len(a.links)), words: uint32(len(a.words)), depth: uint32(a.depth),
		pages: uint32(len(a.alphabet.pages)), blocks: uint32(len(a.alphabet.blocks)), codes: uint32(len(a.alphabet.codes)),
		count: uint32(a.alphabet.count),
	}
	dst = append(dst, magic...)
	dst = binary.LittleEndian.AppendUint32(dst, version)
	for _, field := range h.fields() {
		dst = binary.LittleEndian.AppendUint32(dst, *field)
	}
	for _, table := range [][]uint64{a.nodes, a.links, a.words} {
		for _, v := range table {
			dst = binary.LittleEndian.AppendUint64(dst, v)
		}
	}
	narrow := 0
	for _, table := range [][]uint16{a.alphabet.pages, a.alphabet.blocks, a.alphabet.codes} {
		for _, v := range table {
			dst = binary.LittleEndian.AppendUint16(dst, v)
		}
		narrow += 2 * len(table)
	}
	return append(dst, make([]byte, -narrow&7)...)
}

// Open returns the automaton that AppendBinary wrote. It uses data in place when the machine is
// little-endian and data begins at a multiple of 8 bytes in memory, and copies it
// otherwise, so data that is mapped must stay mapped and unchanged.
//
// Damaged or hostile data is an error, or gives an automaton that finds wrong places; it never
// makes a search fail or run on.
func Open(data string) (*Automaton, error) {
	if !strings.HasPrefix(data, magic) || len(data) < headerSize {
		return nil, errors.New("automaton: this is no compiled automaton")
	}
	if v := le32(data[4:]); v != version {
		return nil, fmt.Errorf("automaton: compiled form of version %d; this program reads version %d, compile the words again", v, version)
	}
	var h header
	for i, field := range h.fields() {
		*field = le32(data[8+4*i:])
	}
	if h.size() != uint64(len(data)) {
		return nil, fmt.Errorf("automaton: damaged: %d bytes, where the header says %d", len(data), h.size())
	}
	a := &Automaton{depth: int(h.depth)}
	rest := data[headerSize:]
	a.nodes, rest = cut[uint64](rest, h.nodes)
	a.links, rest = cut[uint64](rest, h.links)
	a.words, rest = cut[uint64](rest, h.words)
	a.alphabet.pages, rest = cut[uint16](rest, h.pages)
	a.alphabet.blocks, rest = cut[uint16](rest, h.blocks)
	a.alphabet.codes, _ = cut[uint16](rest, h.codes)
	a.alphabet.count = int(h.count)
	if err := a.validate(); err != nil {
		return nil, fmt.Errorf("automaton: damaged: %w", err)
	}
	a.index()
	return a, nil
}

func le32(s string) uint32 {
	s = s[:4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// littleEndian reports how the machine stores numbers.
func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

// cut takes a table of n numbers off the front of data, which is long enough.
func cut[T uint16 | uint64](data string, n uint32) (table []T, rest string) {
	var zero T
	size := int(unsafe.Sizeof(zero))
	bytes := int(n) * size
	data, rest = data[:bytes], data[bytes:]
	if n == 0 {
		return nil, rest
	}
	first := unsafe.Pointer(unsafe.StringData(data))
	if littleEndian() && uintptr(first)%unsafe.Alignof(zero) == 0 {
		// The pointer is aligned, the string is n numbers long, and tables are not written to.
		return unsafe.Slice((*T)(first), int(n)), rest
	}
	table = make([]T, n)
	for i := range table {
		for k := range size {
			table[i] |= T(data[i*size+k]) << (8 * k)
		}
	}
	return table, rest
}
