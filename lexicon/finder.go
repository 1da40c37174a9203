package lexicon

import (
	"cmp"
	"slices"
	"sync"

	"proofcheck/lexicon/automaton"
)

// FinderOptions choose what a Finder looks for. The zero value keeps everything.
type FinderOptions struct {
	// Keep reports whether the entries of a pack are looked for; nil keeps all.
	Keep func(c Category, pack string) bool
}

// A Finder looks for the entries of several sets at once. It is immutable and safe for
// concurrent use.
type Finder struct {
	sets    []searched
	scratch sync.Pool // *scratch
}

// searched is a Set with the packs that are kept.
type searched struct {
	*Set
	keep    []bool // by pack
	allows  bool   // some pack that is kept is of allow entries
	unmasks bool   // some entry of a pack that is kept is found disguised
}

// NewFinder returns a Finder of the entries of sets. An allow entry of any of them
// protects against the entries of all.
func NewFinder(sets []*Set, opt FinderOptions) *Finder {
	f := &Finder{}
	for _, s := range sets {
		v := searched{Set: s, keep: make([]bool, len(s.packs))}
		for i, p := range s.packs {
			v.keep[i] = opt.Keep == nil || opt.Keep(p.Category, p.Name)
			v.allows = v.allows || v.keep[i] && p.Category == Allow
		}
		v.unmasks = s.disguises != nil && v.keepsDisguised()
		if slices.Contains(v.keep, true) {
			f.sets = append(f.sets, v)
		}
	}
	f.scratch.New = func() any { return new(scratch) }
	return f
}

// keepsDisguised reports whether a pack that is kept has entries that are found disguised.
func (v *searched) keepsDisguised() bool {
	for i := 0; i < len(v.disguises.entries); i += 4 {
		if _, pack, _ := v.row(int(le32(v.disguises.entries, i))); v.keep[pack] {
			return true
		}
	}
	return false
}

// scratch is what a search needs while it runs.
type scratch struct {
	raw   []automaton.Match
	found []candidate
	allow protection
	match Match

	// For words in disguise:
	skeleton   skeleton
	gaps       []gap
	plain      []byte
	plainAllow protection
}

const mostKept = 1 << 14 // elements of buffers that are used again

// A candidate is an occurrence that has not passed all guards yet.
type candidate struct {
	start, end int
	set        int32
	entry      int32
	disguised  bool
}

// order is the order in which matches are reported.
func order(a, b candidate) int {
	return cmp.Or(a.end-b.end, a.start-b.start, int(a.set-b.set), int(a.entry-b.entry))
}

// Find calls yield for every occurrence of an entry that its guards let pass, in ascending
// order of their ends, of those with the same end the longest first. Occurrences may overlap.
// Date is the document's; 0 is unknown: entries hold on whatever days. It stops when yield
// returns false, and yield may not keep m, only what it points to.
func (f *Finder) Find(text string, date Date, yield func(m *Match) bool) {
	sc := f.scratch.Get().(*scratch)
	sc.found = sc.found[:0]
	sc.allow.reset()
	for i := range f.sets {
		f.sets[i].search(sc, int32(i), text, date)
	}
	if len(sc.found) > 0 {
		f.report(sc, text, date, yield)
	}
	if cap(sc.raw) <= mostKept && cap(sc.found) <= mostKept {
		f.scratch.Put(sc)
	}
}

// search collects the candidates of one set and the places that its allow entries protect.
func (v *searched) search(sc *scratch, number int32, text string, date Date) {
	first := len(sc.found)
	sc.raw = v.forms.AppendAll(sc.raw[:0], text)
	for _, m := range sc.raw {
		_, pack, f := v.row(int(m.Word))
		if !v.keep[pack] || !v.passes(int(m.Word), f, text, m.Start, m.End, date) {
			continue
		}
		if f.category() == Allow {
			sc.allow.add(m.Start, m.End)
		} else {
			sc.found = append(sc.found, candidate{start: m.Start, end: m.End, set: number, entry: m.Word})
		}
	}
	if !v.unmasks {
		return
	}
	exact := len(sc.found)
	if v.disguises.screen(text) {
		v.unmask(sc, number, text, date)
	}
	if v.disguises.sounds != nil {
		v.homophones(sc, number, text, date)
	}
	if len(sc.found) > exact {
		sc.found = append(sc.found[:first], settle(sc.found[first:])...)
	}
}

// passes asks all guards that look at dates and neighbours only.
func (v *searched) passes(entry int, f flags, text string, start, end int, date Date) bool {
	if f&edges != 0 && !isWord(f, text, start, end) {
		return false
	}
	if f&(dated|guarded) == 0 {
		return true
	}
	l := v.load(entry)
	if f&dated != 0 && date != 0 && (date < l.From || l.Until != 0 && date > l.Until) {
		return false
	}
	return f&guarded == 0 || l.guards.pass(&l.Entry, text, start, end)
}

// report yields the candidates that nothing vetoes.
func (f *Finder) report(sc *scratch, text string, date Date, yield func(m *Match) bool) {
	if len(f.sets) > 1 {
		slices.SortFunc(sc.found, order)
	}
	sc.allow.ready()
	for _, c := range sc.found {
		v := &f.sets[c.set]
		if sc.allow.covers(c.start, c.end) || !v.reads(c, text) || c.disguised && f.allowedPlain(sc, text, c, date) {
			continue
		}
		sc.match = Match{Start: c.start, End: c.end, Entry: v.Entry(int(c.entry)), Disguised: c.disguised}
		if !yield(&sc.match) {
			return
		}
	}
}
