// Package automaton finds many words in a text at once and says where they are.
//
// An [Automaton] is a character-wise double-array Aho-Corasick machine with
// failure links: it reads UTF-8, folds characters through a table while it reads,
// and works for one word as for a million. It is immutable and safe for use by
// any number of goroutines. It can be written to a compiled form and opened in
// place from a byte slice, embedded or mapped, without parsing.
//
// The package knows nothing about what the words mean: no guards, no word
// boundaries, no levels. That is the work of package lexicon.
package automaton

import (
	"iter"
	"math"
)

// A Match is one occurrence of a word.
type Match struct {
	Start, End int   // bytes in the text that was searched, half-open
	Word       int32 // index of the word in the slice given to Compile
}

// Options say how characters are compared. The zero value compares them as they are.
type Options struct {
	// Fold maps a character to the form it is compared in; -1 means that the
	// character is invisible: it may stand anywhere inside a word and is part
	// of no word itself. Nil is the identity. Fold is applied to the words and,
	// through a table, to the text. Compile calls it for the characters of
	// planes 0 to 3 and 14 and of the words, and never keeps it; characters
	// of other planes that are in no word match nothing.
	Fold func(rune) rune
}

// An Automaton finds a fixed set of words. Make it with Compile or Open.
type Automaton struct {
	alphabet alphabet
	nodes    []uint64 // per slot: check | base<<32, see node
	links    []uint64 // per slot: failure slot | first word+1 <<32
	words    []uint64 // per word: next word+1 of the chain | size<<32, see sizeChar
	depth    int      // characters of the longest word
	reach    int      // bytes that the longest word may take, without invisible characters
	starts   starts
}

// A state is where the automaton stands between two characters.
type state struct {
	slot   uint32
	base   uint32 // of slot, with flags
	last   uint32 // code of the last character
	hidden int    // where the last invisible character ends
}

// begin is the state before the first character.
var begin = state{hidden: math.MinInt / 2}

// An event is a place in the text where one or more words end.
type event struct {
	end   int    // bytes
	first uint32 // of the words + 1, the longest
	plain bool   // no invisible character is near
}

const eventBlock = 64 // events collected before they are expanded; room for them is cleared for each text

// Len returns the number of words.
func (a *Automaton) Len() int { return len(a.words) }

// MaxChars returns the length of the longest word in characters, invisible
// characters not counted.
func (a *Automaton) MaxChars() int { return a.depth }

// Size returns the number of bytes that the tables of the automaton take. They
// are memory of this process, or of the slice given to Open.
func (a *Automaton) Size() int {
	return a.alphabet.size() + 8*(len(a.nodes)+len(a.links)+len(a.words))
}

// Same returns the next higher word that folds to the same form as word, or -1.
// Starting with the lowest, it lists all of them.
func (a *Automaton) Same(word int32) int32 {
	w := a.words[word]
	if next := uint32(w); next != 0 && a.words[next-1]>>32 == w>>32 {
		return int32(next - 1)
	}
	return -1
}

// All yields every occurrence of every word, overlapping ones too, in the order
// of their ends; of those with the same end the longest comes first, and words that
// fold to the same form come in ascending order. Memory does not grow with text.
func (a *Automaton) All(text string) iter.Seq[Match] {
	return func(yield func(Match) bool) {
		var (
			events [eventBlock]event
			st     = begin
		)
		for i := 0; i < len(text); {
			var n int
			n, i = a.scan(text, i, &st, events[:])
			for _, e := range events[:n] {
				for w := e.first; w != 0; {
					word := a.words[w-1]
					if !yield(Match{a.start(text, e, uint32(word>>32)), e.end, int32(w - 1)}) {
						return
					}
					w = uint32(word)
				}
			}
		}
	}
}

// AppendAll appends what All yields to dst and returns it.
func (a *Automaton) AppendAll(dst []Match, text string) []Match {
	var (
		events [eventBlock]event
		st     = begin
	)
	for i := 0; i < len(text); {
		var n int
		n, i = a.scan(text, i, &st, events[:])
		for _, e := range events[:n] {
			for w := e.first; w != 0; {
				word := a.words[w-1]
				dst = append(dst, Match{a.start(text, e, uint32(word>>32)), e.end, int32(w - 1)})
				w = uint32(word)
			}
		}
	}
	return dst
}
