package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/lexicon"
)

// lexiconLint looks for mistakes in the entries of files, beside the built-in ones, or in the
// built-in ones themselves. An issue of level error makes the exit code 1.
func (p *program) lexiconLint(c *cli.Context) error {
	return p.inspectLexicon(c, func(entries []lexicon.Entry, with []*lexicon.Set) []lexicon.Issue {
		return lexicon.Lint(entries, lexicon.LintOptions{With: with})
	})
}

// lexiconTest tries the examples of the entries.
func (p *program) lexiconTest(c *cli.Context) error {
	return p.inspectLexicon(c, func(entries []lexicon.Entry, with []*lexicon.Set) []lexicon.Issue {
		return lexicon.Test(entries, with...)
	})
}

func (p *program) inspectLexicon(c *cli.Context, inspect func([]lexicon.Entry, []*lexicon.Set) []lexicon.Issue) error {
	name, err := p.choice(c, "min-level", minLevels, "warning")
	if err != nil {
		return err
	}
	least, _ := lexicon.ParseLevel(name)
	entries, err := p.entriesOf(c.Args().Slice())
	if err != nil {
		return err
	}
	var with []*lexicon.Set
	if c.NArg() > 0 && !c.Bool("no-builtin") {
		with = append(with, lexicon.Builtin())
	}
	var b bytes.Buffer
	errors, shown, examples := 0, 0, 0
	for _, i := range inspect(entries, with) {
		if i.Level == lexicon.Error {
			errors++
		}
		if i.Level < least {
			continue
		}
		shown++
		fmt.Fprintf(&b, "%s: %s: %s: %s [%s]\n", cmp.Or(i.Origin, "-"), p.say("level."+i.Level.String()), i.Form, i.Message(p.lang), i.Code)
	}
	for i := range entries {
		examples += len(entries[i].Hit) + len(entries[i].Miss)
	}
	if _, err := b.WriteTo(p.stdout); err != nil {
		return err
	}
	p.complain(p.say("lexicon.inspected", "n", strconv.Itoa(len(entries)), "examples", strconv.Itoa(examples), "issues", strconv.Itoa(shown)))
	if errors > 0 {
		return &exit{code: exitFindings}
	}
	return nil
}

// lexiconStats counts entries and measures what they cost.
func (p *program) lexiconStats(c *cli.Context) error {
	entries, err := p.entriesOf(c.Args().Slice())
	if err != nil {
		return err
	}
	s := lexicon.Count(entries)
	var b strings.Builder
	for _, row := range []struct {
		key string
		n   int
	}{
		{"lexicon.stats.entries", s.Entries}, {"lexicon.stats.suggestions", s.Suggestions}, {"lexicon.stats.guarded", s.Guarded}, {"lexicon.stats.whole", s.Whole}, {"lexicon.stats.raw", s.Raw},
		{"lexicon.stats.dated", s.Dated}, {"lexicon.stats.evasive", s.Evasive}, {"lexicon.stats.examples", s.Examples}, {"lexicon.stats.sources", s.Sources},
	} {
		fmt.Fprintf(&b, "%8d  %s\n", row.n, p.say(row.key))
	}
	b.WriteByte('\n')
	for _, pack := range s.Packs {
		fmt.Fprintf(&b, "%8d  %s/%s", pack.Entries, pack.Category, pack.Pack)
		for _, l := range []lexicon.Level{lexicon.Error, lexicon.Warning, lexicon.Info} {
			if n := pack.Levels[l]; n > 0 {
				fmt.Fprintf(&b, "  %s %d", p.say("level."+l.String()), n)
			}
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, n := range slices.Sorted(maps.Keys(s.Lengths)) {
		fmt.Fprintf(&b, "%8d  %s\n", s.Lengths[n], p.say("lexicon.stats.length", "n", strconv.Itoa(n)))
	}
	compile, open, heap, size, err := measure(entries)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n%s\n", p.say("lexicon.stats.cost", "compile", milliseconds(compile), "open", milliseconds(open),
		"size", mebibytes(size), "heap", mebibytes(heap)))
	_, err = io.WriteString(p.stdout, b.String())
	return err
}

// measure compiles entries, and opens what comes out, as a start with a warm cache does.
func measure(entries []lexicon.Entry) (compile, open time.Duration, heap, size int, err error) {
	start := time.Now()
	set, err := lexicon.Compile(entries)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	compile = time.Since(start)
	data, err := set.AppendBinary(nil)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	text := string(data)
	data = nil
	before := heapInUse()
	start = time.Now()
	opened, err := lexicon.Open(text)
	open = time.Since(start)
	heap = max(0, heapInUse()-before)
	runtime.KeepAlive(opened)
	return compile, open, heap, len(text), err
}

func heapInUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}

func mebibytes(n int) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', 2, 64) }
