package checker

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/lexicon"
	"proofcheck/source"
)

// Level is how much a finding weighs; see package lexicon.
type Level = lexicon.Level

// The levels of findings.
const (
	Off     = lexicon.Off
	Info    = lexicon.Info
	Warning = lexicon.Warning
	Error   = lexicon.Error
)

// Category groups rules; it is the part of a rule's ID before the slash.
type Category string

// The categories of rules.
const (
	Typo        Category = "typo"
	Sensitive   Category = "sensitive"
	Expression  Category = "expression"
	Punctuation Category = "punctuation"
	Number      Category = "number"
	Structure   Category = "structure"
	Character   Category = "character"
	Privacy     Category = "privacy"
	Link        Category = "link"
	Page        Category = "page"
)

// Categories lists all categories in the order of reports.
var Categories = []Category{Typo, Sensitive, Expression, Punctuation, Number, Structure, Character, Privacy, Link, Page}

// CategoryOf returns the category of a rule ID such as "punctuation/paired-marks".
func CategoryOf(rule string) Category {
	c, _, _ := strings.Cut(rule, "/")
	return Category(c)
}

// Finding is something wrong at one place of a document. It is a value: it holds nothing
// of the segment it was found in.
type Finding struct {
	Rule     string
	Level    Level
	Clause   lexicon.Clause
	Document string
	Start    source.Position
	End      source.Position // of the byte after the last one
	Text     string          // the words at fault, as the reader of the page sees them
	Before   string          // up to ContextRunes characters of the same segment before Text
	After    string          // and after it
	Message  string          // in the language of the Checker
	Source   string          // the standard or list that says so, with its clause
	Pack     string          // of a lexicon entry, else ""
	Link     *LinkDetail     // of findings about links, else nil; must not be changed

	Confidence  float64 // 0 to 1: the probability that a careful editor agrees
	Fixes       []Fix   // alternatives, best first; at most one may be applied
	Fingerprint string  // identifies the finding across edits elsewhere: 16 hex digits, and "-n" for the n-th of the same in a document

	Segment  int  // number of the segment in the document, from 0
	From, To int  // range in the segment's Text, bytes
	Hidden   bool // readers of the page do not see the place

	yields bool // it gives way to others at its place
	muted  bool // the draft wants to hear nothing of it; it only keeps the place
}

// ContextRunes is how many characters of context a Finding holds on each side.
const ContextRunes = 24

// Category returns the category of the finding's rule.
func (f *Finding) Category() Category { return CategoryOf(f.Rule) }

// Suggestions returns what Text could be replaced by, best first.
func (f *Finding) Suggestions() []string {
	out := make([]string, len(f.Fixes))
	for i := range f.Fixes {
		out[i] = f.Fixes[i].Text
	}
	return out
}

// Safe reports whether the first fix may be applied without asking.
func (f *Finding) Safe() bool { return len(f.Fixes) > 0 && f.Fixes[0].Safe }

// Fix is one way to mend a finding.
type Fix struct {
	Text  string // what Finding.Text becomes
	Edits []Edit // in ascending order, without overlap; none when markup stands in the way
	Safe  bool   // may be applied without asking
}

// Edit replaces a span of the file. New is plain text: Format.Escape and the file's
// encoding turn it into bytes.
type Edit struct {
	Span source.Span
	New  string
}

// compare orders findings of one document: by place, then by rule.
func compare(a, b *Finding) int {
	for _, d := range [...]int64{
		a.Start.Offset - b.Start.Offset, a.End.Offset - b.End.Offset, int64(a.Segment - b.Segment), int64(a.From - b.From),
	} {
		if d != 0 {
			return int(max(-1, min(1, d)))
		}
	}
	if c := strings.Compare(a.Rule, b.Rule); c != 0 {
		return c
	}
	return strings.Compare(a.Message, b.Message)
}

// Fingerprint identifies a finding by rule, text and a little context, without white space. Of equal ones in a
// document the second and later get "-2", "-3" … behind it.
func Fingerprint(f *Finding) string {
	var room [256]byte
	b := room[:0]
	for _, s := range [...]string{f.Rule, f.Text, tail(f.Before, 6), head(f.After, 6)} {
		for _, r := range s {
			if !unicode.IsSpace(r) {
				b = utf8.AppendRune(b, r)
			}
		}
		b = append(b, 0)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:8])
}
