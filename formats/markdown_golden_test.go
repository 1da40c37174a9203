package formats_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/formats"
	"proofcheck/source"
)

var updateMarkdown = flag.Bool("update-markdown", false, "rewrite the golden dumps of Markdown")

// dumpSegment writes a segment as one line, and its links and omissions below.
func dumpSegment(b *strings.Builder, s *source.Segment, file []byte) {
	start, _ := s.Locate(0, len(s.Text))
	fmt.Fprintf(b, "%v %v", start, s.Kind)
	if s.Level > 0 {
		fmt.Fprintf(b, " level=%d", s.Level)
	}
	if s.Name != "" {
		fmt.Fprintf(b, " name=%s", s.Name)
	}
	if s.Hidden {
		b.WriteString(" hidden")
	}
	fmt.Fprintf(b, " %q\n", s.Text)
	for _, l := range s.Links {
		fmt.Fprintf(b, "\tlink %s %q -> %s written %q\n", l.Element, s.Text[l.From:l.To], l.Target, file[l.Span.Start:l.Span.End])
	}
	for _, o := range s.Omitted {
		fmt.Fprintf(b, "\tomitted %q at %d\n", o.Text, o.At)
	}
}

func TestMarkdownGolden(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/markdown/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no drafts: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := readMarkdown(t, data, formats.Options{}, func(s *source.Segment) { dumpSegment(&b, s, data) }); err != nil {
			t.Fatal(err)
		}
		golden := strings.TrimSuffix(name, ".md") + ".golden"
		if *updateMarkdown {
			if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s differs from %s:\n%s", name, golden, b.String())
		}
	}
}
