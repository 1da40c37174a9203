package typo

import "proofcheck/hanzi"

// A syllable that is typed with one key too many, too few or another one is a syllable too, as a rule, and the
// input method offers its characters. Which those are follows from how characters are read, so that no model has to
// list them.

// slipRank is the rank from which on tokens are too rare to be meant at such a place.
const slipRank = 2000

// slipTable lists what may have been meant where a syllable stands.
type slipTable struct {
	near   [][]nearKeys // by syllable
	tokens [][]token    // by syllable, the commonest first
}

// nearKeys is a syllable that differs from another by one keystroke.
type nearKeys struct {
	syllable hanzi.Syllable
	kind     Kind
}

// keyRows are the rows of the keyboard; each is a little further to the right than the one above it.
var keyRows = [3]string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// beside reports whether two letters are neighbours on the keyboard.
func beside(a, b byte) bool {
	place := func(c byte) (row, at int) {
		for row, keys := range keyRows {
			for at := range len(keys) {
				if keys[at] == c {
					return row, at
				}
			}
		}
		return -9, 0
	}
	row, at := place(a)
	other, beside := place(b)
	switch other - row {
	case 0:
		return at-beside == 1 || beside-at == 1
	case 1:
		return beside == at || beside == at-1
	case -1:
		return beside == at || beside == at+1
	}
	return false
}

// newSlipTable works the lists out.
func newSlipTable(m *Model) *slipTable {
	n := hanzi.Syllables() + 1
	t := &slipTable{near: make([][]nearKeys, n), tokens: make([][]token, n)}
	number := make(map[string]hanzi.Syllable, n)
	holed := make(map[string][]hanzi.Syllable, 4*n) // syllables by what they are with one letter hidden
	linked := make(map[[2]hanzi.Syllable]bool, 32*n)
	link := func(a, b hanzi.Syllable, kind Kind) {
		if a != b && !linked[[2]hanzi.Syllable{a, b}] {
			linked[[2]hanzi.Syllable{a, b}] = true
			t.near[a] = append(t.near[a], nearKeys{b, kind})
		}
	}
	for s := hanzi.Syllable(1); int(s) < n; s++ {
		name := s.String()
		number[name] = s
		for k := range len(name) {
			hidden := name[:k] + "_" + name[k+1:]
			holed[hidden] = append(holed[hidden], s)
		}
		for o := range s.Near { // the lists of what sounds alike have those
			linked[[2]hanzi.Syllable{s, o}] = true
		}
	}
	for s := hanzi.Syllable(1); int(s) < n; s++ {
		name := s.String()
		for k := range len(name) {
			if o, ok := number[name[:k]+name[k+1:]]; ok {
				link(s, o, Letter)
				link(o, s, Letter)
			}
			if k > 0 {
				if o, ok := number[name[:k-1]+name[k:k+1]+name[k-1:k]+name[k+1:]]; ok {
					link(s, o, Letter)
				}
			}
			for _, o := range holed[name[:k]+"_"+name[k+1:]] {
				if beside(name[k], o.String()[k]) {
					link(s, o, Key)
				} else {
					link(s, o, Letter)
				}
			}
		}
	}
	for u := hanFirst; int(u) < min(slipRank, len(m.flags)); u++ {
		for _, s := range readingsOf(m.char(u)) {
			if s != 0 {
				t.tokens[s] = append(t.tokens[s], u)
			}
		}
	}
	return t
}

// slipped calls yield for the characters that may have been meant where t stands, if its syllable was typed with one
// key too many, too few or another one.
func (m *Model) slipped(t token, yield func(token, Kind)) {
	table := m.slips()
	for _, s := range readingsOf(m.char(t)) {
		if s == 0 {
			break
		}
		for _, near := range table.near[s] {
			for _, u := range table.tokens[near.syllable] {
				yield(u, near.kind)
			}
		}
	}
}

// readingsOf returns the two most usual readings of a character, zeros if it has fewer.
func readingsOf(r rune) (out [2]hanzi.Syllable) {
	k := 0
	for s := range hanzi.Readings(r) {
		if out[k] = s; k == 1 {
			break
		}
		k++
	}
	return out
}
