package page

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"proofcheck/checker"
	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/report"
	"proofcheck/store"
)

// dataset is what the page knows, in columns: a value for each finding, each document, each cell. Texts
// that repeat are numbers of a table.
type dataset struct {
	Lang     string            `json:"lang"`
	Live     bool              `json:"live"` // states can be set
	Name     string            `json:"name"` // of the store
	Made     string            `json:"made"`
	Now      int64             `json:"now"` // milliseconds since 1970; changes after it are asked for
	Labels   map[string]string `json:"labels"`
	Total    int64             `json:"total"` // findings of the store
	Left     int64             `json:"left"`  // of these, how many the page does not hold
	Score    scoreRules        `json:"score"`
	Runs     []runRow          `json:"runs"`  // the oldest first
	Cells    [][]any           `json:"cells"` // section, unit, site, year, documents, failed, characters, weighted, errors², characters², products
	Rules    [][2]string       `json:"rules"` // category, title
	Levels   []string          `json:"levels"`
	States   []string          `json:"states"`
	Tables   tables            `json:"tables"`
	Docs     docColumns        `json:"docs"`
	Findings findingColumns    `json:"findings"`
}

type scoreRules struct {
	Full float64 `json:"full"`
	Pass float64 `json:"pass"`
	Veto bool    `json:"veto"`
}

type runRow struct {
	ID        int64  `json:"id"`
	Started   string `json:"started"`
	Kind      string `json:"kind"`
	Documents int64  `json:"documents"`
	New       int64  `json:"new"`
	Fixed     int64  `json:"fixed"`
}

type tables struct {
	Rule     table `json:"rule"`
	Category table `json:"category"`
	Section  table `json:"section"`
	Unit     table `json:"unit"`
	Site     table `json:"site"`
	Text     table `json:"text"`
	Message  table `json:"message"`
	Standard table `json:"standard"`
	Suggest  table `json:"suggest"`
	Remark   table `json:"remark"`
}

// table numbers texts.
type table struct {
	texts []string
	index map[string]int
}

func (t *table) of(s string) int {
	i, ok := t.index[s]
	if !ok {
		if t.index == nil {
			t.index = map[string]int{}
		}
		i = len(t.texts)
		t.texts = append(t.texts, s)
		t.index[s] = i
	}
	return i
}

// MarshalJSON writes the texts in their order.
func (t table) MarshalJSON() ([]byte, error) {
	if t.texts == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(t.texts)
}

type docColumns struct {
	ID      []int64   `json:"id"`
	URL     []string  `json:"url"` // "" when it may not become a link
	Name    []string  `json:"name"`
	Title   []string  `json:"title"`
	Date    []int     `json:"date"` // YYYYMMDD
	Section []int     `json:"section"`
	Site    []int     `json:"site"`
	Rate    []float64 `json:"rate"` // per 10,000 characters
}

type findingColumns struct {
	Doc      []int     `json:"doc"`
	Rule     []int     `json:"rule"`
	Category []int     `json:"category"`
	Level    []int     `json:"level"`
	Clause   []int     `json:"clause"`
	State    []int     `json:"state"`
	Unit     []int     `json:"unit"`
	Text     []int     `json:"text"`
	Before   []string  `json:"before"`
	After    []string  `json:"after"`
	Message  []int     `json:"message"`
	Standard []int     `json:"standard"`
	Suggest  []int     `json:"suggest"`
	Line     []int64   `json:"line"`
	Column   []int64   `json:"column"`
	Run      []int64   `json:"run"` // that found it first
	Remark   []int     `json:"remark"`
	Points   []float64 `json:"points"`
	Print    []string  `json:"print,omitempty"` // only when live
	Revision []int64   `json:"revision,omitempty"`
}

// collect reads a store for the page: everything is counted, and the gravest findings are held, the
// open ones first, at most opt.MaxFindings.
func collect(ctx context.Context, s *store.Store, opt Options, live bool) (*dataset, error) {
	sum, err := ledger.Summarize(ctx, s, ledger.SummaryOptions{Filter: opt.Filter, Units: opt.Units, Score: opt.Score, Examples: 1, MaxVetoes: 1})
	if err != nil {
		return nil, err
	}
	now := opt.Now
	if now.IsZero() {
		now = time.Now()
	}
	d := &dataset{
		Lang: opt.Lang, Live: live, Name: opt.Title, Made: now.Format("2006-01-02 15:04"), Now: time.Now().UnixMilli(), Labels: map[string]string{},
		Score: scoreRules{opt.Score.Full, opt.Score.Pass, opt.Score.Veto},
	}
	for key := range labels() {
		d.Labels[key] = labels().Say(opt.Lang, key)
	}
	for l := range lexicon.Error + 1 {
		d.Levels = append(d.Levels, "")
		if l != lexicon.Off {
			d.Levels[l] = report.Say(opt.Lang, "level."+l.String())
		}
	}
	for _, state := range store.States {
		d.States = append(d.States, ledger.StateName(opt.Lang, state))
	}
	for _, n := range sum.All.States {
		d.Total += n
	}
	if err := d.runs(ctx, s); err != nil {
		return nil, err
	}
	for _, c := range sum.Cells {
		d.Cells = append(d.Cells, []any{d.Tables.Section.of(c.Section), d.Tables.Unit.of(c.Unit), d.Tables.Site.of(c.Site), c.Year, c.Documents, c.Failed,
			c.Characters, c.Weighted, c.ErrorSquares, c.CharacterSquares, c.Products})
	}
	return d, d.findings(ctx, s, opt)
}

