package server_test

import (
	"bytes"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// BenchmarkCheck answers checks of laws of about 3,000 characters in the handler alone.
func BenchmarkCheck(b *testing.B) {
	shared := os.Getenv("PROOFCHECK_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	var articles [][]byte
	_ = filepath.WalkDir(filepath.Join(shared, "corpus", "drafts", "laws_md"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if n := utf8.RuneCount(bytes.Join(bytes.Fields(text), nil)); n >= 2700 && n <= 3300 {
			articles = append(articles, text)
		}
		return err
	})
	if len(articles) == 0 {
		b.Skip("no corpus: set PROOFCHECK_SHARED")
	}
	for name, query := range map[string]string{"everything": "", "all-but-context": "?skip=typo/context"} {
		b.Run(name, func(b *testing.B) {
			s, _ := start(b, nil)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				r := httptest.NewRequest("POST", "http://127.0.0.1/v1/check"+query, bytes.NewReader(articles[n%len(articles)]))
				r.Header.Set("Content-Type", "text/markdown")
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
