package formats_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"proofcheck/formats"
)

// shared returns the directory of the shared material, or skips the test.
func sharedDrafts(tb testing.TB, parts ...string) string {
	tb.Helper()
	root := os.Getenv("PROOFCHECK_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	dir := filepath.Join(append([]string{root, "corpus", "drafts"}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("no corpus: set PROOFCHECK_SHARED")
	}
	return dir
}

// markdownFiles calls use for each Markdown file below dir.
func markdownFiles(tb testing.TB, dir string, use func(name string, data []byte)) {
	tb.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			use(path, data)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func TestMarkdownCorpusHoldsTheProperties(t *testing.T) {
	t.Parallel()
	files := 0
	markdownFiles(t, sharedDrafts(t), func(name string, data []byte) {
		files++
		for range checkedSegments(t, formats.Markdown, data, formats.Options{}) {
		}
	})
	if files == 0 {
		t.Skip("no Markdown in the corpus")
	}
}

func BenchmarkMarkdown(b *testing.B) {
	for _, name := range []string{"laws_md", "docs_md"} {
		b.Run(name, func(b *testing.B) {
			var files [][]byte
			size := 0
			markdownFiles(b, sharedDrafts(b, name), func(_ string, data []byte) {
				files = append(files, data)
				size += len(data)
			})
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, data := range files {
					for _, err := range formats.Markdown.Split("draft.md", bytes.NewReader(data), formats.Options{}).Segments {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		})
	}
}
