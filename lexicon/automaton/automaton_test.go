package automaton

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// foldTest folds case, full width and two traditional characters, and hides some characters.
func foldTest(r rune) rune {
	switch {
	case r == '\u200B' || r == '\u00AD' || r == '-' || r == '\U000E0100':
		return -1
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case r == '貝':
		return '贝'
	case r == '𝒂' || r == 'а': // mathematical and Cyrillic
		return 'a'
	}
	return unicode.ToLower(r)
}

// cases are words and a text, with the occurrences by hand: overlapping and leftmost-longest,
// each as "word@start-end".
var cases = []struct {
	name         string
	words        string // separated by |
	text         string
	fold         func(rune) rune
	all, longest []Match
}{
	{"no words", "", "ab", nil, nil, nil},
	{"no text", "a", "", nil, nil, nil},
	{"one character", "a", "aba", nil, []Match{{0, 1, 0}, {2, 3, 0}}, []Match{{0, 1, 0}, {2, 3, 0}}},
	{"overlap", "aa", "aaaaca", nil, []Match{{0, 2, 0}, {1, 3, 0}, {2, 4, 0}}, []Match{{0, 2, 0}, {2, 4, 0}}},
	{"suffixes, longest first", "c|bc|abc", "abc", nil, []Match{{0, 3, 2}, {1, 3, 1}, {2, 3, 0}}, []Match{{0, 3, 2}}},
	{"duplicates", "人|a|人", "人", nil, []Match{{0, 3, 0}, {0, 3, 2}}, []Match{{0, 3, 0}}},
	{"leftmost before longest", "ab|bcd", "abcd", nil, []Match{{0, 2, 0}, {1, 4, 1}}, []Match{{0, 2, 0}}},
	{"given up for a longer one", "ab|abcde|cd", "abcd", nil, []Match{{0, 2, 0}, {2, 4, 2}}, []Match{{0, 2, 0}, {2, 4, 2}}},
	{"path across words", "交通|路口", "路口交通", nil, []Match{{0, 6, 1}, {6, 12, 0}}, []Match{{0, 6, 1}, {6, 12, 0}}},
	{"failure inside a word", "中华人民|人民币", "中华人民币", nil, []Match{{0, 12, 0}, {6, 15, 1}}, []Match{{0, 12, 0}}},
	{"beyond the BMP", "𠮷野|𠮷", "a𠮷野", nil, []Match{{1, 5, 1}, {1, 8, 0}}, []Match{{1, 8, 0}}},
	{"two bytes", "éa", "éé a éa", nil, []Match{{7, 10, 0}}, []Match{{7, 10, 0}}},
	{"invalid byte inside", "ab", "a\x80b", nil, nil, nil},
	{"overlong form", "//", "\xC0\xAF\xE0\x80\xAF//", nil, []Match{{5, 7, 0}}, []Match{{5, 7, 0}}},
	{"surrogate", "\uFFFD", "\xED\xA0\x80\uFFFD", nil, []Match{{3, 6, 0}}, []Match{{3, 6, 0}}},
	{"cut off at the end", "中", "中\xE4\xB8", nil, []Match{{0, 3, 0}}, []Match{{0, 3, 0}}},
	{"folded", "ab", "ＡBaB", foldTest, []Match{{0, 4, 0}, {4, 6, 0}}, []Match{{0, 4, 0}, {4, 6, 0}}},
	{"folded, by width", "贝", "貝Ｂ", foldTest, []Match{{0, 3, 0}}, []Match{{0, 3, 0}}},
	{"invisible inside, not around", "敏感", "\u200B敏\u200B-感-", foldTest, []Match{{3, 13, 0}}, []Match{{3, 13, 0}}},
	{"invisible in the word", "敏-感", "敏感", foldTest, []Match{{0, 6, 0}}, []Match{{0, 6, 0}}},
	{"folded beyond the BMP", "a1", "𝒂1а1", foldTest, []Match{{0, 5, 0}, {5, 8, 0}}, []Match{{0, 5, 0}, {5, 8, 0}}},
}

func split(words string) []string {
	if words == "" {
		return nil
	}
	return strings.Split(words, "|")
}

