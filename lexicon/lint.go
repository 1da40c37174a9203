package lexicon

import (
	"slices"
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// LintOptions say what Lint takes into account. The zero value looks at the entries alone.
type LintOptions struct {
	// With are sets that will be used together with the entries, such as Builtin().
	With []*Set
}

// Lint looks for entries that are wrong or doubtful: duplicates after folding,
// contradictions, suggestions that are flagged themselves, entries that an allow entry hides,
// forms that are good words or stand in good words, guards that never hold or say nothing, and
// examples that come out otherwise than they should (see Test). Issues come in the order of
// the entries. What is only missing has the level Info.
func Lint(entries []Entry, opt LintOptions) []Issue {
	l := &linter{entries: entries, with: opt.With}
	l.compile()
	l.index()
	for i := range entries {
		e := &entries[i]
		l.repeated(i)
		l.suggestions(i)
		l.words(e)
		l.guards(e)
		if l.set != nil {
			l.issues = append(l.issues, l.examples(i)...)
		}
		l.missing(e)
		l.order(i)
	}
	return l.issues
}

type linter struct {
	entries []Entry
	with    []*Set
	set     *Set // nil when the entries do not compile
	finder  *Finder
	byForm  map[string][]*Entry // with those of with, by folded form
	issues  []Issue
}

func (l *linter) report(e *Entry, code string, detail ...string) {
	l.issues = append(l.issues, newIssue(e, code, detail...))
}

// compile makes the set of the entries, and reports those of which it cannot be made.
func (l *linter) compile() {
	for i := range l.entries {
		if err := l.entries[i].check(); err != nil {
			l.report(&l.entries[i], "invalid", "reason", err.Error())
		}
	}
	if len(l.issues) > 0 {
		return
	}
	set, err := Compile(l.entries)
	if err != nil {
		l.report(&Entry{}, "invalid", "reason", err.Error())
		return
	}
	l.set = set
	l.finder = NewFinder(append([]*Set{set}, l.with...), FinderOptions{})
}

func (l *linter) index() {
	l.byForm = map[string][]*Entry{}
	add := func(e *Entry) {
		form := foldString(e.Form)
		l.byForm[form] = append(l.byForm[form], e)
	}
	for i := range l.entries {
		add(&l.entries[i])
	}
	for _, s := range l.with {
		for i := range s.Len() {
			add(s.Entry(i))
		}
	}
}

// repeated reports entries that an earlier one repeats, and those that an allow entry hides.
func (l *linter) repeated(i int) {
	e := &l.entries[i]
	for _, other := range l.byForm[foldString(e.Form)] {
		if other == e {
			break // what follows is reported there
		}
		if other.Category == e.Category && sameGuards(other, e) && meet(other, e) {
			l.report(e, "duplicate", "other", other.name())
			break
		}
	}
	if e.Category == Allow {
		return
	}
	for _, other := range l.byForm[foldString(e.Form)] {
		if other.Category == Allow && metaFlags(other)&(guarded|dated|whole) == 0 {
			l.report(e, "shadowed", "other", other.name())
			break
		}
	}
}

func sameGuards(a, b *Entry) bool {
	return slices.Equal(a.NotAfter, b.NotAfter) && slices.Equal(a.NotBefore, b.NotBefore) &&
		slices.Equal(a.OnlyAfter, b.OnlyAfter) && slices.Equal(a.OnlyBefore, b.OnlyBefore) && a.Whole == b.Whole
}

// meet reports whether there are days for which both hold.
func meet(a, b *Entry) bool {
	return (a.Until == 0 || b.From <= a.Until) && (b.Until == 0 || a.From <= b.Until)
}

// suggestions reports suggestions that change nothing, or to something that is flagged.
func (l *linter) suggestions(i int) {
	e := &l.entries[i]
	for _, to := range e.Suggest {
		if to == e.Form {
			l.report(e, "suggestion-same", "to", to)
			continue
		}
		if back := l.changesBack(e, to); back != nil {
			l.report(e, "contradiction", "other", back.name(), "to", to)
			continue
		}
		if l.finder == nil {
			continue
		}
		l.finder.Find(to, 0, func(m *Match) bool {
			if m.Entry.Level == Off || m.Disguised || !meet(e, m.Entry) {
				return true
			}
			if m.Entry.Category != e.Category && m.Entry.Level < Error {
				return true // well written, and then a matter of style
			}
			l.report(e, "suggestion-flagged", "to", to, "other", m.Entry.name(), "word", m.Entry.Form)
			return false
		})
	}
}

// changesBack returns an entry that changes to into the form of e.
func (l *linter) changesBack(e *Entry, to string) *Entry {
	for _, other := range l.byForm[foldString(to)] {
		if other != e && other.Category != Allow && slices.Contains(other.Suggest, e.Form) && meet(e, other) {
			return other
		}
	}
	return nil
}

// frequent is the frequency from which on a word is common.
const frequent = 1000

// words reports forms that are good words, or part of one where no guard asks the dictionary.
func (l *linter) words(e *Entry) {
	if e.Category == Allow || e.Level == Off {
		return
	}
	if e.Category == Typo && e.Level == Error && words.Has(e.Form) && metaFlags(e)&guarded == 0 {
		l.report(e, "clean-word")
	}
	if f := metaFlags(e); f&(explained|whole|alphanumeric) != 0 || utf8.RuneCountInString(e.Form) >= words.MaxChars {
		return
	}
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		for _, word := range []string{string(r) + e.Form, e.Form + string(r)} {
			if words.Frequency(word) < frequent || l.found(word, e) == 0 {
				continue
			}
			l.report(e, "inside-word", "word", word)
			return
		}
	}
}

