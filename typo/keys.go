package typo

import "proofcheck/hanzi"

// A syllable that is typed with one key too many, too few or another one is a syllable too, as a rule, and the
// input method offers its characters. Which those are follows from how characters are read, so that no model has to
// list them.

// slipRank is the rank from which on tokens are too rare to be meant at such a place.
const slipRank = 2000

// slipTable lists, by syllable, what may have been meant where a character that is read so stands: syllable after syllable,
// the commonest characters of each first.
type slipTable [][]slipped

// slipped is a character that may have been meant.
type slipped struct {
	token token
	kind  Kind
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

// letters are those of a syllable, one of them changed or left out perhaps.
type letters [8]byte

// without returns a syllable without its k-th letter.
func without(name string, k int) (l letters) {
	copy(l[:], name[:k])
	copy(l[k:], name[k+1:])
	return l
}

// with returns a syllable with other letters from the k-th on.
func with(name string, k int, other ...byte) (l letters) {
	copy(l[:], name)
	copy(l[k:], other)
	return l
}

// newSlipTable works the lists out.
func newSlipTable(m *Model) slipTable {
	type nearKeys struct {
		syllable hanzi.Syllable
		kind     Kind
	}
	n := hanzi.Syllables() + 1
	near := make([][]nearKeys, n)
	number := make(map[letters]hanzi.Syllable, n)
	holed := make(map[letters][]hanzi.Syllable, 4*n) // syllables by what they are with one letter hidden
	linked := make([]bool, n*n)
	link := func(a, b hanzi.Syllable, kind Kind) {
		if at := int(a)*n + int(b); a != b && !linked[at] {
			linked[at] = true
			near[a] = append(near[a], nearKeys{b, kind})
		}
	}
	for s := hanzi.Syllable(1); int(s) < n; s++ {
		name := s.String()
		number[with(name, 0)] = s
		for k := range len(name) {
			hidden := with(name, k, '_')
			holed[hidden] = append(holed[hidden], s)
		}
		for o := range s.Near { // the lists of what sounds alike have those
			linked[int(s)*n+int(o)] = true
		}
	}
	for s := hanzi.Syllable(1); int(s) < n; s++ {
		name := s.String()
		for k := range len(name) {
			if o, ok := number[without(name, k)]; ok {
				link(s, o, Letter)
				link(o, s, Letter)
			}
			if k > 0 {
				if o, ok := number[with(name, k-1, name[k], name[k-1])]; ok {
					link(s, o, Letter)
				}
			}
			for _, o := range holed[with(name, k, '_')] {
				switch {
				case linked[int(s)*n+int(o)]:
				case beside(name[k], o.String()[k]):
					link(s, o, Key)
				default:
					link(s, o, Letter)
				}
			}
		}
	}
	tokens := make([][]token, n) // by syllable
	for u := hanFirst; int(u) < min(slipRank, len(m.flags)); u++ {
		for _, s := range readingsOf(m.char(u)) {
			if s != 0 {
				tokens[s] = append(tokens[s], u)
			}
		}
	}
	t := make(slipTable, n)
	for s := range t {
		size := 0
		for _, o := range near[s] {
			size += len(tokens[o.syllable])
		}
		t[s] = make([]slipped, 0, size)
		for _, o := range near[s] {
			for _, u := range tokens[o.syllable] {
				t[s] = append(t[s], slipped{u, o.kind})
			}
		}
	}
	return t
}

// slipsOf returns the characters that may have been meant where t stands, for either of its readings, if its syllable was
// typed with one key too many, too few or another one.
func (m *Model) slipsOf(t token) (out [2][]slipped) {
	for k, s := range readingsOf(m.char(t)) {
		out[k] = m.slips()[s]
	}
	return out
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
