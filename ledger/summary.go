package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// Group counts the documents and findings that have something in common.
type Group struct {
	Name string
	Rate
	Failed  int64                            // documents that could not be checked
	Faulty  int64                            // documents with findings that count
	Levels  [lexicon.Error + 1]int64         // findings that count, by level
	States  [store.StateFalseAlarm + 1]int64 // all findings, by state
	Vetoes  int64                            // open findings of the clause veto
	Deducts int64                            // open findings of the clause deduct
	New     int64                            // findings that the last run met first
	Points  float64                          // that open findings cost

	last int64 // document that was counted last in Faulty
}

// Found returns how many findings count: those that are open or have been mended.
func (g *Group) Found() int64 { return g.States[store.StateOpen] + g.States[store.StateFixed] }

// Mended returns the share of the findings that count which have been mended, in per cent; 100 when
// there was nothing to mend.
func (g *Group) Mended() float64 {
	if g.Found() == 0 {
		return 100
	}
	return float64(g.States[store.StateFixed]) * 100 / float64(g.Found())
}

// Cell counts the documents of one section, unit, site and year: what rates of any selection are made
// of.
type Cell struct {
	Section, Unit, Site string
	Year                int // of publication, 0 when not known
	Failed              int64
	Rate
}

// Summary is what a store says as a whole.
type Summary struct {
	Last   *store.Run // the last run that was finished; nil when there is none
	Before *store.Run // the one of the same kind and plan before it, or nil

	All        *Group
	Sections   []*Group // by name; documents without one are in ""
	Units      []*Group
	Sites      []*Group
	Years      []*Group     // by year; "" when not known
	Categories []*Group     // in the order of reports; documents are not counted
	Rules      []*Group     // the most frequent first; documents are not counted
	Vetoes     []*store.Row // open findings of the clause veto, at most MaxExamples
	Examples   []*store.Row // open findings, some of each category, the gravest first
	Cells      []*Cell
	score      Score
	units      Units
}

// SummaryOptions say what is summed up.
type SummaryOptions struct {
	Filter    store.Filter
	Units     Units
	Score     Score
	Examples  int // of each category, 3 when zero
	MaxVetoes int // of Vetoes, 50 when zero
}

// Summarize reads a store once and sums it up. What it holds grows with the number of sections,
// units, sites and years, not with documents.
func Summarize(ctx context.Context, s *store.Store, opt SummaryOptions) (*Summary, error) {
	b := &summary{opt: opt, Summary: Summary{All: &Group{}, score: opt.Score, units: opt.Units}, cells: map[Cell]*Cell{}, examples: map[checker.Category][]*store.Row{}}
	b.opt.Examples = cmp.Or(opt.Examples, 3)
	b.opt.MaxVetoes = cmp.Or(opt.MaxVetoes, 50)
	for i := range b.by {
		b.by[i] = map[string]*Group{}
	}
	if err := b.runs(ctx, s); err != nil {
		return nil, err
	}
	for d, err := range s.Documents(ctx, opt.Filter.Documents) {
		if err != nil {
			return nil, err
		}
		b.document(d)
	}
	for r, err := range s.Findings(ctx, opt.Filter) {
		if err != nil {
			return nil, err
		}
		b.finding(r)
	}
	return b.finish(), nil
}

// Dimensions of groups.
const (
	bySection = iota
	byUnit
	bySite
	byYear
	byCategory
	byRule
	dimensions
)

// summary is a Summary in the making.
type summary struct {
	Summary
	opt      SummaryOptions
	by       [dimensions]map[string]*Group
	cells    map[Cell]*Cell
	examples map[checker.Category][]*store.Row
}

// runs finds the last run, and the one to compare it with.
func (b *summary) runs(ctx context.Context, s *store.Store) error {
	for r, err := range s.Runs(ctx) {
		if err != nil {
			return err
		}
		switch {
		case r.State != store.Done:
		case b.Last == nil:
			b.Last = r
		case r.Kind == b.Last.Kind && r.Plan == b.Last.Plan:
			b.Before = r
			return nil
		}
	}
	return nil
}

func (b *summary) group(dimension int, name string) *Group {
	g := b.by[dimension][name]
	if g == nil {
		name = strings.Clone(name)
		g = &Group{Name: name}
		b.by[dimension][name] = g
	}
	return g
}

func year(d *store.Document) string {
	if d.Date == 0 {
		return ""
	}
	return strconv.Itoa(int(d.Date) / 10000)
}

