package automaton

import (
	"cmp"
	"slices"
)

// A trie is the words as a tree, its nodes numbered level by level from the root, 0.
// The children of a node are neighbours and ascend by label.
type trie struct {
	labels   []uint16 // code that leads to the node
	children []uint32 // node n has the children from children[n] to children[n+1]
	from, to []uint32 // the words that end at a node, in order
	order    []uint32 // word numbers, sorted by codes, then by number
	depth    int      // characters of the longest word
}

// wordsOf returns the words that end at node n, in ascending order.
func (t *trie) wordsOf(n int) []uint32 { return t.order[t.from[n]:t.to[n]] }

func newTrie(v *vocabulary) *trie {
	t := &trie{order: sortedWords(v)}
	type group struct{ from, to uint32 } // words in order that begin with the node's characters
	level := []group{{0, uint32(len(t.order))}}
	t.labels = append(t.labels, codeNone)
	for depth := uint32(0); len(level) > 0; depth++ {
		var next []group
		for _, g := range level {
			t.children = append(t.children, uint32(len(t.labels)))
			t.from = append(t.from, g.from)
			for g.from < g.to && uint32(len(v.word(t.order[g.from]))) == depth {
				g.from++
				t.depth = int(depth)
			}
			t.to = append(t.to, g.from)
			for g.from < g.to {
				label := v.word(t.order[g.from])[depth]
				end := g.from + 1
				for end < g.to && v.word(t.order[end])[depth] == label {
					end++
				}
				t.labels = append(t.labels, label)
				next = append(next, group{g.from, end})
				g.from = end
			}
		}
		level = next
	}
	t.children = append(t.children, uint32(len(t.labels)))
	return t
}

// sortedWords returns the numbers of the words, sorted by their codes, then by number.
func sortedWords(v *vocabulary) []uint32 {
	type item struct {
		key  uint64 // the first four codes; no code is 0
		word uint32
	}
	items := make([]item, len(v.ends))
	for i := range items {
		items[i].word = uint32(i)
		for k, code := range v.word(uint32(i)) {
			if k == 4 {
				break
			}
			items[i].key |= uint64(code) << (48 - 16*k)
		}
	}
	slices.SortFunc(items, func(x, y item) int {
		if x.key != y.key {
			return cmp.Compare(x.key, y.key)
		}
		if c := slices.Compare(v.word(x.word), v.word(y.word)); c != 0 {
			return c
		}
		return cmp.Compare(x.word, y.word)
	})
	order := make([]uint32, len(items))
	for i, it := range items {
		order[i] = it.word
	}
	return order
}
