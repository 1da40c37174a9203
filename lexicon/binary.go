package lexicon

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"strings"
	"unsafe"

	"proofcheck/lexicon/automaton"
)

// The compiled form of a Set is used in place. It is little-endian: magic (8 bytes), which
// ends with the version; the checksum of everything behind the table of sections (4); the
// number of sections (4); for each section where it begins and how long it is (8 + 8). Sections
// begin at multiples of sectionAlign.
const (
	magic        = "pclex\x00\x00\x01"
	sectionAlign = 64
	headSize     = 16
	tableSize    = headSize + 16*sections
)

// The sections, in their order.
const (
	sectionName = iota
	sectionHash
	sectionPacks
	sectionMeta
	sectionRecords
	sectionSharedEnds
	sectionSharedText
	sectionForms
	sectionKinds // this and what follows is empty when no entry is found disguised
	sectionClasses
	sectionBeyond
	sectionPairs
	sectionSkeletons
	sectionSkeletonEntries
	sectionSounds
	sectionSoundEntries
	sections
)

// AppendBinary appends the compiled form, which Open reads. It is the same for the same
// entries in the same order.
func (s *Set) AppendBinary(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, make([]byte, tableSize-len(magic))...)
	for i := range sections {
		for (len(dst)-start)%sectionAlign != 0 {
			dst = append(dst, 0)
		}
		from := len(dst) - start
		dst = s.appendSection(dst, i)
		row := dst[start+headSize+16*i:]
		binary.LittleEndian.PutUint64(row, uint64(from))
		binary.LittleEndian.PutUint64(row[8:], uint64(len(dst)-start-from))
	}
	binary.LittleEndian.PutUint32(dst[start+12:], sections)
	binary.LittleEndian.PutUint32(dst[start+8:], checksum(dst[start+tableSize:]))
	return dst, nil
}

func (s *Set) appendSection(dst []byte, section int) []byte {
	switch section {
	case sectionName:
		return append(dst, s.name...)
	case sectionHash:
		return append(dst, s.hash...)
	case sectionPacks:
		for _, p := range s.packs {
			dst = binary.AppendUvarint(append(dst, byte(p.Category)), uint64(p.Entries))
			dst = appendString(dst, p.Name)
		}
		return dst
	case sectionMeta:
		return append(dst, s.meta...)
	case sectionRecords:
		return append(dst, s.records...)
	case sectionSharedEnds:
		return append(dst, s.shared.ends...)
	case sectionSharedText:
		return append(dst, s.shared.text...)
	case sectionForms:
		return s.forms.AppendBinary(dst)
	}
	d := s.disguises
	if d == nil {
		return dst
	}
	switch section {
	case sectionKinds:
		return append(dst, byte(d.kinds))
	case sectionClasses:
		return append(dst, d.classes...)
	case sectionBeyond:
		return append(dst, d.beyond...)
	case sectionPairs:
		return append(dst, d.pairs...)
	case sectionSkeletons:
		return d.forms.AppendBinary(dst)
	case sectionSkeletonEntries:
		return append(dst, d.entries...)
	case sectionSounds:
		if d.sounds != nil {
			return d.sounds.AppendBinary(dst)
		}
	case sectionSoundEntries:
		return append(dst, d.sounded...)
	}
	return dst
}

func checksum(data []byte) uint32 {
	return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
}

// Open returns the Set whose compiled form is data, which it uses in place. Data that is
// damaged or was written by another version is an error.
func Open(data string) (*Set, error) {
	s, err := open(data, true)
	if err != nil {
		return nil, fmt.Errorf("lexicon: compiled form: %w; compile the lexicon again", err)
	}
	return s, nil
}

func open(data string, check bool) (*Set, error) {
	if len(data) < tableSize || !strings.HasPrefix(data, magic) || le32(data, 12) != sections {
		return nil, errors.New("not one of this version")
	}
	if check && checksum(unsafe.Slice(unsafe.StringData(data), len(data))[tableSize:]) != le32(data, 8) {
		return nil, errors.New("the checksum is wrong")
	}
	var part [sections]string
	for i := range part {
		from, size := le64(data, headSize+16*i), le64(data, headSize+16*i+8)
		if from%sectionAlign != 0 || from > uint64(len(data)) || size > uint64(len(data))-from {
			return nil, fmt.Errorf("section %d is out of bounds", i)
		}
		part[i] = data[from : from+size]
	}
	s := &Set{
		name: part[sectionName], hash: part[sectionHash],
		meta: part[sectionMeta], records: part[sectionRecords],
		shared: stringTable{part[sectionSharedEnds], part[sectionSharedText]},
	}
	if err := s.openPacks(part[sectionPacks]); err != nil {
		return nil, err
	}
	var err error
	if s.forms, err = automaton.Open(part[sectionForms]); err != nil {
		return nil, err
	}
	if len(s.meta) != s.forms.Len()*metaSize {
		return nil, fmt.Errorf("%d forms for %d entries", s.forms.Len(), len(s.meta)/metaSize)
	}
	for i := range s.Len() {
		if _, pack, f := s.row(i); pack >= len(s.packs) || f.category() != s.packs[pack].Category {
			return nil, fmt.Errorf("entry %d is of no pack", i)
		}
	}
	if part[sectionKinds] != "" {
		if err := s.openDisguises(&part); err != nil {
			return nil, err
		}
	}
	s.ready()
	return s, nil
}

func (s *Set) openPacks(part string) error {
	for r := (reader{part}); r.rest != ""; {
		c := Category(r.rest[0])
		r.rest = r.rest[1:]
		n := r.number()
		if c >= categories || n > MaxEntries || len(s.packs) == maxPacks {
			return errors.New("the table of packs is damaged")
		}
		s.packs = append(s.packs, Pack{c, r.text(), int(n)})
	}
	return nil
}

func (s *Set) openDisguises(part *[sections]string) (err error) {
	d := &disguises{
		kinds:   Evasion(part[sectionKinds][0]),
		classes: part[sectionClasses], beyond: part[sectionBeyond], pairs: part[sectionPairs],
		entries: part[sectionSkeletonEntries], sounded: part[sectionSoundEntries],
	}
	bitmap := len(d.pairs)
	if len(d.classes) != 2*bmp || len(d.beyond)%6 != 0 ||
		bitmap < pairsLeast || bitmap > pairsMost || bits.OnesCount(uint(bitmap)) != 1 {
		return errors.New("the tables of disguises are damaged")
	}
	if d.forms, err = s.openWords(part[sectionSkeletons], d.entries); err != nil {
		return err
	}
	if part[sectionSounds] != "" {
		d.sounds, err = s.openWords(part[sectionSounds], d.sounded)
	}
	s.disguises = d
	return err
}

// openWords opens an automaton whose words stand for entries.
func (s *Set) openWords(part, entries string) (*automaton.Automaton, error) {
	a, err := automaton.Open(part)
	if err != nil {
		return nil, err
	}
	if len(entries) != 4*a.Len() {
		return nil, errors.New("the words and the entries in disguise differ in number")
	}
	for i := 0; i < len(entries); i += 4 {
		if le32(entries, i) >= uint32(s.Len()) {
			return nil, errors.New("an entry in disguise does not exist")
		}
	}
	return a, nil
}

func le64(s string, at int) uint64 { return uint64(le32(s, at)) | uint64(le32(s, at+4))<<32 }
