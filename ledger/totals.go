package ledger

import (
	"cmp"
	"slices"

	"proofcheck/lexicon"
	"proofcheck/store"
)

// totals counts the rows of a ledger by unit.
type totals struct {
	byUnit map[string]*unitTotal
}

// unitTotal is what one unit has to mend and has mended.
type unitTotal struct {
	unit      string
	documents int
	veto      int // findings that fail a whole site
	states    [4]int
	last      int64 // document that was counted last; rows come by document
}

func (t *unitTotal) found() int {
	n := 0
	for _, k := range t.states {
		n += k
	}
	return n
}

func (t *totals) add(unit string, r *store.Row) {
	if t.byUnit == nil {
		t.byUnit = map[string]*unitTotal{}
	}
	u := t.byUnit[unit]
	if u == nil {
		u = &unitTotal{unit: unit}
		t.byUnit[unit] = u
	}
	if u.last != r.Document.ID {
		u.documents++
		u.last = r.Document.ID
	}
	if r.Finding.Clause == lexicon.Veto {
		u.veto++
	}
	u.states[min(r.Finding.State, store.StateFalseAlarm)]++
}

// list returns the units with the most left to mend first, and the sum of all under a name.
func (t *totals) list(sum string) []*unitTotal {
	all := &unitTotal{unit: sum}
	out := make([]*unitTotal, 0, len(t.byUnit)+1)
	for _, u := range t.byUnit {
		out = append(out, u)
		all.documents += u.documents
		all.veto += u.veto
		for i, n := range u.states {
			all.states[i] += n
		}
	}
	slices.SortFunc(out, func(a, b *unitTotal) int {
		return cmp.Or(cmp.Compare(b.veto, a.veto), cmp.Compare(b.states[store.StateOpen], a.states[store.StateOpen]), cmp.Compare(a.unit, b.unit))
	})
	return append(out, all)
}
