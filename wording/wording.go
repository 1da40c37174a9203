// Package wording knows how the texts that the program says to people are kept: in tables with a
// key, Chinese and English in each line, so that no words stand in Go code. It does not know which
// texts there are; each package that speaks embeds a table of its own.
package wording

import "strings"

// Table holds the Chinese and the English text by key. It is read-only, and so safe for many
// goroutines.
type Table map[string][2]string

// Parse reads a table: key, Chinese and English in each line, separated by tabs; \n and \t in a
// text are a line break and a tab. Empty lines and those that begin with # are comments. Tables are
// embedded in the program, so a mistake in one is a mistake of the program: Parse panics, naming
// the table and the line.
func Parse(name, text string) Table {
	out := Table{}
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			panic(name + ": not three columns: " + line)
		}
		if _, twice := out[cells[0]]; twice {
			panic(name + ": the key stands there twice: " + line)
		}
		out[cells[0]] = [2]string{unescape.Replace(cells[1]), unescape.Replace(cells[2])}
	}
	return out
}

// Say returns the text of a key in a language, "en" or else Chinese, with its {placeholders}
// filled: name, value, name, value … A key that the table does not have is a mistake of the
// program, and Say panics.
func (t Table) Say(lang, key string, pairs ...string) string {
	texts, ok := t[key]
	if !ok {
		panic("wording: no text for " + key)
	}
	text := texts[0]
	if lang == "en" {
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
