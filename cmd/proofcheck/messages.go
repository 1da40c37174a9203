package main

import (
	_ "embed"
	"strings"
	"sync"
)

// Languages of messages, the first one being the default.
var languages = []string{"zh", "en"}

//go:embed messages.tsv
var messageTable string

// readMessages returns the texts by key, in the order of languages. The table is embedded, so a
// mistake in it is a mistake of the program; a test reads it.
var readMessages = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	for line := range strings.Lines(messageTable) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		for i := range cells {
			cells[i] = unescape.Replace(cells[i])
		}
		if len(cells) != 1+len(languages) {
			panic("proofcheck: messages.tsv: wrong number of columns: " + line)
		}
		out[cells[0]] = cells[1:]
	}
	return out
})

// speaker says things in one language.
type speaker struct{ lang string }

// say returns the message of a key with its {placeholders} filled: name, value, name, value …
func (s speaker) say(key string, pairs ...string) string {
	texts, ok := readMessages()[key]
	if !ok {
		panic("proofcheck: no message " + key)
	}
	text := texts[0]
	if s.lang == languages[1] {
		text = texts[1]
	}
	if len(pairs) == 0 {
		return text
	}
	args := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		args = append(args, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(args...).Replace(text)
}

// fail makes an error of a message.
func (s speaker) fail(key string, pairs ...string) error {
	return problem(s.say(key, pairs...))
}

// problem is an error that needs no more words before it is shown.
type problem string

// Error returns the sentence.
func (p problem) Error() string { return string(p) }
