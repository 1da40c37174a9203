package lexicon

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"

	"proofcheck/hanzi"
	"proofcheck/lexicon/automaton"
)

// A builder makes a Set entry by entry.
type builder struct {
	forms      []string
	evasive    []evasiveForm
	meta       []byte
	records    []byte
	strings    map[string]uint32
	sharedEnds []byte
	sharedText []byte
	packOf     map[Pack]uint16
	packs      []Pack
}

func newBuilder() *builder {
	return &builder{strings: map[string]uint32{}, packOf: map[Pack]uint16{}}
}

// Compile makes a Set of entries, which it does not keep. An entry that is impossible is an
// error that names it.
func Compile(entries []Entry) (*Set, error) {
	b := newBuilder()
	for i := range entries {
		e := &entries[i]
		err := e.check()
		if err == nil {
			err = b.add(e)
		}
		if err != nil {
			where := e.Origin
			if where == "" {
				where = fmt.Sprintf("entry %d", i)
			}
			return nil, fmt.Errorf("lexicon: %s: %w", where, err)
		}
	}
	return b.set("")
}

// add takes in an entry that check has passed.
func (b *builder) add(e *Entry) error {
	if e.Category >= categories || e.Level >= levels || e.Clause >= clauses || e.Evasion&^AllEvasions != 0 {
		return fmt.Errorf("unknown %v, %v, %v or evasion", e.Category, e.Level, e.Clause)
	}
	if uint64(len(b.records))+uint64(len(b.sharedText)) > math.MaxUint32-MaxLine {
		return errors.New("more than 4 GiB of entries; split the lexicon")
	}
	pack, err := b.pack(e)
	if err != nil {
		return err
	}
	f := metaFlags(e)
	if f&evasive != 0 {
		b.evasive = append(b.evasive, evasiveForm{e.Form, uint32(len(b.forms)), e.Evasion})
	}
	b.meta = binary.LittleEndian.AppendUint32(b.meta, uint32(len(b.records)))
	b.meta = binary.LittleEndian.AppendUint16(b.meta, pack)
	b.meta = binary.LittleEndian.AppendUint16(b.meta, uint16(f))
	b.forms = append(b.forms, e.Form)
	b.appendRecord(e)
	return nil
}

// set returns the Set of the entries that were added.
func (b *builder) set(name string) (*Set, error) {
	forms, err := automaton.Compile(b.forms, automaton.Options{Fold: hanzi.Fold})
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	s := &Set{
		name: name, packs: b.packs,
		meta: string(b.meta), records: string(b.records),
		shared: stringTable{string(b.sharedEnds), string(b.sharedText)},
		forms:  forms,
	}
	if s.disguises, err = newDisguises(b.evasive); err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	s.hash = s.digest()
	s.ready()
	return s, nil
}

// ready makes room for the entries that are decoded.
func (s *Set) ready() {
	s.entries = make([]atomic.Pointer[page], (s.Len()+pageSize-1)/pageSize)
}

// digest returns 16 hexadecimal digits that stand for the entries.
func (s *Set) digest() string {
	h := sha256.New()
	for _, part := range []string{s.meta, s.records, s.shared.ends, s.shared.text} {
		fmt.Fprintf(h, "%d\n", len(part))
		io.WriteString(h, part)
	}
	for _, p := range s.packs {
		fmt.Fprintf(h, "%v/%s\n", p.Category, p.Name)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
