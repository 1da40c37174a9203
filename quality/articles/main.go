// Command articles writes made articles as a tar file, as JSONL or into a folder, and says how many wrong
// words are in them: go run ./quality/articles -n 100000 -out articles.tar
package main

import (
	"archive/tar"
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"proofcheck/internal/articles"
)

func main() {
	n := flag.Int("n", 1000, "number of articles")
	out := flag.String("out", "articles.tar", "FILE.tar, FILE.jsonl or a folder")
	flag.Parse()
	put, done, err := writer(*out)
	if err != nil {
		log.Fatal(err)
	}
	wrong, size := 0, int64(0)
	for i := range *n {
		a := articles.Make(i)
		wrong += len(a.Wrong)
		size += int64(len(a.Text))
		if err := put(&a); err != nil {
			log.Fatal(err)
		}
	}
	if err := done(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d articles, %d bytes, %d wrong words\n", *n, size, wrong)
}

func writer(out string) (put func(*articles.Article) error, done func() error, err error) {
	if !strings.HasSuffix(out, ".tar") && !strings.HasSuffix(out, ".jsonl") {
		return func(a *articles.Article) error {
			name := filepath.Join(out, filepath.FromSlash(a.Name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return err
			}
			return os.WriteFile(name, []byte(a.Text), 0o644)
		}, func() error { return nil }, nil
	}
	f, err := os.Create(out)
	if err != nil {
		return nil, nil, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	finish := func() error {
		if err := w.Flush(); err != nil {
			return err
		}
		return f.Close()
	}
	if strings.HasSuffix(out, ".jsonl") {
		e := json.NewEncoder(w)
		return func(a *articles.Article) error {
			return e.Encode(map[string]any{"id": a.Number, "title": a.Title, "date": a.Date, "column": filepath.Dir(a.Name), "format": strings.TrimPrefix(filepath.Ext(a.Name), "."), "content": a.Text})
		}, finish, nil
	}
	t := tar.NewWriter(w)
	return func(a *articles.Article) error {
			if err := t.WriteHeader(&tar.Header{Name: a.Name, Size: int64(len(a.Text)), Mode: 0o644}); err != nil {
				return err
			}
			_, err := t.Write([]byte(a.Text))
			return err
		}, func() error {
			if err := t.Close(); err != nil {
				return err
			}
			return finish()
		}, nil
}
