package checker

import (
	"strings"
	"testing"

	"github.com/golangci/misspell"
)

// The list of the library is searched as it lies, and what is left alone is in it.
func TestMisspeltWordsAreInOrder(t *testing.T) {
	list := misspell.DictMain
	known := map[string]bool{}
	for i := 0; i < len(list); i += 2 {
		word := list[i]
		known[word] = true
		if word != strings.ToLower(word) {
			t.Errorf("%q is not in small letters", word)
		}
		if i > 0 {
			if last := list[i-2]; len(last) < len(word) || len(last) == len(word) && last >= word {
				t.Fatalf("%q stands behind %q", word, last)
			}
		}
	}
	for word := range spared() {
		if !known[word] {
			t.Errorf("data/english.tsv: %q is not in the list", word)
		}
		if right := respelt(word); right != "" {
			t.Errorf("%q is to be left alone and becomes %q", word, right)
		}
	}
}

func TestRespelt(t *testing.T) {
	for word, want := range map[string]string{
		"recieve": "receive", "taht": "that", "accomodation": "accommodation", "zeebra": "zebra",
		"": "", "the": "", "receive": "", "vell": "", "tast": "", "realtable": "", "zzzzzzzz": "", "zhongguo": "",
	} {
		if got := respelt(word); got != want {
			t.Errorf("%q becomes %q, want %q", word, got, want)
		}
	}
}

// Whatever is not a plain word is left alone.
func TestLatinWords(t *testing.T) {
	for text, want := range map[string]string{
		"请receive“word”（Other）":                    "receive word Other",
		"a_word some.word path/word word2 WORD Ab": "",
		"(brackets), stop. 'quoted'":               "brackets stop quoted",
		"caféword wordé naïve":                     "",
		"camelCase word-word abc":                  "",
	} {
		var got []string
		for from, to := range latinWords(text) {
			got = append(got, text[from:to])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q has the words %q, want %q", text, s, want)
		}
	}
}

func FuzzLatinWords(f *testing.F) {
	f.Add("请recieve这些“words”。")
	f.Fuzz(func(t *testing.T, text string) {
		for from, to := range latinWords(text) {
			if word := text[from:to]; !plainWord(word) || len(word) < shortestEnglish {
				t.Errorf("%q is a word of %q", word, text)
			}
		}
	})
}
