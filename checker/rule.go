package checker

import (
	"proofcheck/lexicon"
	"proofcheck/source"
)

// Rule is a constant: what is looked for, and how. What it says about itself (title,
// reason, standard, messages, level) stands in data/rules/<category>.tsv under its ID.
// State belongs to the Inspector that Begin returns for each document.
type Rule struct {
	ID string // "punctuation/paired-marks": in reports, config and comments; never renamed

	// On is the kinds of segments the rule reads; zero means Prose.
	On Kinds

	// Needs are classes of characters without which the rule cannot find anything in a
	// segment; the segment must have at least one of them. Zero means any segment.
	Needs Class

	// Anchors are literals without which the rule cannot find anything. One automaton looks
	// for the anchors of all rules at once; Inspect is called only for segments where one
	// occurs. They are compared exactly. Nil means every segment.
	Anchors func() []string

	// Every says that the rule sees every segment although it has anchors, with their places, if any.
	Every bool

	// Tags are the names of the tags that a rule on Elements reads; nil means all.
	Tags []string

	// Roster says that the rule is for those who have a roster of names and posts only.
	Roster bool

	// Rises says that some of its findings are graver than the rule's own level. Others are left
	// out altogether where only graver findings are wanted.
	Rises bool

	// Yields says that its findings give way to those of any other rule at the same place.
	Yields bool

	// Whole says that the rule judges a document as a whole, as numbering and repetitions are
	// judged: on a part of it, it would say something else. What other rules find in a block does
	// not depend on the blocks around it.
	Whole bool

	// Begin starts the rule on a document. The Inspector is used by one goroutine.
	Begin func(*Pass) Inspector
}

// Inspector runs one rule over one document.
type Inspector interface {
	// Inspect sees the segments in order. hits are the places of the rule's anchors in
	// seg.Text, by ascending end, overlapping ones included; nil for a rule without anchors.
	// Both are valid during the call only.
	Inspect(seg *Segment, hits []Hit)
	// End is called after the last segment.
	End()
}

// anchors is for rules whose anchors are known beforehand.
func anchors(words ...string) func() []string { return func() []string { return words } }

// behindDigits is for rules whose anchors concern them behind a digit of ASCII only, which is part of the hits:
// see behindDigit.
func behindDigits(words ...string) func() []string {
	return func() []string {
		var out []string
		for _, w := range words {
			for d := '0'; d <= '9'; d++ {
				out = append(out, string(d)+w)
			}
		}
		return out
	}
}

// behindDigit returns the hit of the word behind the digit, with its index among the words.
func (h Hit) behindDigit() Hit { return Hit{h.From + 1, h.To, h.Anchor / 10} }

// InspectFunc is an Inspector without state.
type InspectFunc func(seg *Segment, hits []Hit)

// Inspect calls f.
func (f InspectFunc) Inspect(seg *Segment, hits []Hit) { f(seg, hits) }

// End does nothing.
func (f InspectFunc) End() {}

// Hit is a place where an anchor of a rule occurs.
type Hit struct {
	From, To int // bytes of Text
	Anchor   int // index in what Rule.Anchors returns
}

// Kinds is a set of segment kinds.
type Kinds uint16

// Sets of kinds.
const (
	Prose      Kinds = 1<<source.Paragraph | 1<<source.Heading | 1<<source.ListItem | 1<<source.Cell | 1<<source.Caption | 1<<source.Quote | 1<<source.Title
	Attributes Kinds = 1 << source.Attribute
	Metadata   Kinds = 1 << source.Metadata
	Elements   Kinds = 1 << source.Element
	Words            = Prose | Attributes | Metadata // everything with text
)

// kindsOf returns the kinds of segments that a rule reads.
func kindsOf(r *Rule) Kinds {
	if r.On == 0 {
		return Prose
	}
	return r.On
}

// Only returns the set of one kind.
func Only(k source.Kind) Kinds { return 1 << k }

// Has reports whether k is in the set.
func (s Kinds) Has(k source.Kind) bool { return s&(1<<k) != 0 }

// Pass is one rule on one document.
type Pass struct {
	Rule  *Rule
	Info  *RuleInfo // what the catalogue says of the rule
	run   *run
	pack  string // of lexicon entries
	base  Level  // from catalogue, profile and options
	fixed bool   // one of the last two has set it
}

// Document returns the document that is checked.
func (p *Pass) Document() *source.Document { return p.run.doc }

// DocumentDate returns the day the document says it is of, or the one that the options give;
// 0 when neither does.
func (p *Pass) DocumentDate() lexicon.Date {
	if !p.run.dated {
		return 0
	}
	return p.run.date
}

// Today returns the day that the check is made on, or the one that the options give.
func (p *Pass) Today() lexicon.Date { return p.run.c.today }

// Problem is what a rule has to say about a place.
type Problem struct {
	// Message is the key of a message in the catalogue: "" is the rule's own, ".suffix" is
	// the row "<rule ID>.suffix".
	Message string
	// Args fill the placeholders of the message: name, value, name, value … {text} is the
	// text at fault and {to} the first suggestion without being given.
	Args []string
	// Suggest is what the text could be replaced by, best first.
	Suggest []string
	// Safe says that the first suggestion may be applied without asking.
	Safe bool
	// Level goes before the rule's own level when it is not Off, unless the user has set one.
	Level Level
	// Confidence is the probability that a careful editor agrees; zero means 1.
	Confidence float64
	// Source goes before the rule's standard when not empty, Clause before the rule's clause.
	Source string
	Clause lexicon.Clause
	// Note is added to the message.
	Note string
	// Span is the place in the file when it is not a range of Text, such as the target of a link
	// or something that Text leaves out. from and to only say where in Text it belongs.
	Span *source.Span
	// Text is reported as the words at fault in place of what stands there.
	Text string
	// Link is what is known of the link that the problem is about.
	Link *LinkDetail
	// Private leaves the context out of the finding, so that one about an identity number, with
	// a masked Text, does not publish it.
	Private bool
}

// Report reports a problem with Text[from:to] of a segment during Inspect.
func (p *Pass) Report(seg *Segment, from, to int, problem Problem) {
	if seg.settled(from, to) {
		return
	}
	p.run.add(p, p.run.keep(p, seg, from, to, problem), problem)
}

// Place is a place in the document that outlives its segment.
type Place struct {
	finding Finding
	muted   bool
	quoted  bool // in quoted speech, and the rule cares
}

// Text returns the text at the place.
func (pl *Place) Text() string { return pl.finding.Text }

// Line returns the line of the file where the place begins, from 1.
func (pl *Place) Line() int { return pl.finding.Start.Line }

// Keep remembers Text[from:to] of a segment for a later ReportAt. The suggestions of the
// problem given here become fixes; its other fields are ignored.
func (p *Pass) Keep(seg *Segment, from, to int, problem Problem) *Place {
	return p.run.keep(p, seg, from, to, problem)
}

// ReportLink reports a problem with the target of a link.
func (p *Pass) ReportLink(seg *Segment, l *source.Link, problem Problem) {
	problem.Span, problem.Text = &l.Span, l.Target
	p.Report(seg, l.From, l.To, problem)
}

// ReportAt reports a problem at a kept place, also from End. Its Suggest is ignored: see Keep.
func (p *Pass) ReportAt(place *Place, problem Problem) {
	p.run.add(p, place, problem)
}
