package lexicon

import (
	"cmp"
	"slices"
	"sort"
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
	keep []bool // by pack
}

// NewFinder returns a Finder of the entries of sets. An allow entry of any of them
// protects against the entries of all.
func NewFinder(sets []*Set, opt FinderOptions) *Finder {
	f := &Finder{}
	for _, s := range sets {
		v := searched{s, make([]bool, len(s.packs))}
		for i, p := range s.packs {
			v.keep[i] = opt.Keep == nil || opt.Keep(p.Category, p.Name)
		}
		if slices.Contains(v.keep, true) {
			f.sets = append(f.sets, v)
		}
	}
	f.scratch.New = func() any { return new(scratch) }
	return f
}

// scratch is what a search needs while it runs.
type scratch struct {
	raw    []automaton.Match
	found  []candidate
	allow  []span // sorted by end
	starts []int  // the least start of allow[i:]
	match  Match
}

const mostKept = 1 << 14 // elements of buffers that are used again

// A candidate is an occurrence that has not passed all guards yet.
type candidate struct {
	start, end int
	set        int32
	entry      int32
	disguised  bool
}

type span struct{ start, end int }

// Find calls yield for every occurrence of an entry that its guards let pass, in ascending
// order of their ends, of those with the same end the longest first. Occurrences may overlap.
// Date is the document's; 0 is unknown: entries hold on whatever days. It stops when yield
// returns false, and yield may not keep m, only what it points to.
func (f *Finder) Find(text string, date Date, yield func(m *Match) bool) {
	sc := f.scratch.Get().(*scratch)
	sc.found, sc.allow = sc.found[:0], sc.allow[:0]
	for i := range f.sets {
		f.sets[i].search(sc, int32(i), text, date)
	}
	if len(sc.found) > 0 {
		f.report(sc, text, yield)
	}
	if cap(sc.raw) <= mostKept && cap(sc.found) <= mostKept {
		f.scratch.Put(sc)
	}
}

// search collects the candidates of one set and the places that its allow entries protect.
func (v *searched) search(sc *scratch, number int32, text string, date Date) {
	sc.raw = v.forms.AppendAll(sc.raw[:0], text)
	for _, m := range sc.raw {
		_, pack, f := v.row(int(m.Word))
		if !v.keep[pack] || !v.passes(int(m.Word), f, text, m.Start, m.End, date) {
			continue
		}
		if f.category() == Allow {
			sc.allow = append(sc.allow, span{m.Start, m.End})
		} else {
			sc.found = append(sc.found, candidate{start: m.Start, end: m.End, set: number, entry: m.Word})
		}
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
func (f *Finder) report(sc *scratch, text string, yield func(m *Match) bool) {
	if len(f.sets) > 1 {
		slices.SortFunc(sc.found, func(a, b candidate) int {
			return cmp.Or(a.end-b.end, a.start-b.start, int(a.set-b.set), int(a.entry-b.entry))
		})
		slices.SortFunc(sc.allow, func(a, b span) int { return a.end - b.end })
	}
	sc.starts = slices.Grow(sc.starts[:0], len(sc.allow))[:len(sc.allow)]
	least := len(text)
	for i := len(sc.allow) - 1; i >= 0; i-- {
		least = min(least, sc.allow[i].start)
		sc.starts[i] = least
	}
	for _, c := range sc.found {
		v := &f.sets[c.set]
		if sc.allowed(c.start, c.end) {
			continue
		}
		sc.match = Match{Start: c.start, End: c.end, Entry: v.Entry(int(c.entry)), Disguised: c.disguised}
		if !yield(&sc.match) {
			return
		}
	}
}

// allowed reports whether an allow entry stands at the place, around it, or across one of its
// borders. One that is only a part of it protects nothing.
func (sc *scratch) allowed(start, end int) bool {
	i := sort.Search(len(sc.allow), func(i int) bool { return sc.allow[i].end > start })
	for ; i < len(sc.allow) && sc.starts[i] < end; i++ {
		a := sc.allow[i]
		if a.start < end && (a.start < start || a.end > end || a == (span{start, end})) {
			return true
		}
	}
	return false
}
