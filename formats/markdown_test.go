package formats_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"proofcheck/formats"
)

// sharedDrafts returns the directory of the shared material, or skips the test.
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
