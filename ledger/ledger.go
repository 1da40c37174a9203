// Package ledger knows what editors and inspectors work with once a store has findings: the ledger
// of rectification (整改台账) as a table that goes out, is edited and comes back; who is responsible
// for a page; the totals behind notices and report pages; and the words that people's decisions
// propose for a lexicon. It reads and writes the store by its interface; it does not check
// documents and draws no pages.
package ledger

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/report"
	"proofcheck/store"
	"proofcheck/wording"
)

//go:embed labels.tsv
var labelTable string

var labels = sync.OnceValue(func() wording.Table { return wording.Parse("ledger: labels.tsv", labelTable) })

// Options say how a ledger is written. The zero value writes Chinese.
type Options struct {
	Lang  string              // of labels: "zh" (default) or "en"
	Units Units               // who is responsible, where the store does not say
	Runs  map[int64]time.Time // when runs began; days are left out for others
	Zone  *time.Location      // of days and times; nil is the local one
	Now   time.Time           // when it is written
}

// column is a column of the ledger.
type column struct {
	key   string
	width float64 // characters of the usual font
	cell  func(w *rows, r *store.Row) string
}

// columns are those of the trade in their order. The last one identifies the finding when the
// table comes back.
var columns = [...]column{
	{"column.number", 6, func(w *rows, _ *store.Row) string { return strconv.Itoa(w.n) }},
	{"column.unit", 16, func(w *rows, r *store.Row) string { return w.opt.Units.Of(r) }},
	{"column.site", 20, func(_ *rows, r *store.Row) string { return Site(&r.Document) }},
	{"column.column", 18, func(_ *rows, r *store.Row) string { return Section(&r.Document) }},
	{"column.title", 30, func(_ *rows, r *store.Row) string { return r.Document.Title }},
	{"column.url", 36, func(_ *rows, r *store.Row) string { return Address(&r.Document) }},
	{"column.date", 12, func(_ *rows, r *store.Row) string { return day(r.Document.Date) }},
	{"column.place", 16, func(w *rows, r *store.Row) string { return w.place(&r.Finding) }},
	{"column.type", 24, func(w *rows, r *store.Row) string { return report.KindName(w.opt.Lang, r.Finding.Rule) }},
	{"column.level", 16, func(w *rows, r *store.Row) string { return w.level(&r.Finding) }},
	{"column.text", 18, func(_ *rows, r *store.Row) string { return r.Finding.Text }},
	{"column.context", 46, func(w *rows, r *store.Row) string { return w.context(&r.Finding) }},
	{"column.suggestion", 22, func(w *rows, r *store.Row) string { return w.suggestion(&r.Finding) }},
	{"column.standard", 30, func(_ *rows, r *store.Row) string { return r.Finding.Standard }},
	{"column.found", 12, func(w *rows, r *store.Row) string { return w.runDay(r.Finding.FirstRun) }},
	{"column.seen", 12, func(w *rows, r *store.Row) string { return w.runDay(r.Finding.LastRun) }},
	{"column.state", 12, func(w *rows, r *store.Row) string { return StateName(w.opt.Lang, r.Finding.State) }},
	{"column.changed", 18, func(w *rows, r *store.Row) string { return w.changed(&r.Finding) }},
	{"column.remark", 26, func(_ *rows, r *store.Row) string { return r.Finding.Remark }},
	{"column.key", 24, func(_ *rows, r *store.Row) string { return newKey(r).String() }},
}

// Indexes of columns that are treated in a special way.
var (
	urlColumn   = columnIndex("column.url")
	placeColumn = columnIndex("column.place")
	stateColumn = columnIndex("column.state")
)

func columnIndex(key string) int {
	for i := range columns {
		if columns[i].key == key {
			return i
		}
	}
	panic("ledger: no column " + key)
}

// rows makes the cells of rows.
type rows struct {
	opt Options
	n   int // of the row
}

func (w *rows) say(key string, pairs ...string) string {
	return labels().Say(w.opt.Lang, key, pairs...)
}

func (w *rows) header() []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = w.say(columns[i].key)
	}
	return out
}

// row returns the cells of the next row.
func (w *rows) row(r *store.Row, cells []string) []string {
	w.n++
	cells = cells[:0]
	for i := range columns {
		cells = append(cells, columns[i].cell(w, r))
	}
	return cells
}

// StateName names a state in a language.
func StateName(lang string, s store.State) string {
	return labels().Say(lang, "state."+s.String())
}

func (w *rows) place(f *store.Finding) string {
	if f.Line == 0 {
		return ""
	}
	return w.say("place", "line", strconv.FormatInt(f.Line, 10), "column", strconv.FormatInt(f.Column, 10))
}

func (w *rows) level(f *store.Finding) string {
	name := report.Say(w.opt.Lang, "level."+f.Level.String())
	if f.Clause == lexicon.NoClause {
		return name
	}
	return report.Say(w.opt.Lang, "ledger.graded", "level", name, "clause", report.Say(w.opt.Lang, "clause."+f.Clause.String()))
}

func (w *rows) context(f *store.Finding) string {
	return report.Say(w.opt.Lang, "ledger.marked", "before", f.Before, "text", f.Text, "after", f.After)
}

func (w *rows) suggestion(f *store.Finding) string {
	if s := Suggestions(w.opt.Lang, f); s != "" {
		return s
	}
	return f.Message
}

// Suggestions joins what a finding suggests in words; "" when it suggests nothing.
func Suggestions(lang string, f *store.Finding) string {
	out := make([]string, len(f.Suggest))
	for i, s := range f.Suggest {
		if s == "" {
			s = report.Say(lang, "finding.delete")
		}
		out[i] = s
	}
	return strings.Join(out, report.Say(lang, "list.or"))
}

func (w *rows) runDay(run int64) string {
	t, ok := w.opt.Runs[run]
	if !ok {
		return ""
	}
	return t.In(w.zone()).Format(time.DateOnly)
}

func (w *rows) changed(f *store.Finding) string {
	if f.Revision <= 1 {
		return "" // nobody has decided anything
	}
	return f.Changed.In(w.zone()).Format("2006-01-02 15:04")
}

func (w *rows) zone() *time.Location {
	if w.opt.Zone == nil {
		return time.Local
	}
	return w.opt.Zone
}

func day(d lexicon.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// Category returns the category of a finding's rule.
func Category(f *store.Finding) checker.Category { return checker.CategoryOf(f.Rule) }
