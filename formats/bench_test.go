package formats_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"proofcheck/formats"
)

// benchmarkFiles reads all files of some extensions below a directory of the corpus.
func benchmarkFiles(b *testing.B, f *formats.Format, dir string, exts ...string) {
	var files [][]byte
	size := 0
	err := filepath.WalkDir(sharedDrafts(b, dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(exts, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		files = append(files, data)
		size += len(data)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range files {
			benchmarkSplit(b, f, data)
		}
	}
}

func benchmarkSplit(b *testing.B, f *formats.Format, data []byte) {
	for _, err := range f.Split("draft", bytes.NewReader(data), formats.Options{}).Segments {
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	benchmarkFiles(b, formats.HTML, "news_html", ".shtml", ".html", ".htm")
}

func BenchmarkMarkdown(b *testing.B) {
	for _, name := range []string{"laws_md", "docs_md"} {
		b.Run(name, func(b *testing.B) { benchmarkFiles(b, formats.Markdown, name, ".md") })
	}
}

// BenchmarkText reads the notice of many wrapped lines, again and again.
func BenchmarkText(b *testing.B) {
	notice, err := os.ReadFile(filepath.Join("..", "testdata", "notice-2020q2.txt"))
	if err != nil {
		b.Fatal(err)
	}
	data := bytes.Repeat(append(notice, '\n', '\n'), 200)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		benchmarkSplit(b, formats.Text, data)
	}
}

// BenchmarkEncodings reads a page in each encoding.
func BenchmarkEncodings(b *testing.B) {
	for _, c := range charsets {
		data := encode(b, c.encoding, "<p>"+c.text+"</p>")
		data = encode(b, c.encoding, string(bytes.Repeat([]byte("<p class=\"a\">"+c.text+c.text+c.text+"</p>\n"), 1+1<<20/len(data)/4)))
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for _, err := range formats.HTML.Split("draft", bytes.NewReader(data), formats.Options{Charset: c.name}).Segments {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
