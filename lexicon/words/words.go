// Package words is a dictionary of Chinese words with their frequencies. It says where words begin
// and end in a sentence, and so whether two characters side by side are a word at all: 律已 is none
// in 法律已经.
//
// The dictionary is a double array, embedded and used as it lies: nothing is parsed or allocated at
// start. Every function is pure and safe for concurrent use. It is built by lexicon/words/internal/gen
// from dictionaries with permissive licences (see NOTICE), without the wrong forms that they list.
package words

import (
	_ "embed"
	"math"
	"unicode/utf8"
)

//go:embed words.bin
var table string

// The layout of table: for each character from first to last its code (2 bytes, 0 for none), then
// the nodes, 8 bytes each: base (24 bits), weight of the word that ends here (8 bits, 0 for none),
// parent (32 bits). The root is node 1. All numbers are little-endian.
const (
	first     = 0x3400
	last      = 0x9FFF
	codeBytes = 2 * (last - first + 1)
	root      = 1
)

// code returns the code of a character, 0 for one that no word has.
func code(r rune) uint32 {
	d := uint32(r) - first
	if d > last-first {
		return 0
	}
	s := table[2*d : 2*d+2]
	return uint32(s[0]) | uint32(s[1])<<8
}

// child returns the node that a character leads to, 0 for none, and the weight of the word that ends
// there.
func child(node uint32, c uint32) (next uint32, weight int) {
	at := codeBytes + 8*int(node)
	s := table[at : at+8]
	next = (uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16) + c
	at = codeBytes + 8*int(next)
	if at+8 > len(table) {
		return 0, 0
	}
	s = table[at : at+8]
	if uint32(s[4])|uint32(s[5])<<8|uint32(s[6])<<16|uint32(s[7])<<24 != node {
		return 0, 0
	}
	return next, int(s[3])
}

// MaxChars is the number of characters of the longest word.
const MaxChars = 12

// frequencies by weight: ten weights double.
var frequencies = func() (f [256]int) {
	for w := 1; w < len(f); w++ {
		f[w] = int(math.Round(math.Exp2(float64(w-1) / 10)))
	}
	return f
}()

// total is the weight of all words together; see gen.
const total = 258

// weight returns the weight of a word, 0 if the dictionary has none.
func weight(word string) int {
	node, w := uint32(root), 0
	for _, r := range word {
		c := code(r)
		if c == 0 {
			return 0
		}
		if node, w = child(node, c); node == 0 {
			return 0
		}
	}
	return w
}

// Has reports whether the dictionary has the word.
func Has(word string) bool { return weight(word) > 0 }

// Frequency returns how often the word occurs in sixty million words of text, roughly; 0 for a word
// that the dictionary does not have.
func Frequency(word string) int { return frequencies[weight(word)] }

// Prefixes calls yield for each word that text begins with, the shortest first, with the offset
// where it ends and its frequency, until yield returns false.
func Prefixes(text string, yield func(end, frequency int) bool) {
	node := uint32(root)
	for i, r := range text {
		c := code(r)
		if c == 0 {
			return
		}
		var w int
		if node, w = child(node, c); node == 0 {
			return
		}
		if w > 0 && !yield(i+utf8.RuneLen(r), frequencies[w]) {
			return
		}
	}
}
