package lexicon

// Test looks whether the entries are found in their Hit examples and not found in their Miss
// examples, all of them together and with the sets of with.
func Test(entries []Entry, with ...*Set) []Issue {
	l := &linter{entries: entries, with: with}
	l.compile()
	if l.set == nil {
		return l.issues
	}
	for i := range entries {
		l.issues = append(l.issues, l.examples(i)...)
	}
	return l.issues
}

// examples returns what is wrong with the examples of entry i.
func (l *linter) examples(i int) []Issue {
	e := &l.entries[i]
	var issues []Issue
	for _, example := range e.Hit {
		if !l.finds(i, example) {
			issues = append(issues, newIssue(e, "hit-not-found", "example", example))
		}
	}
	for _, example := range e.Miss {
		if l.finds(i, example) {
			issues = append(issues, newIssue(e, "miss-found", "example", example))
		}
	}
	return issues
}

// finds reports whether entry i itself is found in text. An allow entry is found where it
// protects: where its form stands.
func (l *linter) finds(i int, text string) bool {
	finds := false
	if l.entries[i].Category == Allow {
		for m := range l.set.forms.All(text) {
			finds = finds || int(m.Word) == i
		}
		return finds
	}
	l.finder.Find(text, 0, func(m *Match) bool {
		finds = m.Entry == l.set.Entry(i)
		return !finds
	})
	return finds
}