// found returns how often e is found in text.
func (l *linter) found(text string, e *Entry) int {
	if l.finder == nil {
		return 0
	}
	n := 0
	l.finder.Find(text, 0, func(m *Match) bool {
		if m.Entry.Form == e.Form && m.Entry.Category == e.Category {
			n++
		}
		return true
	})
	return n
}

// guards reports guards that never hold or say nothing.
func (l *linter) guards(e *Entry) {
	lists := []struct {
		column string
		items  []string
		covers func(item, other string) bool // whether other holds wherever item does
	}{
		{"not_after", e.NotAfter, strings.HasSuffix}, {"not_before", e.NotBefore, strings.HasPrefix},
		{"only_after", e.OnlyAfter, strings.HasSuffix}, {"only_before", e.OnlyBefore, strings.HasPrefix},
	}
	for _, list := range lists {
		for k, item := range list.items {
			folded := foldString(item)
			switch {
			case folded == "":
				l.report(e, "guard-invisible", "column", list.column, "item", item)
				continue
			case folded == foldString(e.Form):
				l.report(e, "guard-same", "column", list.column, "item", item)
			}
			for j, other := range list.items {
				// Of two that are equal the second is useless.
				if j != k && !isPlace(other) && list.covers(folded, foldString(other)) && (len(other) < len(item) || j < k) {
					l.report(e, "guard-useless", "column", list.column, "item", item, "other", other)
					break
				}
			}
		}
	}
	for k := range 2 {
		not, only := lists[k], lists[k+2]
		never := len(only.items) > 0
		for _, item := range only.items {
			never = never && slices.ContainsFunc(not.items, func(other string) bool {
				return item == other || !isPlace(other) && not.covers(foldString(item), foldString(other))
			})
		}
		if never {
			l.report(e, "guard-never", "column", only.column, "other", not.column)
		}
	}
}

func isPlace(item string) bool { return slices.Contains(placeNames[:], item) }

func (l *linter) missing(e *Entry) {
	if e.Category == Allow {
		return
	}
	if len(e.Hit) == 0 {
		l.report(e, "no-example")
	}
	if len(e.Suggest) == 0 && e.Note == "" {
		l.report(e, "no-reason")
	}
	if e.Source == "" {
		l.report(e, "no-source")
	}
}

// order reports entries that stand behind one of the same file that belongs after them.
func (l *linter) order(i int) {
	if i == 0 {
		return
	}
	e, before := &l.entries[i], &l.entries[i-1]
	file, _ := splitOrigin(e.Origin)
	if other, _ := splitOrigin(before.Origin); file == other && e.Pack == before.Pack && Less(e, before) {
		l.report(e, "unsorted", "other", before.Form)
	}
}

// Less reports whether a stands before b in a lexicon file: by folded form, then by date.
func Less(a, b *Entry) bool {
	if c := strings.Compare(foldString(a.Form), foldString(b.Form)); c != 0 {
		return c < 0
	}
	return a.From < b.From
}
