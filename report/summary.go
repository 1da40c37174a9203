package report

import (
	"fmt"
	"strconv"
	"strings"

	"proofcheck/checker"
)

// summary writes the table at the end of the text form.
func (t *text) summary(stats *checker.Stats) {
	if cats := t.all.categories(); len(cats) > 0 {
		t.table(cats)
	} else {
		fmt.Fprintln(t.w, t.paint(green, t.say("summary.none")))
	}
	for _, line := range facts(t.labels, &t.all, stats) {
		fmt.Fprintln(t.w, line[0]+t.say("colon")+line[1])
	}
	fmt.Fprintln(t.w, t.paint(dim, printable(strings.Join(imprint(t.labels, &t.run), " · "))))
}

// table has a row for each category and, below it, for each of its rules.
func (t *text) table(cats []categoryCounts) {
	const number = 8 // columns
	first := t.width(t.say("summary.title"))
	label := func(r ruleCounts) string {
		name := "  " + printable(r.rule)
		if title := t.rule(r.rule); title != r.rule {
			name += " " + title
		}
		return name
	}
	for _, c := range cats {
		first = max(first, t.width(t.category(c.category)))
		for _, r := range c.rules {
			first = max(first, t.width(label(r)))
		}
	}
	row := func(style, name string, c levelCounts) {
		line := t.pad(name, first)
		for _, l := range levels {
			line += t.pad(strconv.Itoa(c[l]), -number)
		}
		fmt.Fprintln(t.w, t.paint(style, line+t.pad(strconv.Itoa(c.sum()), -number)))
	}
	head := t.pad(t.say("summary.title"), first)
	for _, l := range levels {
		head += t.pad(t.level(l), -number)
	}
	fmt.Fprintln(t.w, t.paint(bold, head+t.pad(t.say("summary.total"), -number)))
	for _, c := range cats {
		row("", t.category(c.category), c.levelCounts)
		for _, r := range c.rules {
			row(dim, label(r), r.levelCounts)
		}
	}
	row(bold, t.say("summary.total"), t.all.total)
}

// facts are the figures below the table of a summary: what, and how much.
func facts(l labels, t *tally, stats *checker.Stats) [][2]string {
	out := [][2]string{
		{l.say("summary.documents"), thousands(int64(stats.Documents))},
		{l.say("summary.characters"), thousands(stats.Runes)},
		{l.say("summary.rate"), l.say("summary.rate-value", "rate", strconv.FormatFloat(stats.ErrorRate(), 'f', 2, 64)) +
			" · " + l.say("summary.rate-basis")},
	}
	var clauses []string
	for _, c := range [...]string{"veto", "deduct", "advise"} {
		if n := t.clauses[c]; n > 0 {
			clauses = append(clauses, l.say("count", "what", l.clause(c), "n", strconv.Itoa(n)))
		}
	}
	if len(clauses) > 0 {
		out = append(out, [2]string{l.say("summary.clauses"), strings.Join(clauses, l.say("list.comma"))})
	}
	if t.failed > 0 {
		out = append(out, [2]string{l.say("summary.failed"), strconv.Itoa(t.failed)})
	}
	return out
}

// imprint says what made the report and from what.
func imprint(l labels, run *Run) []string {
	out := []string{strings.TrimSpace(l.say("run.made", "tool", tool, "version", run.Version))}
	if run.Rules != "" {
		out = append(out, l.say("run.rules", "hash", run.Rules))
	}
	for _, x := range run.Lexicons {
		out = append(out, l.say("run.lexicon", "name", x.Name, "hash", x.Hash, "n", thousands(int64(x.Entries))))
	}
	if run.Profile != "" {
		out = append(out, l.say("run.profile", "name", run.Profile))
	}
	if s := timestamp(run.Started); s != "" {
		out = append(out, s)
	}
	return out
}

// thousands writes a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