func compile(t testing.TB, words []string, fold func(rune) rune) *Automaton {
	t.Helper()
	a, err := Compile(words, Options{Fold: fold})
	if err != nil {
		t.Fatalf("Compile(%q): %v", words, err)
	}
	return a
}

func TestMatchesAreThoseFoundByHand(t *testing.T) {
	for _, c := range cases {
		words := split(c.words)
		a := compile(t, words, c.fold)
		if got := a.AppendAll(nil, c.text); !slices.Equal(got, c.all) {
			t.Errorf("%s: all of %q in %q: got %v, want %v", c.name, words, c.text, got, c.all)
		}
		if got := a.AppendLongest(nil, c.text); !slices.Equal(got, c.longest) {
			t.Errorf("%s: longest of %q in %q: got %v, want %v", c.name, words, c.text, got, c.longest)
		}
		check(t, words, c.text, c.fold)
	}
}

// check compares every way to search with the naive matcher, and reports whether all agree.
func check(t *testing.T, words []string, text string, fold func(rune) rune) bool {
	t.Helper()
	a := compile(t, words, fold)
	all := naiveAll(words, text, fold)
	longest := naiveLongest(all)
	good := true
	compare := func(way string, got, want []Match) {
		if !slices.Equal(got, want) {
			t.Errorf("%s of %q in %q:\n got %v\nwant %v", way, words, text, got, want)
			good = false
		}
	}
	compare("AppendAll", a.AppendAll(nil, text), all)
	compare("All", slices.Collect(a.All(text)), all)
	compare("AppendLongest", a.AppendLongest(nil, text), longest)
	compare("Longest", slices.Collect(a.Longest(text)), longest)
	compare("StreamAll in single bytes", streamed(a.StreamAll(), text, 1), all)
	compare("StreamLongest in single bytes", streamed(a.StreamLongest(), text, 1), longest)
	return good
}

// streamed searches text in chunks that end at the multiples of size.
func streamed(s *Stream, text string, size int) []Match {
	var cuts []int
	for i := size; i < len(text); i += size {
		cuts = append(cuts, i)
	}
	return streamedAt(s, text, cuts)
}

func streamedAt(s *Stream, text string, cuts []int) []Match {
	var matches []Match
	add := func(base int, found []Match) {
		for _, m := range found {
			matches = append(matches, Match{base + m.Start, base + m.End, m.Word})
		}
	}
	from := 0
	for _, to := range append(slices.Clip(cuts), len(text)) {
		add(from, s.Append(nil, []byte(text[from:to])))
		from = to
	}
	add(from, s.Flush(nil))
	return matches
}

func TestStreamFindsTheSameWhereverItIsCut(t *testing.T) {
	for _, c := range cases {
		words := split(c.words)
		a := compile(t, words, c.fold)
		all, longest := a.StreamAll(), a.StreamLongest() // used again after Flush
		for i := range len(c.text) + 1 {
			for j := i; j <= len(c.text); j++ {
				cuts := []int{i, j}
				if got := streamedAt(all, c.text, cuts); !slices.Equal(got, c.all) {
					t.Errorf("%s: all of %q in %q cut at %v: got %v, want %v", c.name, words, c.text, cuts, got, c.all)
				}
				if got := streamedAt(longest, c.text, cuts); !slices.Equal(got, c.longest) {
					t.Errorf("%s: longest of %q in %q cut at %v: got %v, want %v", c.name, words, c.text, cuts, got, c.longest)
				}
			}
		}
	}
}

// alphabets for random words and texts: few characters, so that words overlap and repeat.
var alphabets = []struct {
	name        string
	words, text []string
	fold        func(rune) rune
}{
	{"letters", []string{"a", "b"}, []string{"a", "b", "b", "c"}, nil},
	{"one letter", []string{"a"}, []string{"a", "a", "a", "b"}, nil},
	{"Han", []string{"中", "国", "人"}, []string{"中", "国", "人", "民", "，"}, nil},
	{"mixed widths", []string{"a", "é", "中", "𠮷"}, []string{"a", "é", "中", "𠮷", "\x80", "\xE4\xB8", "\xF0\xA0", "\xC0\xAF"}, nil},
	{"folded", []string{"a", "A", "Ａ", "贝", "𝒂"}, []string{"a", "Ａ", "а", "𝒂", "貝", "贝", "\x80"}, foldTest},
	{"invisible", []string{"a", "b", "中", "c\u200B"}, []string{"a", "b", "Ａ", "中", "c", "\u200B", "-", "\U000E0100", "\xE4"}, foldTest},
}

