package checker

import (
	"proofcheck/lexicon"
	"proofcheck/roster"
	"proofcheck/source"
	"proofcheck/typo"
)

// Options configure a Checker. The zero value checks with everything built in, in Chinese.
type Options struct {
	// Lang is the language of messages, "zh" (default) or "en".
	Lang string

	// Profile is one of Profiles; "" means "general".
	Profile string

	// Only and Skip choose rules: IDs, categories ("typo"), lexicon packs ("pack:gambling"),
	// or patterns with * ("number/*"). Only, when not empty, excludes all others; Skip goes
	// before Only. A pattern that matches nothing is an error of New.
	Only, Skip []string

	// Levels sets levels by the same kind of pattern; the longest pattern that matches wins.
	// Off switches a rule off.
	Levels map[string]Level

	// MinLevel leaves out findings below it; the zero value means Info.
	MinLevel Level

	// Lexicons are searched together with the built-in one, which NoBuiltin leaves out.
	Lexicons  []*lexicon.Set
	NoBuiltin bool

	// Roster says who holds which post; nil switches the rules for it off.
	Roster *roster.Roster

	// Site is what the site of the drafts always writes; the statistical detector takes it into
	// account. It may be nil.
	Site *typo.Site

	// Model is what the statistical detector works with; nil stands for the one that is part of the program.
	Model *typo.Model

	// Date is the day that expiring entries and rules are judged by when the document does
	// not say its own; 0 means today.
	Date lexicon.Date

	// Links says what links are held against. The zero value judges targets by themselves.
	Links Links

	// MaxFindings ends a document after so many findings; 0 means no limit.
	MaxFindings int

	// Visit, when not nil, is called for each segment that is checked, before its
	// findings are yielded, with its number. Reports that show the draft need it.
	Visit func(number int, seg *source.Segment)
}

// Profiles lists the names that Options.Profile takes.
var Profiles = []string{"general", "gov", "news", "ad"}
