package lexicon_test

import (
	"testing"

	"proofcheck/lexicon"
)

// TestBuiltin holds the built-in entries to what is asked of everybody's.
func TestBuiltin(t *testing.T) {
	set := lexicon.Builtin()
	entries := make([]lexicon.Entry, set.Len())
	for i := range entries {
		entries[i] = *set.Entry(i)
	}
	if len(entries) < 1000 {
		t.Errorf("only %d entries", len(entries))
	}
	for _, issue := range lexicon.Lint(entries, lexicon.LintOptions{}) {
		if issue.Level >= lexicon.Warning {
			t.Error(issue.String())
		}
	}
}

// TestBuiltinFindsEachForm looks for every form on its own, as in a list; guards that need a
// neighbour are given one.
func TestBuiltinFindsEachForm(t *testing.T) {
	set := lexicon.Builtin()
	f := lexicon.NewFinder([]*lexicon.Set{set}, lexicon.FinderOptions{})
	missed := 0
	for i := range set.Len() {
		e := set.Entry(i)
		if e.Category == lexicon.Allow || e.Level == lexicon.Off || len(e.OnlyAfter)+len(e.OnlyBefore)+len(e.Hit) > 0 {
			continue
		}
		found := false
		f.Find("、"+e.Form+"、", e.From, func(m *lexicon.Match) bool {
			found = m.Entry.Form == e.Form
			return !found
		})
		if !found {
			missed++
			t.Errorf("%s: %q is not found", e.Origin, e.Form)
		}
	}
}
