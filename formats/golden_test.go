package formats_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/formats"
	"proofcheck/source"
)

var update = flag.Bool("update", false, "rewrite the golden dumps")

// dumpSegment writes a segment as one line, and its links, omissions and tag below.
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
	if s.Tag != nil {
		fmt.Fprintf(b, "\ttag %s", s.Tag.Name)
		for _, a := range s.Tag.Attributes {
			fmt.Fprintf(b, " %s=%q", a.Name, a.Value)
		}
		b.WriteByte('\n')
	}
	for _, l := range s.Links {
		element := l.Element
		if l.Attribute != "" {
			element += "." + l.Attribute
		}
		fmt.Fprintf(b, "\tlink %s %q -> %s written %q\n", element, s.Text[l.From:l.To], l.Target, file[l.Span.Start:l.Span.End])
	}
	for _, o := range s.Omitted {
		fmt.Fprintf(b, "\tomitted %q at %d\n", o.Text, o.At)
	}
}

// TestGolden compares what is read of the drafts in testdata with dumps that were read by a person.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, f := range formats.All {
		names, err := filepath.Glob(filepath.Join("testdata", f.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if f == formats.Text {
			names = append(names, filepath.Join("..", "testdata", "notice-2020q2.txt"))
		}
		read := 0
		for _, name := range names {
			if filepath.Ext(name) == ".golden" {
				continue
			}
			read++
			t.Run(filepath.Base(name), func(t *testing.T) {
				data, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				for s := range checkedSegments(t, f, data, formats.Options{}) {
					dumpSegment(&b, s, data)
				}
				base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
				compareGolden(t, filepath.Join("testdata", f.Name, base+".golden"), b.String())
			})
		}
		if read == 0 {
			t.Errorf("no drafts for %s", f.Name)
		}
	}
}

// compareGolden reports the first line in which got differs from a golden file.
func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", name, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", name, len(g), len(w))
}

// TestElementsAreYieldedWhenAskedFor compares the tags of a page with a golden dump.
func TestElementsAreYieldedWhenAskedFor(t *testing.T) {
	t.Parallel()
	data := []byte("<p class=\"a&amp;b\">请<B TITLE='提示'>登</B>录<br/><img src=x.png hidden><!-- c --></p>")
	var b strings.Builder
	for s := range checkedSegments(t, formats.HTML, data, formats.Options{Elements: true}) {
		if s.Kind == source.Element {
			dumpSegment(&b, s, data)
			if !bytes.HasPrefix(s.Raw(), []byte("<")) {
				t.Errorf("tag %s is written as %q", s.Tag.Name, s.Raw())
			}
		}
	}
	want := `1:1 element ""
	tag p class="a&b"
1:21 element ""
	tag b title="提示"
1:36 element ""
	tag b
1:41 element ""
	tag br
1:46 element hidden ""
	tag img src="x.png" hidden=""
	link img.src "" -> x.png written "x.png"
1:78 element ""
	tag p
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