func (b *summary) document(d *store.Document) {
	unit, section, site := b.opt.Units.OfDocument(d), Section(d), Site(d)
	for _, g := range [...]*Group{b.All, b.group(bySection, section), b.group(byUnit, unit), b.group(bySite, site), b.group(byYear, year(d))} {
		if d.Error != "" {
			g.Failed++
		}
		g.Rate.Add(d)
	}
	key := Cell{Section: section, Unit: unit, Site: site, Year: int(d.Date) / 10000}
	c := b.cells[key]
	if c == nil {
		c = &Cell{Section: section, Unit: unit, Site: site, Year: key.Year}
		b.cells[key] = c
	}
	if d.Error != "" {
		c.Failed++
	}
	c.Rate.Add(d)
}

func (b *summary) finding(r *store.Row) {
	f := &r.Finding
	points := b.opt.Score.Points(r)
	category := Category(f)
	for _, g := range [...]*Group{
		b.All, b.group(bySection, Section(&r.Document)), b.group(byUnit, b.opt.Units.Of(r)), b.group(bySite, Site(&r.Document)),
		b.group(byYear, year(&r.Document)), b.group(byCategory, string(category)), b.group(byRule, f.Rule),
	} {
		g.add(r, points, b.Last)
	}
	if f.State != store.StateOpen {
		return
	}
	if f.Clause == lexicon.Veto {
		if len(b.Vetoes) < b.opt.MaxVetoes {
			b.Vetoes = append(b.Vetoes, r)
		}
		return
	}
	// The gravest examples, and of each mistake one.
	list := b.examples[category]
	if slices.ContainsFunc(list, func(o *store.Row) bool { return o.Finding.Text == f.Text }) {
		return
	}
	if at := slices.IndexFunc(list, func(o *store.Row) bool { return o.Finding.Level < f.Level }); at >= 0 {
		list = slices.Insert(list, at, r)
	} else if len(list) < b.opt.Examples {
		list = append(list, r)
	}
	b.examples[category] = list[:min(len(list), b.opt.Examples)]
}

func (g *Group) add(r *store.Row, points float64, last *store.Run) {
	f := &r.Finding
	state := min(max(f.State, store.StateOpen), store.StateFalseAlarm)
	g.States[state]++
	g.Points += points
	if state != store.StateOpen && state != store.StateFixed {
		return
	}
	g.Levels[min(f.Level, lexicon.Error)]++
	if g.last != r.Document.ID {
		g.Faulty++
		g.last = r.Document.ID
	}
	if last != nil && f.FirstRun == last.ID {
		g.New++
	}
	if state == store.StateOpen {
		switch f.Clause {
		case lexicon.Veto:
			g.Vetoes++
		case lexicon.Deduct:
			g.Deducts++
		}
	}
}

func (b *summary) finish() *Summary {
	byName := func(x, y *Group) int { return cmp.Compare(x.Name, y.Name) }
	sorted := func(dimension int, order func(x, y *Group) int) []*Group {
		return slices.SortedFunc(maps.Values(b.by[dimension]), order)
	}
	b.Sections, b.Units, b.Sites, b.Years = sorted(bySection, byName), sorted(byUnit, byName), sorted(bySite, byName), sorted(byYear, byName)
	b.Categories = sorted(byCategory, func(x, y *Group) int {
		return cmp.Or(cmp.Compare(rank(x.Name), rank(y.Name)), byName(x, y))
	})
	b.Rules = sorted(byRule, func(x, y *Group) int { return cmp.Or(cmp.Compare(y.Found(), x.Found()), byName(x, y)) })
	for _, g := range b.Categories {
		b.Examples = append(b.Examples, b.examples[checker.Category(g.Name)]...)
	}
	b.Cells = slices.SortedFunc(maps.Values(b.cells), func(x, y *Cell) int {
		return cmp.Or(cmp.Compare(x.Section, y.Section), cmp.Compare(x.Unit, y.Unit), cmp.Compare(x.Site, y.Site), cmp.Compare(x.Year, y.Year))
	})
	return &b.Summary
}

// rank is the place of a category in reports; those that are not known come last.
func rank(category string) int {
	i := slices.Index(checker.Categories, checker.Category(category))
	if i < 0 {
		return len(checker.Categories)
	}
	return i
}

// UnitOf returns who is responsible for a finding, as the summary was told.
func (s *Summary) UnitOf(r *store.Row) string { return s.units.Of(r) }

// Ranking returns the units in the order of a notice: those that fail by a veto item last, then by
// points that are left, then by what is left to mend. A unit without a name is left out when there
// are others.
func (s *Summary) Ranking() []*Group {
	out := slices.Clone(s.Units)
	if len(out) > 1 {
		out = slices.DeleteFunc(out, func(g *Group) bool { return g.Name == "" })
	}
	slices.SortStableFunc(out, func(x, y *Group) int {
		px, _ := s.score.Of(x)
		py, _ := s.score.Of(y)
		return cmp.Or(cmp.Compare(min(x.Vetoes, 1), min(y.Vetoes, 1)), cmp.Compare(py, px), cmp.Compare(x.States[store.StateOpen], y.States[store.StateOpen]))
	})
	return out
}
