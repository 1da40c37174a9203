package typo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// drafts returns some megabytes of real prose, or made text where the shared data is absent.
func drafts(tb testing.TB) []string {
	shared := os.Getenv("PROOFCHECK_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(shared, "corpus", "text", "laws.txt"))
	if err != nil {
		tb.Skip(err)
	}
	var out []string
	size := 0
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); FoldOf(line) == Measured {
			out = append(out, line)
			if size += len(line); size > 2<<20 {
				break
			}
		}
	}
	return out
}

func BenchmarkCheck(b *testing.B) {
	lines := drafts(b)
	size := 0
	for _, l := range lines {
		size += len(l)
	}
	d := benchModel(b).NewDetector(Options{})
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			for range d.Check(l) {
			}
		}
	}
}

func benchModel(tb testing.TB) *Model {
	name := os.Getenv("TYPO_MODEL")
	if name == "" {
		return Embedded()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	m, err := Open(string(data))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// BenchmarkHostile reads text that is made to be slow.
func BenchmarkHostile(b *testing.B) {
	random := make([]rune, 200_000)
	for i := range random {
		random[i] = rune(0x4e00 + (i*7919+i*i%104_729)%20_900)
	}
	for _, c := range []struct{ name, text string }{
		{"one character", strings.Repeat("的", 200_000)},
		{"rare character", strings.Repeat("鑫", 200_000)},
		{"lines of one character", strings.Repeat(strings.Repeat("的", 300)+"\n", 200_000/300)},
		{"two characters", strings.Repeat("在是", 100_000)},
		{"random characters", string(random)},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := benchModel(b).NewDetector(Options{})
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				for line := range strings.SplitSeq(c.text, "\n") {
					for range d.Check(line) {
					}
				}
			}
		})
	}
}

// BenchmarkOpen is what the model costs at start.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := Open(embedded); err != nil {
			b.Fatal(err)
		}
	}
}
