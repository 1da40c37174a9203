package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"hash/fnv"
	"strings"

	"proofcheck/lexicon"
)

// reviewed lists findings in clean text that were looked at one by one, by their fingerprints, and what they are: a
// mistake of the text, or not. No text of the corpus is kept but what was found.
//
//go:embed reviewed.tsv
var reviewed string

// A verdict is what somebody made of a finding in clean text.
type verdict int

const (
	unread  verdict = iota
	mistake         // of the text: the finding is right
	alarm           // the text is right, or both spellings are
)

// verdicts reads the list: fingerprint, what was found, what was suggested, and "mistake" or "alarm".
func verdicts(list string) (map[string]verdict, error) {
	out := map[string]verdict{}
	for line := range strings.Lines(list) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if cells[0] == "fingerprint" {
			continue
		}
		if len(cells) != 4 {
			return nil, fmt.Errorf("reviewed.tsv: %q has %d cells, want 4", line, len(cells))
		}
		switch cells[3] {
		case "mistake":
			out[cells[0]] = mistake
		case "alarm":
			out[cells[0]] = alarm
		default:
			return nil, fmt.Errorf("reviewed.tsv: %q is no verdict; want mistake or alarm", cells[3])
		}
	}
	return out, nil
}

// fingerprint names a finding in a line of clean text.
func (f *figures) fingerprint(p *proposal) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%d\n%s\n%s", f.pairs[p.sentence].wrong, p.Start, p.was, p.Suggestions[0])
	return fmt.Sprintf("%016x", h.Sum64())
}

// alarms returns how many findings of at least a level are no mistakes of the text, those that nobody has read among
// them, and how many these are.
func (f *figures) alarms(list map[string]verdict, l lexicon.Level) (alarms, open int) {
	n := f.level(l)
	alarms = n
	for i := range f.proposals[:n] {
		switch list[f.fingerprint(&f.proposals[i])] {
		case mistake:
			alarms--
		case unread:
			open++
		}
	}
	return alarms, open
}

// printUnread prints the findings of level warning and above that nobody has looked at, as rows for reviewed.tsv with
// the text about them in place of the verdict.
func printUnread(w *bufio.Writer, all []*figures, list map[string]verdict) {
	for _, f := range all {
		for i := range f.proposals[:f.level(lexicon.Warning)] {
			p := &f.proposals[i]
			if name := f.fingerprint(p); list[name] == unread {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", name, p.was, p.Suggestions[0], context(f.pairs[p.sentence].wrong, p.Suspect))
			}
		}
	}
}
