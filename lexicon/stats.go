package lexicon

import "unicode/utf8"

// Stats are counts of entries.
type Stats struct {
	Entries int
	Packs   []PackStats // in the order in which their first entries stand

	Lengths     map[int]int // entries by the characters of their form
	Guarded     int         // entries with guards beside the match
	Whole, Raw  int
	Dated       int // entries that hold for some days only
	Evasive     int // entries that are found disguised
	Suggestions int // entries with suggestions
	Examples    int // entries with examples in which they must be found
	Sources     int // entries that name a source
}

// PackStats are counts of the entries of one pack.
type PackStats struct {
	Category Category
	Pack     string
	Entries  int
	Levels   [levels]int // entries by level
}

// Count counts entries.
func Count(entries []Entry) Stats {
	s := Stats{Entries: len(entries), Lengths: map[int]int{}}
	packOf := map[Pack]int{}
	add := func(n *int, counts bool) {
		if counts {
			*n++
		}
	}
	for i := range entries {
		e := &entries[i]
		key := Pack{Category: e.Category, Name: e.Pack}
		k, ok := packOf[key]
		if !ok {
			k = len(s.Packs)
			packOf[key] = k
			s.Packs = append(s.Packs, PackStats{Category: e.Category, Pack: e.Pack})
		}
		s.Packs[k].Entries++
		s.Packs[k].Levels[min(e.Level, Error)]++
		s.Lengths[utf8.RuneCountInString(e.Form)]++
		f := metaFlags(e)
		add(&s.Guarded, f&guarded != 0)
		add(&s.Dated, f&dated != 0)
		add(&s.Evasive, f&evasive != 0)
		add(&s.Whole, e.Whole)
		add(&s.Raw, e.Raw)
		add(&s.Suggestions, len(e.Suggest) > 0)
		add(&s.Examples, len(e.Hit) > 0)
		add(&s.Sources, e.Source != "")
	}
	return s
}
