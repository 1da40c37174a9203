package automaton_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	bobu "github.com/BobuSumisu/aho-corasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"proofcheck/lexicon/automaton"
)

// benchText is what is searched: law text where it is at hand, otherwise made-up text.
func benchText() string {
	const size = 16 << 20
	raw, err := os.ReadFile(filepath.Join(shared(), "corpus/text/laws.txt"))
	if err != nil {
		rng := rand.New(rand.NewPCG(5, 6))
		var b strings.Builder
		for b.Len() < size {
			b.WriteRune(commonRune(rng))
			if rng.IntN(12) == 0 {
				b.WriteRune('，')
			}
		}
		return b.String()
	}
	return string(bytes.ToValidUTF8(raw[:min(size, len(raw))], nil))
}

// benchWords are up to n words of two characters or more: of a dictionary where it is at hand,
// in random order, otherwise made up.
func benchWords(n int) []string {
	rng := rand.New(rand.NewPCG(7, 8))
	raw, err := os.ReadFile(filepath.Join(shared(), "dict/jieba/jieba.dict.utf8"))
	if err != nil {
		seen := map[string]bool{}
		var words []string
		for len(words) < n {
			w := make([]rune, 2+rng.IntN(3))
			for i := range w {
				w[i] = commonRune(rng)
			}
			if !seen[string(w)] {
				seen[string(w)] = true
				words = append(words, string(w))
			}
		}
		return words
	}
	var words []string
	for line := range strings.Lines(string(raw)) {
		if w, _, ok := strings.Cut(line, " "); ok && utf8.RuneCountInString(w) > 1 {
			words = append(words, w)
		}
	}
	rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return words[:min(n, len(words))]
}

// commonRune returns one of 3,000 characters, the first ones more often.
func commonRune(rng *rand.Rand) rune {
	x := rng.Float64()
	return '一' + rune(x*x*x*3000)*6
}

func shared() string {
	if dir := os.Getenv("PROOFCHECK_SHARED"); dir != "" {
		return dir
	}
	return "../../../shared"
}

// fold does what folds do: case, width, and characters that nobody sees.
func fold(r rune) rune {
	switch {
	case r >= '\u200B' && r <= '\u200F', r == '\u00AD', r == '\uFEFF', r >= '\uFE00' && r <= '\uFE0F', r >= 0xE0100 && r <= 0xE01EF:
		return -1
	case r == '\u3000':
		return ' '
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	}
	return unicode.ToLower(r)
}

var counts = []int{1_000, 10_000, 100_000, 337_000}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// The other libraries return how many matches they find; they get as much as they need of the
// text to be measured in a second.
var engines = []struct {
	name  string
	words int // more take too long to build
	text  int // bytes searched
	build func(words []string) func(text string) int
}{
	{"proofcheck", 1 << 30, 1 << 30, func(words []string) func(string) int {
		a, err := automaton.Compile(words, automaton.Options{Fold: fold})
		if err != nil {
			panic(err)
		}
		var matches []automaton.Match
		return func(text string) int {
			matches = a.AppendAll(matches[:0], text)
			return len(matches)
		}
	}},
	{"petar-dambovaliev", 1 << 30, 4 << 20, func(words []string) func(string) int {
		b := petar.NewAhoCorasickBuilder(petar.Opts{MatchKind: petar.StandardMatch})
		a := b.Build(words)
		return func(text string) int {
			n := 0
			for i := a.IterOverlapping(text); i.Next() != nil; {
				n++
			}
			return n
		}
	}},
	{"BobuSumisu", 1 << 30, 4 << 20, func(words []string) func(string) int {
		a := bobu.NewTrieBuilder().AddStrings(words).Build()
		return func(text string) int {
			n := 0
			a.Walk([]byte(text), func(_, _, _ int64) bool { n++; return true })
			return n
		}
	}},
}

// BenchmarkFind searches law text for words of a dictionary.
func BenchmarkFind(b *testing.B) {
	text := benchText()
	for _, n := range counts {
		words := benchWords(n)
		for _, e := range engines {
			if n > e.words {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", e.name, n), func(b *testing.B) {
				before, began := heap(), time.Now()
				find := e.build(words)
				took := time.Since(began)
				size := heap() - before
				text := strings.ToValidUTF8(text[:min(e.text, len(text))], "")
				b.SetBytes(int64(len(text)))
				found := 0
				for b.Loop() {
					found = find(text)
				}
				b.ReportMetric(float64(size)/float64(len(words)), "B/word")
				b.ReportMetric(float64(took.Milliseconds()), "build-ms")
				b.ReportMetric(float64(found)/float64(len(text))*1e6, "matches/MB")
			})
		}
	}
}

// BenchmarkLongest is the leftmost-longest search of the same.
func BenchmarkLongest(b *testing.B) {
	text := benchText()
	for _, n := range counts {
		a, err := automaton.Compile(benchWords(n), automaton.Options{Fold: fold})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var matches []automaton.Match
			for b.Loop() {
				matches = a.AppendLongest(matches[:0], text)
			}
		})
	}
}

// BenchmarkWorstCase searches for a word that nearly matches everywhere: without failure links
// this takes the length of the word for each character.
func BenchmarkWorstCase(b *testing.B) {
	text := strings.Repeat(strings.Repeat("啊", 62)+"哦", 20_000)
	a, err := automaton.Compile([]string{strings.Repeat("啊", 63)}, automaton.Options{Fold: fold})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if found := a.AppendAll(nil, text); len(found) != 0 {
			b.Fatalf("%d matches", len(found))
		}
	}
}

// BenchmarkOpen opens compiled forms, as the start of the program does.
func BenchmarkOpen(b *testing.B) {
	for _, n := range counts {
		a, err := automaton.Compile(benchWords(n), automaton.Options{Fold: fold})
		if err != nil {
			b.Fatal(err)
		}
		data := string(a.AppendBinary(nil))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := automaton.Open(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