func (d *dataset) runs(ctx context.Context, s *store.Store) error {
	const most = 60
	for r, err := range s.Runs(ctx) {
		if err != nil {
			return err
		}
		if r.State != store.Done {
			continue
		}
		d.Runs = append([]runRow{{r.ID, r.Started.Local().Format("2006-01-02 15:04"), r.Kind, r.Documents, r.New, r.Fixed}}, d.Runs...)
		if len(d.Runs) == most {
			break
		}
	}
	return nil
}

// findings reads the findings in rounds, the gravest first, until the page is full.
func (d *dataset) findings(ctx context.Context, s *store.Store, opt Options) error {
	docs := map[int64]int{}
	if d.Total <= int64(opt.MaxFindings) {
		return d.round(ctx, s, opt, opt.Filter, docs)
	}
	for _, level := range [...]lexicon.Level{lexicon.Error, lexicon.Warning, lexicon.Info} {
		f := opt.Filter
		f.Level = max(f.Level, level)
		opt := opt
		opt.only = level
		if err := d.round(ctx, s, opt, f, docs); err != nil {
			return err
		}
	}
	d.Left = d.Total - int64(len(d.Findings.Doc))
	return nil
}

func (d *dataset) round(ctx context.Context, s *store.Store, opt Options, f store.Filter, docs map[int64]int) error {
	for r, err := range s.Findings(ctx, f) {
		if err != nil {
			return err
		}
		if opt.only != lexicon.Off && r.Finding.Level != opt.only {
			continue
		}
		if len(d.Findings.Doc) >= opt.MaxFindings {
			return nil
		}
		doc, ok := docs[r.Document.ID]
		if !ok {
			doc = d.document(&r.Document)
			docs[r.Document.ID] = doc
		}
		d.finding(r, doc, opt)
	}
	return nil
}

func (d *dataset) document(doc *store.Document) int {
	c := &d.Docs
	var rate ledger.Rate
	rate.Add(doc)
	c.ID = append(c.ID, doc.ID)
	c.URL = append(c.URL, ledger.WebAddress(doc))
	c.Name = append(c.Name, ledger.Address(doc))
	c.Title = append(c.Title, doc.Title)
	c.Date = append(c.Date, int(doc.Date))
	c.Section = append(c.Section, d.Tables.Section.of(ledger.Section(doc)))
	c.Site = append(c.Site, d.Tables.Site.of(ledger.Site(doc)))
	c.Rate = append(c.Rate, float64(int(rate.Value()*100))/100)
	return len(c.ID) - 1
}

func (d *dataset) finding(r *store.Row, doc int, opt Options) {
	f, c := &r.Finding, &d.Findings
	rule := d.Tables.Rule.of(f.Rule)
	if rule == len(d.Rules) {
		d.Rules = append(d.Rules, [2]string{report.CategoryName(opt.Lang, checker.CategoryOf(f.Rule)), report.RuleName(opt.Lang, f.Rule)})
	}
	c.Doc = append(c.Doc, doc)
	c.Rule = append(c.Rule, rule)
	c.Category = append(c.Category, d.Tables.Category.of(d.Rules[rule][0]))
	c.Level = append(c.Level, int(f.Level))
	c.Clause = append(c.Clause, int(f.Clause))
	c.State = append(c.State, int(f.State))
	c.Unit = append(c.Unit, d.Tables.Unit.of(opt.Units.Of(r)))
	c.Text = append(c.Text, d.Tables.Text.of(f.Text))
	c.Before = append(c.Before, f.Before)
	c.After = append(c.After, f.After)
	c.Message = append(c.Message, d.Tables.Message.of(f.Message))
	c.Standard = append(c.Standard, d.Tables.Standard.of(f.Standard))
	c.Suggest = append(c.Suggest, d.Tables.Suggest.of(ledger.Suggestions(opt.Lang, f)))
	c.Line = append(c.Line, f.Line)
	c.Column = append(c.Column, f.Column)
	c.Run = append(c.Run, f.FirstRun)
	c.Remark = append(c.Remark, d.Tables.Remark.of(f.Remark))
	open := *r
	open.Finding.State = store.StateOpen // what it costs while it is open
	c.Points = append(c.Points, opt.Score.Points(&open))
	if d.Live {
		c.Print = append(c.Print, f.Fingerprint)
		c.Revision = append(c.Revision, f.Revision)
	}
}

// write writes the dataset as JSON.
func (d *dataset) write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(d)
}
