package automaton

import (
	"iter"
	"sort"
)

// Longest yields matches that do not overlap: the leftmost one, of those that begin
// there the longest, then the same again behind its end. Of words that fold to the
// same form it reports the lowest; see Same. Memory grows with the longest word only.
func (a *Automaton) Longest(text string) iter.Seq[Match] {
	return func(yield func(Match) bool) {
		var (
			events [eventBlock]event
			st     = begin
			tiling []Match
			floor  int
		)
		for i := 0; i < len(text); {
			var n int
			n, i = a.scan(text, i, &st, events[:])
			for _, e := range events[:n] {
				tiling = a.tile(tiling, 0, floor, text, e)
			}
			// What begins before the characters that the state remembers cannot change any more.
			from, _ := a.back(text, i, a.chars(st.slot))
			done := 0
			for done < len(tiling) && (tiling[done].Start < from || i == len(text)) {
				if !yield(tiling[done]) {
					return
				}
				floor = tiling[done].End
				done++
			}
			tiling = append(tiling[:0], tiling[done:]...)
		}
	}
}

// AppendLongest appends what Longest yields to dst and returns it.
func (a *Automaton) AppendLongest(dst []Match, text string) []Match {
	var (
		events [eventBlock]event
		st     = begin
	)
	for i, first := 0, len(dst); i < len(text); {
		var n int
		n, i = a.scan(text, i, &st, events[:])
		for _, e := range events[:n] {
			dst = a.tile(dst, first, 0, text, e)
		}
	}
	return dst
}

// tile brings matches[first:] up to date with the words that end at e: it is the
// leftmost-longest tiling of all matches that begin at floor or later and end at e or before.
func (a *Automaton) tile(matches []Match, first, floor int, text string, e event) []Match {
	for w := e.first; w != 0; {
		word := a.words[w-1]
		m := Match{a.start(text, e, uint32(word>>32)), e.end, int32(w - 1)}
		var done bool
		if matches, done = addTile(matches, first, floor, m); done {
			break
		}
		w = uint32(word)
	}
	return matches
}

// addTile adds m to the tiling matches[first:] and reports whether it has a place there.
// No match of the tiling may end behind m, and of the matches that end with m
// those that begin before it must have been tried.
//
// The tiling is what a search would report if the text ended here: T1, T2, … with T(k)
// the leftmost, then longest, match that begins at the end of T(k-1) or later. Let
// T(k) be the first that ends behind the start of m. The tiles before it stay what they
// are, since they end before m begins, and begin before it. If m begins where T(k)
// does, or before, it takes its place, and the tiles behind go, for they begin before m
// ends. (It overlaps no tile that was given out: those end at floor.) If m begins inside T(k), m is not in the tiling now; it cannot come back
// either, since a tile changes only to one that ends later than every match seen.
// The same argument lets go of the shorter words that end with m: they begin inside m.
func addTile(matches []Match, first, floor int, m Match) ([]Match, bool) {
	if m.Start < floor {
		return matches, false
	}
	k := len(matches)
	if k > first && matches[k-1].End > m.Start {
		k = first + sort.Search(k-first, func(i int) bool { return matches[first+i].End > m.Start })
		if matches[k].Start < m.Start {
			return matches, false
		}
	}
	return append(matches[:k], m), true
}
