package formats_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/formats"
	"proofcheck/source"
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

// checkSegment reports what does not hold of a segment of a UTF-8 file: each character has its place in the file,
// in order, and what is verbatim is the same bytes there.
func checkSegment(s *source.Segment, file []byte) error {
	if !utf8.ValidString(s.Text) {
		return fmt.Errorf("text %q is not valid UTF-8", s.Text)
	}
	if s.Lead > len(s.Text) || s.Tail > len(s.Text) || s.Tail > 0 && !s.Partial {
		return fmt.Errorf("lead %d, tail %d of %d bytes, partial %v", s.Lead, s.Tail, len(s.Text), s.Partial)
	}
	last := int64(0)
	for i, r := range s.Text {
		n := utf8.RuneLen(r)
		if source.Invisible(r) {
			return fmt.Errorf("%U is invisible", r)
		}
		sp := s.Span(i, i+n)
		if sp.Start < last || sp.End < sp.Start || sp.End > int64(len(file)) {
			return fmt.Errorf("%q at %v after %d in %d bytes", r, sp, last, len(file))
		}
		if s.Verbatim(i, i+n) {
			if string(file[sp.Start:sp.End]) != s.Text[i:i+n] {
				return fmt.Errorf("%q is %q in the file at %v", s.Text[i:i+n], file[sp.Start:sp.End], sp)
			}
			last = sp.End
		} else {
			last = sp.Start
		}
	}
	for _, l := range s.Links {
		if l.Span.Start < 0 || l.Span.End < l.Span.Start || l.Span.End > int64(len(file)) || l.From < 0 || l.To < l.From || l.To > len(s.Text) {
			return fmt.Errorf("link %+v of %q", l, s.Text)
		}
	}
	return nil
}

// splitMarkdown reads a file and checks every segment of it.
func readMarkdown(tb testing.TB, data []byte, opt formats.Options, use func(*source.Segment)) error {
	tb.Helper()
	for s, err := range formats.Markdown.Split("draft.md", bytes.NewReader(data), opt).Segments {
		if err != nil {
			return err
		}
		if err := checkSegment(s, data); err != nil {
			tb.Fatalf("%v %q: %v", s.Kind, s.Text, err)
		}
		if use != nil {
			use(s)
		}
	}
	return nil
}

func TestMarkdownCorpusHoldsTheProperties(t *testing.T) {
	t.Parallel()
	files := 0
	markdownFiles(t, sharedDrafts(t), func(name string, data []byte) {
		files++
		if err := readMarkdown(t, data, formats.Options{}, nil); err != nil {
			t.Errorf("%s: %v", name, err)
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

var _ = strings.Repeat
