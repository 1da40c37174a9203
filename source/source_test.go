package source_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/source"
)

// piece is one step of building a segment: raw text and what the reader sees of it.
type piece struct {
	raw  string
	text string // of a decoded piece
	how  byte   // 'c' copy, 'd' decode, 'o' omit, ' ' markup
}

func build(pieces ...piece) (*source.Segment, string) {
	var raw strings.Builder
	for _, p := range pieces {
		raw.WriteString(p.raw)
	}
	var b source.Builder
	b.Begin([]byte(raw.String()), source.Start(), nil)
	at := 0
	for _, p := range pieces {
		end := at + len(p.raw)
		switch p.how {
		case 'c':
			b.Copy(at, end)
		case 'd':
			b.Decode(p.text, at, end)
		case 'o':
			b.Omit(at, end)
		}
		at = end
	}
	return b.Segment(), raw.String()
}

func TestWordSplitByMarkupIsWholeAndMapsBack(t *testing.T) {
	t.Parallel()
	seg, raw := build(piece{"请", "", 'c'}, piece{"<b>", "", ' '}, piece{"登", "", 'c'}, piece{"</b>", "", ' '},
		piece{"&#x5F55;", "录", 'd'}, piece{"系\u200b统", "", 'c'})
	if want := "请登录系统"; seg.Text != want {
		t.Fatalf("text %q, want %q", seg.Text, want)
	}
	at := strings.Index(seg.Text, "登录")
	sp := seg.Span(at, at+6)
	if got, want := raw[sp.Start:sp.End], "登</b>&#x5F55;"; got != want {
		t.Errorf("span %q, want %q", got, want)
	}
	var got []string
	for _, s := range seg.Spans(at, at+6) {
		got = append(got, raw[s.Start:s.End])
	}
	if want := []string{"登", "&#x5F55;"}; !slices.Equal(got, want) {
		t.Errorf("pieces %q, want %q", got, want)
	}
	at = strings.Index(seg.Text, "系")
	if n := len(seg.Spans(at, at+6)); n != 1 {
		t.Errorf("an invisible character split a span into %d pieces", n)
	}
	if seg.Verbatim(at, at+6) {
		t.Error("a span with an invisible character is not verbatim")
	}
	if len(seg.Omitted) != 1 || seg.Omitted[0].At != at+3 {
		t.Errorf("omitted %+v", seg.Omitted)
	}
}

func TestPositionsCountLinesOfEveryKindAndCodePoints(t *testing.T) {
	t.Parallel()
	raw := "一\r\n二\r三\n四😀五\xff六"
	var b source.Builder
	b.Begin([]byte(raw), source.Start(), nil)
	b.Copy(0, len(raw))
	seg := b.Segment()
	for word, want := range map[string]string{"一": "1:1", "二": "2:1", "三": "3:1", "四": "4:1", "五": "4:3", "六": "4:5"} {
		at := strings.Index(seg.Text, word)
		start, end := seg.Locate(at, at+len(word))
		if start.String() != want {
			t.Errorf("%s at %v, want %s", word, start, want)
		}
		if raw[start.Offset:end.Offset] != word {
			t.Errorf("%s: bytes %q", word, raw[start.Offset:end.Offset])
		}
	}
}

func TestOriginLeadsToTheFileAndBack(t *testing.T) {
	t.Parallel()
	var o source.Origin // "a中b" in UTF-16 with a byte order mark
	o.Add(0, 2)
	o.Add(1, 2)
	o.Add(3, 2)
	o.Add(1, 2)
	for view, file := range map[int64]int64{0: 2, 1: 4, 2: 4, 4: 6, 5: 8} {
		if got := o.File(view); got != file {
			t.Errorf("File(%d) = %d, want %d", view, got, file)
		}
	}
	for file, view := range map[int64]int64{2: 0, 4: 1, 6: 4, 8: 5} {
		if got := o.View(file); got != view {
			t.Errorf("View(%d) = %d, want %d", file, got, view)
		}
	}
	var b source.Builder
	b.Begin([]byte("中b"), source.Position{Offset: 1, Line: 1, Column: 2}, &o)
	b.Copy(0, 4)
	start, end := b.Segment().Locate(3, 4)
	if start != (source.Position{Offset: 6, Line: 1, Column: 3}) || end.Offset != 8 {
		t.Errorf("b at %+v to %+v", start, end)
	}
}

