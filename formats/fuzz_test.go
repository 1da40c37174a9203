package formats_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/formats"
)

// seeds adds the drafts of a format in testdata and some odd ones.
func seeds(f *testing.F, format *formats.Format, add func(data []byte)) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", format.Name, "*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if filepath.Ext(name) == ".golden" {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		add(data)
		// Short inputs are changed to more purpose.
		for line := range bytes.Lines(data) {
			add(line)
		}
	}
	for _, text := range plainTexts {
		add([]byte(text))
	}
	add([]byte("a\xff\x00\r\n\xe4\xb8b&#0;\u200b"))
}

// fuzzFormat checks every segment against the oracle, and that tiny segments hold what large ones do.
func fuzzFormat(f *testing.F, format *formats.Format) {
	seeds(f, format, func(data []byte) { f.Add(data) })
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		opt := formats.Options{Charset: "utf-8"}
		want := letters(t, format, data, opt)
		opt.Limits = formats.Limits{Segment: 16, Overlap: 6}
		sameLetters(t, opt.Limits, letters(t, format, data, opt), want)
	})
}

// The oracle is a decoder of the whole file, and the reading with other limits.
func FuzzHTML(f *testing.F) { fuzzFormat(f, formats.HTML) }

// The oracle is a decoder of the whole file, and the reading with other limits.
func FuzzMarkdown(f *testing.F) { fuzzFormat(f, formats.Markdown) }

// The oracle is a decoder of the whole file, and the reading with other limits.
func FuzzText(f *testing.F) { fuzzFormat(f, formats.Text) }

// FuzzEncodings reads any bytes in each encoding. The oracle decodes one character after the other
// with the decoders of x/text.
func FuzzEncodings(f *testing.F) {
	for _, c := range charsets {
		b, err := c.encoding.NewEncoder().Bytes([]byte("<p>" + c.text + "&amp;\r\n<b>" + c.text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(append([]byte(c.mark), b...))
		f.Add(b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		for _, c := range charsets {
			for _, format := range formats.All {
				for range checkedSegments(t, format, data, formats.Options{Charset: c.name}) {
				}
			}
		}
		// Whatever the bytes look like, they are read or refused, and nothing else.
		for s, err := range formats.HTML.Split("draft", bytes.NewReader(data), formats.Options{}).Segments {
			if err == nil && !utf8.ValidString(s.Text) {
				t.Fatalf("%q", s.Text)
			}
		}
	})
}

// FuzzCut reads a page with limits of any size. The oracle is the reading without limits.
func FuzzCut(f *testing.F) {
	for _, text := range plainTexts {
		f.Add([]byte("<p>请"+text+"&#x767B;<script>"+text+"</script>录<i hidden>"+text+"</i><title>"+text), 64, 8, 3)
	}
	f.Add([]byte(strings.Repeat("敏&#x654F;&notin;𠮷<b>", 40)), 70, 9, 4)
	f.Fuzz(func(t *testing.T, data []byte, block, segment, overlap int) {
		if len(data) > 1<<12 || longestMarkup(data) > 1<<10 {
			return
		}
		limits := formats.Limits{
			Block:   max(64, 4*longestMarkup(data), block%4096),
			Segment: 4 + (segment&0x7FFFFFFF)%200, Overlap: 1 + (overlap&0x7FFFFFFF)%100,
		}
		want := letters(t, formats.HTML, data, formats.Options{Charset: "utf-8"})
		sameLetters(t, limits, letters(t, formats.HTML, data, formats.Options{Charset: "utf-8", Limits: limits}), want)
	})
}

// longestMarkup returns the greatest distance between two letters of the text of a page: what
// stands between must fit into a block.
func longestMarkup(data []byte) int {
	longest, last := 0, int64(0)
	for s, err := range formats.HTML.Split("draft", bytes.NewReader(data), formats.Options{Charset: "utf-8"}).Segments {
		if err != nil {
			return len(data)
		}
		if !s.Kind.Prose() || s.Hidden {
			continue
		}
		for i, r := range s.Text {
			if r == ' ' {
				continue // it may be written as much white space
			}
			sp := s.Span(i, i+utf8.RuneLen(r))
			longest = max(longest, int(sp.Start-last))
			last = sp.End
		}
	}
	return max(longest, len(data)-int(last))
}