func randomText(rng *rand.Rand, from []string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(from[rng.IntN(len(from))])
	}
	return b.String()
}

func TestRandomWordsInRandomTextsAreFoundAsByTheNaiveMatcher(t *testing.T) {
	for _, alphabet := range alphabets {
		t.Run(alphabet.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(1, 2))
			for range 300 {
				words := make([]string, 1+rng.IntN(8))
				least := 1 + rng.IntN(2) // words of one character are looked for in another way
				for i := range words {
					words[i] = randomText(rng, alphabet.words, least+rng.IntN(1+rng.IntN(9)))
				}
				if !check(t, words, randomText(rng, alphabet.text, rng.IntN(60)), alphabet.fold) {
					return
				}
			}
		})
	}
}

func TestLongTextsCrossTheEventBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, alphabet := range alphabets {
		words := []string{alphabet.words[0], strings.Repeat(alphabet.words[0], 3), strings.Repeat(alphabet.words[0], 7) + alphabet.words[len(alphabet.words)-1]}
		text := randomText(rng, alphabet.text, 1500)
		check(t, words, text, alphabet.fold)
		a := compile(t, words, alphabet.fold)
		all := a.AppendAll(nil, text)
		for _, size := range []int{2, 3, 7, 100, 1023} {
			if got := streamed(a.StreamAll(), text, size); !slices.Equal(got, all) {
				t.Errorf("%s: chunks of %d bytes: got %d matches, want %d", alphabet.name, size, len(got), len(all))
			}
		}
	}
}

func TestBadWordsAreErrorsThatNameTheIndex(t *testing.T) {
	for _, c := range []struct {
		words []string
		fold  func(rune) rune
		want  string
	}{
		{[]string{"a", ""}, nil, `word 1 (""): it is empty`},
		{[]string{"ok", "b", "a\xffc"}, nil, `word 2 ("a\xffc"): byte 1 is not valid UTF-8`},
		{[]string{"-"}, foldTest, `word 0 ("-"): all its characters are invisible`},
		{[]string{"z"}, func(rune) rune { return 1 << 30 }, `word 0 ("z"): U+007A folds to 1073741824, which is no character`},
		{[]string{"\U0010FFFF"}, func(r rune) rune { return -r }, `word 0 ("\U0010ffff"): U+10FFFF folds to -1114111, which is no character`},
	} {
		_, err := Compile(c.words, Options{Fold: c.fold})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Compile(%q): got error %v, want %s", c.words, err, c.want)
		}
	}
	if _, err := Compile([]string{"\uFFFD"}, Options{}); err != nil {
		t.Errorf("U+FFFD, correctly encoded, is a character like others: %v", err)
	}
}

func TestSameListsTheWordsOfOneForm(t *testing.T) {
	a := compile(t, []string{"ab", "b", "AB", "Ａb", "xab"}, foldTest)
	var got []int32
	for w := int32(0); w >= 0; w = a.Same(w) {
		got = append(got, w)
	}
	if want := []int32{0, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("Same from word 0: got %v, want %v", got, want)
	}
	if next := a.Same(1); next != -1 {
		t.Errorf("Same(1): got %d, want -1", next)
	}
}

func TestSearchStopsWhenTheLoopDoes(t *testing.T) {
	a := compile(t, []string{"a"}, nil)
	n := 0
	for range a.All(strings.Repeat("a", 1000)) {
		if n++; n == 3 {
			break
		}
	}
	for range a.Longest(strings.Repeat("a", 1000)) {
		if n++; n == 6 {
			break
		}
	}
	if n != 6 {
		t.Errorf("got %d matches, want 6", n)
	}
}
