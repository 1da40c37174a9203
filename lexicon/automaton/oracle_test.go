package automaton_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/ahocorasick"

	"proofcheck/lexicon/automaton"
)

// occurring returns which words occur in text, in ascending order.
func occurring(words []string, text string) []int {
	a, err := automaton.Compile(words, automaton.Options{})
	if err != nil {
		panic(err)
	}
	var list []int
	for m := range a.All(text) {
		list = append(list, int(m.Word))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// The matcher of cloudflare/ahocorasick says which words occur, not where.
func oracle(words []string, text string) []int {
	list := ahocorasick.NewStringMatcher(words).MatchThreadSafe([]byte(text))
	slices.Sort(list)
	return slices.Compact(list)
}

func TestSameWordsOccurAsForCloudflare(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	letters := []string{"中", "国", "人", "a", "é", "𠮷"}
	random := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(letters[rng.IntN(len(letters))])
		}
		return b.String()
	}
	for range 500 {
		var words []string // no duplicates, of which the oracle reports the last only
		for range 1 + rng.IntN(30) {
			if w := random(1 + rng.IntN(5)); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		text := random(rng.IntN(80))
		if got, want := occurring(words, text), oracle(words, text); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: got words %v, want %v", words, text, got, want)
		}
	}
}

func TestSameDictionaryWordsOccurInText(t *testing.T) {
	words := benchWords(2000)
	text := benchText()[:1<<20]
	if raw := bytes.ToValidUTF8([]byte(text), nil); len(raw) < len(text) {
		text = string(raw)
	}
	got, want := occurring(words, text), oracle(words, text)
	if len(want) < 20 {
		t.Fatalf("only %d of the words occur: the test says little", len(want))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d words, want %d", len(got), len(want))
	}
}
