package lexicon_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"proofcheck/lexicon"
)

// BenchmarkParseAndCompile reads a list of words of a user and compiles it, as the first run with it does.
func BenchmarkParseAndCompile(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		rng := rand.New(rand.NewPCG(1, 2))
		var list bytes.Buffer
		for range n {
			for range 2 + rng.IntN(5) {
				list.WriteRune('一' + rune(rng.IntN(20_000)))
			}
			list.WriteByte('\n')
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				entries, err := lexicon.Parse("words.txt", bytes.NewReader(list.Bytes()), lexicon.Defaults{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := lexicon.Compile(entries); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