func TestCounterIsIndependentOfCuts(t *testing.T) {
	t.Parallel()
	text := "a\r\n\r\r\n\n中\rb\n"
	var whole source.Counter
	whole.Advance([]byte(text))
	for cut := range text {
		if !utf8.RuneStart(text[cut]) {
			continue
		}
		var c source.Counter
		c.Advance([]byte(text[:cut]))
		c.Advance([]byte(text[cut:]))
		if c.Position() != whole.Position() {
			t.Errorf("cut at %d: %+v, want %+v", cut, c.Position(), whole.Position())
		}
	}
}

func TestEveryKindHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for k := source.Paragraph; k <= source.Element; k++ {
		if s := k.String(); s == "" || strings.HasPrefix(s, "kind(") || seen[s] {
			t.Errorf("kind %d is called %q", k, s)
		} else {
			seen[s] = true
		}
	}
}

// FuzzMap builds a segment from arbitrary bytes and an arbitrary plan and checks what must
// hold of every map from text to file.
func FuzzMap(f *testing.F) {
	f.Add([]byte("请<b>登</b>陆\u200b系统&amp;"), []byte{3, 0, 3, 2, 3, 0, 4, 2, 9, 0, 5, 1})
	f.Add([]byte("\xff\xfe中\r\n文"), []byte{20, 0})
	f.Fuzz(func(t *testing.T, raw, plan []byte) {
		var b source.Builder
		b.Begin(raw, source.Start(), nil)
		at := 0
		for i := 0; i+1 < len(plan) && at < len(raw); i += 2 {
			end := min(at+int(plan[i]), len(raw))
			switch plan[i+1] % 4 {
			case 0:
				b.Copy(at, end)
			case 1:
				if end > at {
					b.Decode("&中", at, end)
				}
			case 2: // markup
			case 3:
				if end > at {
					b.Omit(at, end)
				}
			}
			at = end
		}
		seg := b.Segment()
		if !utf8.ValidString(seg.Text) {
			t.Fatalf("text %q is not valid UTF-8", seg.Text)
		}
		last := int64(0)
		for i, r := range seg.Text {
			n := utf8.RuneLen(r)
			if source.Invisible(r) {
				t.Fatalf("invisible %U in text", r)
			}
			sp := seg.Span(i, i+n)
			if sp.Start < last && sp.Start < sp.End && seg.Verbatim(i, i+n) || sp.End < sp.Start || sp.End > int64(len(raw)) {
				t.Fatalf("span %v of %d after %d in %d bytes", sp, i, last, len(raw))
			}
			if seg.Verbatim(i, i+n) && string(raw[sp.Start:sp.End]) != seg.Text[i:i+n] {
				t.Fatalf("verbatim %q is %q in the file", seg.Text[i:i+n], raw[sp.Start:sp.End])
			}
			last = sp.Start
			if p := seg.Spans(i, i+n); len(p) != 1 || p[0] != sp {
				t.Fatalf("one character in pieces %v, span %v", p, sp)
			}
		}
		whole := seg.Span(0, len(seg.Text))
		if pieces := seg.Spans(0, len(seg.Text)); len(seg.Text) > 0 && (len(pieces) == 0 ||
			pieces[0].Start != whole.Start || pieces[len(pieces)-1].End != whole.End) {
			t.Fatalf("pieces %v of %v", pieces, whole)
		}
	})
}

func TestByteColumnsCountBytesOfTheLine(t *testing.T) {
	t.Parallel()
	var c source.Counter
	for _, step := range []struct {
		text         string
		column, byte int
	}{{"a中", 3, 5}, {"𠀀", 4, 9}, {"\r\n中", 2, 4}, {"\rb", 2, 2}, {"\n", 1, 1}} {
		c.Advance([]byte(step.text))
		if p := c.Position(); p.Column != step.column || p.Byte != step.byte {
			t.Errorf("after %q: column %d byte %d, want %d and %d", step.text, p.Column, p.Byte, step.column, step.byte)
		}
	}
	var b source.Builder
	b.Begin([]byte("中b"), source.Position{Line: 1, Column: 2}, nil)
	b.Copy(0, 4)
	if start, _ := b.Segment().Locate(3, 4); start.Column != 3 || start.Byte != 0 {
		t.Errorf("a base without Byte gives %+v, want column 3 and byte unknown", start)
	}
}
