package automaton

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestOpenedFindsWhatCompiledFinds(t *testing.T) {
	for _, c := range cases {
		data := compile(t, split(c.words), c.fold).AppendBinary(nil)
		for shift := range 8 { // most of these are not aligned and must be copied
			a, err := Open(string(append(make([]byte, shift), data...))[shift:])
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got := a.AppendAll(nil, c.text); !slices.Equal(got, c.all) {
				t.Errorf("%s, shifted by %d: got %v, want %v", c.name, shift, got, c.all)
			}
			if got := a.AppendLongest(nil, c.text); !slices.Equal(got, c.longest) {
				t.Errorf("%s, shifted by %d: longest: got %v, want %v", c.name, shift, got, c.longest)
			}
			if again := a.AppendBinary(nil); !bytes.Equal(again, data) {
				t.Errorf("%s: written again it is another form", c.name)
			}
		}
	}
}

func TestCompiledFormIsAppended(t *testing.T) {
	a := compile(t, []string{"中国", "𠮷"}, nil)
	data := a.AppendBinary([]byte("12345678"))
	if !bytes.HasPrefix(data, []byte("12345678PCAC")) || len(data)%8 != 0 {
		t.Errorf("got %d bytes, %q…", len(data), data[:12])
	}
	b, err := Open(string(data[8:]))
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() != 2 || b.MaxChars() != 2 || b.Size() != a.Size() {
		t.Errorf("got %d words of at most %d characters in %d bytes, want 2, 2, %d", b.Len(), b.MaxChars(), b.Size(), a.Size())
	}
}

func TestOpenRefusesWhatIsNoCompiledForm(t *testing.T) {
	a := compile(t, []string{"ab", "b"}, nil)
	good, slots, links := a.AppendBinary(nil), len(a.nodes), len(a.links)
	edit := func(do func(data []byte) []byte) string { return string(do(bytes.Clone(good))) }
	put := func(at int, v uint32) string {
		return edit(func(d []byte) []byte { binary.LittleEndian.PutUint32(d[at:], v); return d })
	}
	node := func(slot int) int { return headerSize + 8*slot }
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "this is no compiled automaton"},
		{"something else", strings.Repeat("x", 4096), "this is no compiled automaton"},
		{"other version", put(4, 7), "version 7; this program reads version 1, compile the words again"},
		{"cut off", string(good[:len(good)-8]), "where the header says"},
		{"more", string(good) + "12345678", "where the header says"},
		{"lengths that overflow", put(8, 1<<32-1), "where the header says"},
		{"root with a parent", put(node(0), 0), "the root is not what it must be"},
		{"parent outside", put(node(4), 1<<20), "slot 4 has the impossible parent 1048576"},
		{"children outside", put(node(2)+4, 1<<29), "slot 2 has children outside of the table"},
		{"its own parent", put(node(4), 4), "slot 4 is no child of slot 4"},
		{"a word followed by itself", put(node(slots+links), 1), "do not end"},
	} {
		if _, err := Open(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %s", c.name, err, c.want)
		}
	}
}

// searchOpened searches with whatever Open accepts: nothing may fail, run on or lie outside the text.
func searchOpened(t *testing.T, data, text string) {
	a, err := Open(data)
	if err != nil {
		return
	}
	inside := func(m Match) {
		if m.Start < 0 || m.Start > m.End || m.End > len(text) || m.Word < 0 || int(m.Word) >= a.Len() {
			t.Fatalf("match %v in a text of %d bytes with %d words", m, len(text), a.Len())
		}
		for w := m.Word; w >= 0; w = a.Same(w) {
			if int(w) >= a.Len() {
				t.Fatalf("word %d of %d", w, a.Len())
			}
		}
	}
	for m := range a.All(text) {
		inside(m)
	}
	for _, m := range a.AppendAll(nil, text) {
		inside(m)
	}
	for m := range a.Longest(text) {
		inside(m)
	}
	streamed(a.StreamAll(), text, 3)
	streamed(a.StreamLongest(), text, 5)
}

func TestDamagedFormsAreHarmless(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	text := "ab中华人民币aa路口交通\u200B𠮷野啊啊c\x80\xE4\xB8"
	for _, c := range cases {
		good := compile(t, split(c.words), c.fold).AppendBinary(nil)
		tables := len(good) - 2*(pagesHigh+blocks)
		for range 300 {
			data := bytes.Clone(good)
			for range 1 + rng.IntN(3) {
				at := rng.IntN(len(data))
				if rng.IntN(4) > 0 {
					at = headerSize + rng.IntN(tables-headerSize)
				}
				data[at] = byte(rng.IntN(256) >> rng.IntN(8))
			}
			searchOpened(t, string(data), text+c.text)
		}
	}
}
