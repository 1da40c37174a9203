package checker_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
)

// drafts returns the drafts of a folder of the corpus, which is not part of the project.
func drafts(tb testing.TB, folder string) map[string][]byte {
	tb.Helper()
	shared := os.Getenv("PROOFCHECK_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	out := map[string][]byte{}
	err := filepath.WalkDir(filepath.Join(shared, "corpus", "drafts", folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || formats.ByName(path) == nil {
			return err
		}
		out[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		tb.Skip("no corpus: set PROOFCHECK_SHARED")
	}
	return out
}

// BenchmarkCheck reads and checks real drafts on one core, with all rules and with words alone.
func BenchmarkCheck(b *testing.B) {
	for _, folder := range []string{"laws_md", "news_html", "docs_md"} {
		for _, mode := range []struct {
			name string
			only []string
			skip []string
		}{
			{"words", []string{"typo/word", "sensitive/word", "expression/word"}, nil},
			{"rules", nil, []string{"typo/context"}},
			{"all", nil, nil},
		} {
			b.Run(folder+"/"+mode.name, func(b *testing.B) {
				files := drafts(b, folder)
				c, err := checker.New(checker.Options{Only: mode.only, Skip: mode.skip})
				if err != nil {
					b.Fatal(err)
				}
				size := 0
				for _, data := range files {
					size += len(data)
				}
				b.SetBytes(int64(size))
				for b.Loop() {
					var stats checker.Stats
					for name, data := range files {
						doc := formats.ByName(name).Split(name, bytes.NewReader(data), formats.Options{Elements: c.Elements()})
						for _, err := range c.Check(b.Context(), doc, &stats) {
							if err != nil {
								b.Fatal(err)
							}
						}
					}
					b.ReportMetric(float64(stats.Total()), "findings")
				}
			})
		}
	}
}
