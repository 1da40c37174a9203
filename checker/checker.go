package checker

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"proofcheck/lexicon"
	"proofcheck/lexicon/automaton"
	"proofcheck/source"
)

// Checker checks documents with one configuration. It is immutable and safe for use by
// many goroutines.
type Checker struct {
	opt     Options
	rules   []enabled
	today   lexicon.Date
	profile profile
	byKind  [kinds][]reader // rules that read all segments of a kind; others wait for their anchors
	tags    map[string]int  // names that rules ask for in particular, numbered from 1
	buffers sync.Pool       // *buffers

	anchors *automaton.Automaton // of all enabled rules; nil when none has any
	owners  [][]anchorOwner      // by word of anchors: whom it concerns
	words   *wordRules
	roster  *rosterIndex // nil without a roster
}

// kinds is the number of kinds of segments.
const kinds = int(source.Element) + 1

// enabled is a rule that is switched on, at its level.
type enabled struct {
	rule  *Rule
	info  *RuleInfo
	on    Kinds
	level Level
	fixed bool // the user or the profile has set the level
}

// A reader is a rule that reads all segments of a kind that have what it needs.
type reader struct {
	needs Class
	rule  int      // index
	tags  []string // of elements; nil means all
}

// wants reports whether a segment of these classes concerns the rule.
func (r *reader) wants(class Class, s *source.Segment) bool {
	return (r.needs == 0 || r.needs&class != 0) && (r.tags == nil || slices.Contains(r.tags, s.Tag.Name))
}

// An anchorOwner is one anchor of one enabled rule, by their indices.
type anchorOwner struct {
	rule, anchor int
	on           Kinds // that the rule reads
}

// UnknownRuleError says that a pattern of Options names no rule.
type UnknownRuleError struct{ Pattern, Near string }

// Error names the rule that was probably meant.
func (e *UnknownRuleError) Error() string {
	return fmt.Sprintf("unknown rule %q; did you mean %q?", e.Pattern, e.Near)
}

// New makes a Checker. It fails when an option is wrong: an unknown language, profile or
// pattern, which is an *UnknownRuleError.
func New(opt Options) (*Checker, error) {
	if opt.Lang == "" {
		opt.Lang = "zh"
	}
	if opt.Lang != "zh" && opt.Lang != "en" {
		return nil, fmt.Errorf(`unknown language %q; use "zh" or "en"`, opt.Lang)
	}
	if opt.Profile == "" {
		opt.Profile = "general"
	}
	if !slices.Contains(Profiles, opt.Profile) {
		return nil, fmt.Errorf("unknown profile %q; use one of %s", opt.Profile, strings.Join(Profiles, ", "))
	}
	if opt.MinLevel == Off {
		opt.MinLevel = Info
	}
	c := &Checker{opt: opt, today: opt.Date, profile: readProfile(opt.Profile), tags: map[string]int{}}
	if c.today == 0 {
		y, m, d := time.Now().Date()
		c.today = lexicon.Date(y*10000 + int(m)*100 + d)
	}
	for _, p := range slices.Concat(opt.Only, opt.Skip, slices.Collect(keys(opt.Levels))) {
		if !c.knownPattern(p) {
			return nil, &UnknownRuleError{p, c.nearest(p)}
		}
	}
	for _, r := range Rules() {
		info := InfoOf(r.ID)
		if info == nil {
			panic("checker: rule " + r.ID + " is not in the catalogue")
		}
		level, fixed := c.level(info, r.ID, "")
		if level == Off || level < opt.MinLevel && (fixed || !r.Rises) || r.Roster && opt.Roster == nil {
			continue
		}
		for k := range source.Kind(kinds) {
			if kindsOf(r).Has(k) && (r.Anchors == nil || r.Every || k == source.Element) {
				in := reader{needs: r.Needs, rule: len(c.rules)}
				if k == source.Element {
					in.tags = r.Tags
					for _, name := range r.Tags {
						if c.tags[name] == 0 {
							c.tags[name] = len(c.tags) + 1
						}
					}
				}
				c.byKind[k] = append(c.byKind[k], in)
			}
		}
		c.rules = append(c.rules, enabled{r, info, kindsOf(r), level, fixed})
	}
	if err := c.compileAnchors(); err != nil {
		return nil, err
	}
	c.words = newWordRules(c)
	if opt.Roster != nil {
		var err error
		if c.roster, err = newRosterIndex(opt.Roster); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// level returns the level of a rule, or of a pack of a rule, from options, profile and
// catalogue, and whether one of the first two has set it.
func (c *Checker) level(info *RuleInfo, id, pack string) (Level, bool) {
	if len(c.opt.Only) > 0 && !slices.ContainsFunc(c.opt.Only, func(p string) bool { return matchPattern(p, id, pack) }) ||
		slices.ContainsFunc(c.opt.Skip, func(p string) bool { return matchPattern(p, id, pack) }) {
		return Off, true
	}
	if l, ok := longest(c.opt.Levels, id, pack); ok {
		return l, true
	}
	if l, ok := longest(c.profile, id, pack); ok {
		return l, true
	}
	if info == nil {
		return Off, false
	}
	return info.Level, false
}

func (c *Checker) compileAnchors() error {
	var words []string
	index := map[string]int{}
	for i := range c.rules {
		rule := c.rules[i].rule
		if rule.Anchors == nil {
			continue
		}
		for k, a := range rule.Anchors() {
			n, ok := index[a]
			if !ok {
				n = len(words)
				index[a] = n
				words = append(words, a)
				c.owners = append(c.owners, nil)
			}
			c.owners[n] = append(c.owners[n], anchorOwner{i, k, c.rules[i].on})
		}
	}
	if len(words) == 0 {
		return nil
	}
	a, err := automaton.Compile(words, automaton.Options{})
	if err != nil {
		return fmt.Errorf("checker: anchors of the rules: %w", err)
	}
	c.anchors = a
	return nil
}

// Elements reports whether a rule that is switched on reads the tags of a page, so that formats
// must be asked for them.
func (c *Checker) Elements() bool { return len(c.byKind[source.Element]) > 0 }

// Lang returns the language of messages.
func (c *Checker) Lang() string { return c.opt.Lang }

// Check runs all rules over a document and yields what they find. Findings come in order of
// place, then rule; a document with more than a few thousand of them is yielded in batches,
// each in order, so that memory stays bounded. The counts are added to stats, which may be
// nil, before the iteration ends. The error, always the last value, says why the document
// could not be checked to its end.
func (c *Checker) Check(ctx context.Context, doc *source.Document, stats *Stats) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		if stats == nil {
			stats = &Stats{}
		}
		r := newRun(c, doc, stats)
		r.check(ctx, yield)
	}
}

func keys[K comparable, V any](m map[K]V) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
