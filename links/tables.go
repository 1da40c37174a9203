package links

import (
	"embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed data/*.tsv
var tableFiles embed.FS

// readTable returns the rows of an embedded table. The tables are part of the program, so a
// mistake in one is a mistake of the program; a test reads them all.
func readTable(name string, columns int) [][]string {
	text, err := tableFiles.ReadFile("data/" + name + ".tsv")
	if err != nil {
		panic("links: no table " + name)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != columns {
			panic("links: data/" + name + ".tsv: wrong number of columns: " + line)
		}
		rows = append(rows, cells)
	}
	return rows
}

// wording is what a problem or reason is called, and its level.
type wording struct {
	level Level
	texts [2]string // Chinese, English
}

var problemTable = sync.OnceValue(func() map[string]wording {
	out := map[string]wording{}
	for _, row := range readTable("problems", 4) {
		level := Info
		for l := range levelCount {
			if l.String() == row[1] {
				level = l
			}
		}
		out[row[0]] = wording{level, [2]string{row[2], row[3]}}
	}
	return out
})

var reasonTable = sync.OnceValue(func() map[string]wording {
	out := map[string]wording{}
	for _, row := range readTable("reasons", 3) {
		out[row[0]] = wording{Info, [2]string{row[1], row[2]}}
	}
	return out
})

// Message returns what a problem is in words; lang is zh or en.
func Message(lang string, p Problem) string {
	args := p.Args
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "reason" {
			// A reason is itself a key of a table, with the rest of the arguments for its own words.
			args = append([]string{"reason", Reason(lang, args[i+1], args)}, args...)
			break
		}
	}
	return fill(problemTable()[p.ID].texts, lang, args)
}

// Reason returns the reason of a verdict in words; lang is zh or en. An unknown one is returned as
// it is.
func Reason(lang, reason string, args []string) string {
	w, ok := reasonTable()[reason]
	if !ok {
		return reason
	}
	return fill(w.texts, lang, args)
}

func fill(texts [2]string, lang string, args []string) string {
	text := texts[0]
	if lang == "en" {
		text = texts[1]
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.Replace(text, "{"+args[i]+"}", args[i+1], 1)
	}
	return text
}

// LevelOf returns the level that problems with an ID have.
func LevelOf(id string) Level { return problemTable()[id].level }

// pattern returns an expression that is compiled when it is first asked for: most runs need few.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// hostTable is data/hosts.tsv by kind.
var hostTable = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, row := range readTable("hosts", 3) {
		if out[row[0]] == nil {
			out[row[0]] = map[string]bool{}
		}
		out[row[0]][row[1]] = true
	}
	return out
})

// extensionTable maps extensions without the dot to their class.
var extensionTable = sync.OnceValue(func() map[string]string { return pairTable("extensions") })

var claimTable = sync.OnceValue(func() map[string]string { return pairTable("claims") })

var skeletonTable = sync.OnceValue(func() map[rune]string {
	out := map[rune]string{}
	for from, to := range pairTable("skeleton") {
		out[[]rune(from)[0]] = to
	}
	return out
})

func pairTable(name string) map[string]string {
	out := map[string]string{}
	for _, row := range readTable(name, 2) {
		out[row[0]] = row[1]
	}
	return out
}
