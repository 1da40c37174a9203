package checker

import (
	"cmp"
	"slices"

	"proofcheck/lexicon"
	"proofcheck/source"
)

// wordCategoryRules stand for the entries of the lexicons, one rule a category. The engine itself
// finds the entries, all in one pass; level, clause and source come from each entry.
var wordCategoryRules = []*Rule{
	{ID: "typo/word", On: Only(source.Directive), Rises: true, Begin: func(*Pass) Inspector { return nothing }},
	{ID: "sensitive/word", On: Only(source.Directive), Rises: true, Begin: func(*Pass) Inspector { return nothing }},
	{ID: "expression/word", On: Only(source.Directive), Rises: true, Begin: func(*Pass) Inspector { return nothing }},
}

// wordRule returns the rule for entries of a category, nil for allowed words.
func wordRule(c lexicon.Category) *Rule {
	switch c {
	case lexicon.Typo:
		return wordCategoryRules[0]
	case lexicon.Sensitive:
		return wordCategoryRules[1]
	case lexicon.Expression:
		return wordCategoryRules[2]
	}
	return nil
}

// wordRules is the lexicon pass of a Checker.
type wordRules struct {
	finder *lexicon.Finder
	packs  []string // names, sorted
	levels map[packKey]packLevel
}

type packKey struct {
	category lexicon.Category
	pack     string
}

// packLevel is what options and profile say of a pack.
type packLevel struct {
	level Level
	fixed bool // options or profile have set it; otherwise each entry has its own
}

func newWordRules(c *Checker) *wordRules {
	sets := append([]*lexicon.Set{}, c.opt.Lexicons...)
	if !c.opt.NoBuiltin {
		sets = append(sets, lexicon.Builtin())
	}
	w := &wordRules{levels: map[packKey]packLevel{}}
	for _, set := range sets {
		for _, p := range set.Packs() {
			w.packs = append(w.packs, p.Name)
			rule := wordRule(p.Category)
			if rule == nil {
				continue
			}
			level, fixed := c.level(InfoOf(rule.ID), rule.ID, p.Name)
			w.levels[packKey{p.Category, p.Name}] = packLevel{level, fixed}
		}
	}
	slices.Sort(w.packs)
	w.packs = slices.Compact(w.packs)
	w.finder = lexicon.NewFinder(sets, lexicon.FinderOptions{Keep: func(category lexicon.Category, pack string) bool {
		l, ok := w.levels[packKey{category, pack}]
		return !ok || !l.fixed || l.level >= c.opt.MinLevel
	}})
	return w
}

// packNames returns the names of all packs of the lexicons, sorted, without those that only New
// could have made yet.
func (c *Checker) packNames() []string {
	if c.words != nil {
		return c.words.packs
	}
	var out []string
	for _, set := range append([]*lexicon.Set{lexicon.Builtin()}, c.opt.Lexicons...) {
		for _, p := range set.Packs() {
			out = append(out, p.Name)
		}
	}
	return out
}

// protected reports whether a word of the user, or a right word that looks wrong, stands at the place.
func (r *run) protected(seg *Segment, from, to int) bool {
	return r.c.words.finder.Protected(seg.Text, from, to, r.date)
}

// wordRun is the lexicon pass over one document.
type wordRun struct {
	rules  *wordRules
	run    *run
	passes map[packKey]*Pass
}

func newWordRun(r *run) *wordRun {
	return &wordRun{rules: r.c.words, run: r, passes: map[packKey]*Pass{}}
}

// inspect reports the entries that occur in a segment.
func (w *wordRun) inspect(seg *Segment) {
	if !Words.Has(seg.Kind) {
		return
	}
	w.rules.finder.Find(seg.Text, w.run.date, func(m *lexicon.Match) bool {
		w.report(seg, m)
		return true
	})
}

func (w *wordRun) report(seg *Segment, m *lexicon.Match) {
	e := m.Entry
	p := w.pass(e)
	if p == nil {
		return
	}
	problem := Problem{
		Level: e.Level, Clause: e.Clause, Source: e.Source, Note: e.Note,
		Suggest: e.Suggest, Confidence: confidenceOf(e.Level),
	}
	if (e.From != 0 || e.Until != 0) && !w.run.dated {
		// What was right once is right in an old text, and nobody says how old this one is.
		problem.Level = min(problem.Level, Info)
		problem.Confidence = confidenceOf(problem.Level)
	}
	switch {
	case m.Disguised:
		problem.Message, problem.Args, problem.Suggest = ".disguised", []string{"word", e.Form}, nil
	case len(e.Suggest) > 0:
		problem.Message = ".suggest"
		problem.Safe = e.Category == lexicon.Typo && e.Level == Error && len(e.Suggest) == 1
	}
	p.Report(seg, m.Start, m.End, problem)
}

// confidenceOf is what the level of an entry promises: see the rules for entries in
// lexicon/data/README.md.
func confidenceOf(l Level) float64 {
	switch l {
	case Error:
		return 0.97
	case Warning:
		return 0.85
	}
	return 0.6
}

// pass returns the Pass that an entry's pack is reported by.
func (w *wordRun) pass(e *lexicon.Entry) *Pass {
	key := packKey{e.Category, e.Pack}
	if p, ok := w.passes[key]; ok {
		return p
	}
	rule := wordRule(e.Category)
	if rule == nil {
		return nil
	}
	l := w.rules.levels[key]
	p := &Pass{Rule: rule, Info: InfoOf(rule.ID), run: w.run, base: cmp.Or(l.level, e.Level), fixed: l.fixed, pack: e.Pack}
	w.passes[key] = p
	return p
}
