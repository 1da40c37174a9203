package wording

import (
	"strings"
	"testing"
)

const sample = "# comment\n\ngreeting\t你好，{name}\thello, {name}\nlines\t一\\n二\tone\\ntwo\r\n"

func TestTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	table := Parse("sample.tsv", sample)
	for _, c := range []struct{ lang, key, want string }{
		{"zh", "greeting", "你好，{name}"}, {"", "lines", "一\n二"}, {"en", "lines", "one\ntwo"},
	} {
		if got := table.Say(c.lang, c.key); got != c.want {
			t.Errorf("Say(%q, %q) = %q, want %q", c.lang, c.key, got, c.want)
		}
	}
	// What is filled in is not looked at again.
	if got, want := table.Say("en", "greeting", "name", "{name}"), "hello, {name}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMistakesOfTheProgramAreNamed(t *testing.T) {
	t.Parallel()
	for want, do := range map[string]func(){
		"sample.tsv: not three columns: a\tb":             func() { Parse("sample.tsv", "a\tb\n") },
		"sample.tsv: the key stands there twice: a\te\tf": func() { Parse("sample.tsv", "a\tb\tc\na\te\tf\n") },
		"wording: no text for missing":                    func() { Parse("sample.tsv", sample).Say("zh", "missing") },
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, want) {
					t.Errorf("panic %q, want %q", got, want)
				}
			}()
			do()
		}()
	}
}
