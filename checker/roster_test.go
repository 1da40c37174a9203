package checker_test

import (
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/roster"
)

// TestRosterWithoutDate: a draft that does not say its day is held against today, for information only.
func TestRosterWithoutDate(t *testing.T) {
	r, err := roster.Parse("r.tsv", strings.NewReader("name\tpost\tto\n林书白\t县长\t2020-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	found := check(t, "a.md", "县长林书白主持会议。\n", checker.Options{Roster: r})
	if len(found) != 1 || found[0].Rule != "expression/person-post" || found[0].Level != checker.Info {
		t.Errorf("got %v", found)
	}
	found = check(t, "a.md", "县长林书白主持会议。\n", checker.Options{Roster: r, Date: 20191231})
	if len(found) != 0 {
		t.Errorf("on a day of the term: got %v", found)
	}
}

// TestRulesWithoutRoster: the rules for names and posts say nothing where nobody gave a roster.
func TestRulesWithoutRoster(t *testing.T) {
	if found := check(t, "a.md", "县长林书白、书记高远洲到会。\n", checker.Options{}); len(found) != 0 {
		t.Errorf("got %v", found)
	}
}

// TestRosteredPostsAreKnown: what the roster says is right, however unusual, is not suspected by the statistical detector.
func TestRosteredPostsAreKnown(t *testing.T) {
	const text = "会议由落实责仁制度办公室主任林书白主持。\n"
	only := checker.Options{Only: []string{"typo/context"}}
	if found := check(t, "a.md", text, only); len(found) == 0 {
		t.Fatal("the text is not suspected at all")
	}
	r, err := roster.Parse("r.tsv", strings.NewReader("name\tpost\n林书白\t落实责仁制度办公室主任\n"))
	if err != nil {
		t.Fatal(err)
	}
	only.Roster = r
	if found := check(t, "a.md", text, only); len(found) != 0 {
		t.Errorf("got %v", found)
	}
}
