package lexicon

import (
	"fmt"
	"sync/atomic"

	"proofcheck/lexicon/automaton"
)

// A Set is a compiled lexicon. It is immutable and safe for concurrent use.
type Set struct {
	name      string
	hash      string
	packs     []Pack
	meta      string // metaSize bytes an entry
	records   string // what the entries say; see record.go
	shared    stringTable
	forms     *automaton.Automaton // word i is the form of entry i
	disguises *disguises           // nil when no entry is found disguised
	entries   []atomic.Pointer[page]
}

// A Pack is a group of entries that is switched as a whole.
type Pack struct {
	Category Category
	Name     string
	Entries  int
}

// A loaded entry is decoded, with its guards compiled.
type loaded struct {
	Entry
	guards guards
	folded string // the form, if it is found disguised
}

// Entries are decoded when they are first asked for, and stay.
const pageSize = 64

type page [pageSize]atomic.Pointer[loaded]

// Len returns the number of entries.
func (s *Set) Len() int { return len(s.meta) / metaSize }

// Name returns the name of the file that the Set was read from, "builtin" for the built-in
// one, "" for one that was compiled from entries.
func (s *Set) Name() string { return s.name }

// Hash returns 16 hexadecimal digits that tell sets with different entries apart.
func (s *Set) Hash() string { return s.hash }

// Packs returns the packs in the order in which their first entries stand. It is not to be
// written to.
func (s *Set) Packs() []Pack { return s.packs }

// Entry returns entry i, in the order in which they were compiled. It is shared and not to
// be written to. It panics if i is out of range.
func (s *Set) Entry(i int) *Entry { return &s.load(i).Entry }

// load returns entry i with what belongs to it.
func (s *Set) load(i int) *loaded {
	if uint(i) >= uint(s.Len()) {
		panic(fmt.Sprintf("lexicon: entry %d of %d", i, s.Len()))
	}
	slot := &s.entries[i/pageSize]
	p := slot.Load()
	if p == nil {
		p = new(page)
		if !slot.CompareAndSwap(nil, p) {
			p = slot.Load()
		}
	}
	l := p[i%pageSize].Load()
	if l == nil {
		l = new(loaded)
		s.decode(i, &l.Entry)
		l.guards = newGuards(&l.Entry)
		if l.Evasion != 0 {
			l.folded = foldString(l.Form)
		}
		if !p[i%pageSize].CompareAndSwap(nil, l) {
			l = p[i%pageSize].Load()
		}
	}
	return l
}

// Size returns the bytes that the tables take: of this process, or of the string given to Open.
func (s *Set) Size() int {
	n := len(s.meta) + len(s.records) + s.shared.size() + s.forms.Size()
	if s.disguises != nil {
		n += s.disguises.size()
	}
	return n
}
