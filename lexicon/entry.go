// Package lexicon knows words: which are wrong, sensitive or non-standard, what to write
// instead, and where they are right after all. It reads lexicon files, compiles them
// together with the embedded ones into automata, and finds their entries in a text. It
// does not know files, segments or findings.
package lexicon

import (
	"fmt"
	"slices"
	"strings"
)

// Level says how much weighs against a word or a rule's finding.
type Level uint8

// The levels, from weak to strong. Off is the zero value and never reported.
const (
	Off Level = iota
	Info
	Warning
	Error
	levels
)

var levelNames = [levels]string{"off", "info", "warning", "error"}

// String returns the name used in files and reports: off, info, warning, error.
func (l Level) String() string {
	if l < levels {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// ParseLevel is the inverse of Level.String.
func ParseLevel(s string) (Level, bool) {
	for i, n := range levelNames {
		if n == s {
			return Level(i), true
		}
	}
	return Off, false
}

// Category is the kind of a lexicon entry.
type Category uint8

// The categories of entries.
const (
	Typo       Category = iota // a wrong form of a word
	Sensitive                  // a word that must not be published, or not without thought
	Expression                 // a non-standard expression
	Allow                      // a right word: it protects itself, and what it contains
	categories
)

var categoryNames = [categories]string{"typo", "sensitive", "expression", "allow"}

// String returns the name used in files and reports.
func (c Category) String() string {
	if c < categories {
		return categoryNames[c]
	}
	return fmt.Sprintf("category(%d)", uint8(c))
}

// ParseCategory is the inverse of Category.String.
func ParseCategory(s string) (Category, bool) {
	for i, n := range categoryNames {
		if n == s {
			return Category(i), true
		}
	}
	return 0, false
}

// Clause says what an inspection makes of an error of this kind.
type Clause uint8

// The clauses of the inspection indicators for government sites (国办秘函〔2019〕19号).
const (
	NoClause Clause = iota
	Advise          // 建议: no points
	Deduct          // 扣分
	Veto            // 单项否决: the whole site fails
	clauses
)

var clauseNames = [clauses]string{"", "advise", "deduct", "veto"}

// String returns the name used in files and reports; "" for NoClause.
func (c Clause) String() string {
	if c < clauses {
		return clauseNames[c]
	}
	return fmt.Sprintf("clause(%d)", uint8(c))
}

// ParseClause is the inverse of Clause.String.
func ParseClause(s string) (Clause, bool) {
	for i, n := range clauseNames {
		if n == s {
			return Clause(i), true
		}
	}
	return NoClause, false
}

// Evasion is a set of disguises under which an entry is found too.
type Evasion uint8

// The disguises. In files they are written by their lower-case names, separated by commas.
const (
	Gaps       Evasion = 1 << iota // "gaps": spaces, punctuation, symbols, emoji between the characters
	Variants                       // "variants": traditional and variant characters, also mixed
	Lookalikes                     // "lookalikes": Cyrillic, Greek, circled and mathematical letters and digits
	Repeats                        // "repeats": characters written several times
	Homophones                     // "homophones": other characters of the same toneless pinyin
)

var evasionNames = [...]string{"gaps", "variants", "lookalikes", "repeats", "homophones"}

// AllEvasions are all disguises.
const AllEvasions = Gaps | Variants | Lookalikes | Repeats | Homophones

// String returns the names, separated by commas.
func (e Evasion) String() string {
	var names []string
	for i, n := range evasionNames {
		if e&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ",")
}

// ParseEvasion is the inverse of Evasion.String. Spaces around a name do not count.
func ParseEvasion(s string) (Evasion, bool) {
	var e Evasion
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		i := slices.Index(evasionNames[:], name)
		switch {
		case i >= 0:
			e |= 1 << i
		case name != "":
			return 0, false
		}
	}
	return e, true
}

// Entry is one line of a lexicon.
type Entry struct {
	Form     string   // the word that is looked for; compared after hanzi.Fold
	Suggest  []string // what to write instead, best first; may be empty
	Category Category
	Pack     string // the group that profiles switch: a file's name, such as "gambling"
	Level    Level
	Clause   Clause
	Note     string // why, for the reader of a report
	Source   string // the standard or list that says so, with its clause

	From, Until Date // the days of the document for which the entry holds, inclusive; 0 is open

	// Guards: strings that stand right beside the match, or one of the places "^" (the
	// beginning of the text), "$" (its end), ":punct:", ":digit:", ":latin:", ":han:",
	// ":space:" (a character of that kind).
	NotAfter   []string // no match right after one of these
	NotBefore  []string // no match right before one of these
	OnlyAfter  []string // a match only right after one of these
	OnlyBefore []string // a match only right before one of these

	Whole   bool // a match only as whole words of the sentence; always so for Latin letters
	Raw     bool // the whole-word guard is not asked: the form is wrong wherever it stands
	Evasion Evasion

	Hit  []string // examples in which the entry must be found
	Miss []string // examples in which it must not

	Origin string // file:line
}
