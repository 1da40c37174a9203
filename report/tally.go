package report

import (
	"cmp"
	"maps"
	"slices"

	"proofcheck/checker"
	"proofcheck/lexicon"
)

// tally counts the findings of a report, for its tables and charts.
type tally struct {
	total   levelCounts
	rules   map[string]levelCounts
	clauses map[string]int
	failed  int // drafts
}

// levelCounts are numbers of findings by lexicon.Level.
type levelCounts [lexicon.Error + 1]int

func (c levelCounts) sum() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

func (c *levelCounts) add(d levelCounts) {
	for i, n := range d {
		c[i] += n
	}
}

func (t *tally) add(f *checker.Finding) {
	if t.rules == nil {
		t.rules, t.clauses = map[string]levelCounts{}, map[string]int{}
	}
	level := min(f.Level, lexicon.Error)
	t.total[level]++
	c := t.rules[f.Rule]
	c[level]++
	t.rules[f.Rule] = c
	if f.Clause != lexicon.NoClause {
		t.clauses[f.Clause.String()]++
	}
}

// ruleCounts are the findings of one rule.
type ruleCounts struct {
	rule string
	levelCounts
}

// categoryCounts are the findings of one category, and of its rules, the most frequent first.
type categoryCounts struct {
	category checker.Category
	levelCounts
	rules []ruleCounts
}

// categories returns the categories with findings in the order of reports; categories that
// package checker does not list come last.
func (t *tally) categories() []categoryCounts {
	var out []categoryCounts
	for _, rule := range slices.Sorted(maps.Keys(t.rules)) {
		c := checker.CategoryOf(rule)
		i := slices.IndexFunc(out, func(x categoryCounts) bool { return x.category == c })
		if i < 0 {
			i = len(out)
			out = append(out, categoryCounts{category: c})
		}
		out[i].add(t.rules[rule])
		out[i].rules = append(out[i].rules, ruleCounts{rule, t.rules[rule]})
	}
	slices.SortStableFunc(out, func(a, b categoryCounts) int { return cmp.Compare(rank(a.category), rank(b.category)) })
	for i := range out {
		slices.SortStableFunc(out[i].rules, func(a, b ruleCounts) int { return cmp.Compare(b.sum(), a.sum()) })
	}
	return out
}

func rank(c checker.Category) int {
	if i := slices.Index(checker.Categories, c); i >= 0 {
		return i
	}
	return len(checker.Categories)
}
