package automaton

import "fmt"

const (
	maxWords = 1 << 29 // words, and characters of all words together

	// The size of a word is its characters times sizeChar, plus the bytes that it takes in any
	// text if it is always the same number, and small, and no invisible character is in it.
	sizeChar  = 1 << 8
	maskBytes = sizeChar - 1
	maxChars  = 1<<24 - 1 // characters of one word
)

// Compile makes the automaton of words, which it does not keep. The index of a word is
// its number in matches. Words may repeat, and several may fold to the same form. A
// word that is empty, empty after folding or not valid UTF-8 is an error that names
// its index.
func Compile(words []string, opt Options) (*Automaton, error) {
	if len(words) > maxWords {
		return nil, fmt.Errorf("automaton: %d words; at most %d are possible", len(words), maxWords)
	}
	v, err := newVocabulary(words, opt.Fold)
	if err != nil {
		return nil, err
	}
	t := newTrie(v)
	d, err := pack(t, v.alphabet.count)
	if err != nil {
		return nil, err
	}
	a := &Automaton{alphabet: v.alphabet, nodes: d.nodes, depth: t.depth}
	a.link(t, d, v)
	a.index()
	return a, nil
}

// link computes the failure links and the chains of words, slot by slot in the
// order of the trie, so that a failure slot is always finished before it is needed.
func (a *Automaton) link(t *trie, d *doubleArray, v *vocabulary) {
	a.links = make([]uint64, d.used)
	a.words = make([]uint64, len(v.ends))
	for n := 1; n < len(t.labels); n++ {
		slot := d.slots[n]
		fail := uint32(0)
		if parent := uint32(a.nodes[slot]); parent != 0 {
			fail = a.fail(parent, uint32(t.labels[n]))
		}
		if fail >= uint32(v.alphabet.count) {
			a.nodes[slot] |= flagDeep << 32
		}
		// The words that end at the failure slot are suffixes of this node's.
		first := uint32(a.links[fail] >> 32)
		own := t.wordsOf(n)
		for i := len(own) - 1; i >= 0; i-- {
			w := own[i]
			a.words[w] = uint64(first) | uint64(v.sizes[w])<<32
			first = w + 1
		}
		if first != 0 {
			a.nodes[slot] |= flagWords << 32
		}
		a.links[slot] = uint64(fail) | uint64(first)<<32
	}
}

// fail returns the slot that code leads to from the failure slot of parent.
func (a *Automaton) fail(parent, code uint32) uint32 {
	for slot := parent; slot != 0; {
		slot = uint32(a.links[slot])
		next := uint32(a.nodes[slot]>>32)&maskBase + code
		if uint32(a.nodes[next]) == slot {
			return next
		}
	}
	return 0
}
