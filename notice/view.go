package notice

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"proofcheck/checker"
	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/report"
	"proofcheck/store"
	"proofcheck/wording"
)

//go:embed labels.tsv
var labelTable string

var labels = sync.OnceValue(func() wording.Table { return wording.Parse("notice: labels.tsv", labelTable) })

// view is what a template sees. Texts escape themselves.
type view struct {
	Title, To, Issuer, Scope Text
	Day                      Text // of the last inspection
	Date                     Text // of the notice
	All                      group
	Categories               []group
	RulesFound               []group // by rule, the most frequent first
	Sections                 []group // the most findings first
	SectionsLeft             int     // that are not listed
	Ranking                  []group
	Vetoes                   []example
	VetoesLeft               bool // there are more
	Examples                 []example
	Compare                  *compare
	Rules                    rules

	plainTitle string
	opt        Options
}

// group are the figures of a line.
type group struct {
	Rank                                                               int
	Name                                                               Text
	Documents, Faulty, Failed                                          int64
	Characters                                                         Text
	Errors, Warnings, Infos, Found, Open, Fixed, Accepted, FalseAlarms int64
	New, Vetoes, Deducts                                               int64
	Rate, Low, High                                                    Text // per 10,000 characters
	Mended, Score                                                      Text
	Pass                                                               bool
}

// example is a finding. Page is a link, and Marked the words in bold within their context, both made
// already; bold is written as <b>, since Markdown does not take ** beside every mark.
type example struct {
	Number                                                                              int
	Unit, Section, Kind, Level, Text, Before, After, Suggestion, Message, Source, Title Text
	Page, Marked                                                                        string
}

// compare holds two inspections against each other.
type compare struct {
	Day                   Text // of the earlier one
	Then, New, Fixed, Now int64
}

// rules are those of the score.
type rules struct {
	Full, Pass, HomeLink, Link, Typo Text
	Veto                             bool
	Other                            []price
}

// price is what a finding of a category costs.
type price struct{ Name, Points Text }

func newView(s *ledger.Summary, opt Options) *view {
	v := &view{opt: opt}
	v.plainTitle = cmp.Or(opt.Title, v.say("title"))
	v.Title, v.To, v.Issuer = Text(v.plainTitle), Text(cmp.Or(opt.To, v.say("to"))), Text(cmp.Or(opt.Issuer, v.say("issuer")))
	v.Date = v.day(opt.Date)
	v.Day = v.Date
	if s.Last != nil {
		v.Day = v.day(s.Last.Started)
	}
	v.Scope = v.scope(s.Sites)
	v.All = v.group(s.All)
	for _, g := range s.Categories {
		if g.Found() > 0 {
			v.Categories = append(v.Categories, v.named(g, report.CategoryName(opt.Lang, checker.Category(g.Name))))
		}
	}
	for _, g := range s.Rules {
		if g.Found() > 0 {
			v.RulesFound = append(v.RulesFound, v.named(g, report.RuleName(opt.Lang, g.Name)))
		}
	}
	v.sections(s)
	for i, g := range s.Ranking() {
		r := v.named(g, cmp.Or(g.Name, v.say("no-unit")))
		r.Rank = i + 1
		v.Ranking = append(v.Ranking, r)
	}
	for i, r := range s.Vetoes {
		v.Vetoes = append(v.Vetoes, v.example(s, i+1, r))
	}
	v.VetoesLeft = int64(len(s.Vetoes)) < s.All.Vetoes
	for i, r := range s.Examples {
		v.Examples = append(v.Examples, v.example(s, i+1, r))
	}
	if s.Before != nil {
		now := s.All.States[store.StateOpen]
		v.Compare = &compare{Day: v.day(s.Before.Started), New: s.All.New, Fixed: s.Last.Fixed, Now: now, Then: max(0, now-s.All.New+s.Last.Fixed)}
	}
	v.rules()
	return v
}

func (v *view) say(key string, pairs ...string) string {
	return labels().Say(v.opt.Lang, key, pairs...)
}

func (v *view) day(t time.Time) Text {
	if t.IsZero() {
		t = time.Now()
	}
	return Text(v.say("day", "year", strconv.Itoa(t.Year()), "month", strconv.Itoa(int(t.Month())), "day", strconv.Itoa(t.Day())))
}

// scope names the sites that were inspected.
func (v *view) scope(sites []*ledger.Group) Text {
	const most = 3
	var names []string
	for _, g := range sites {
		names = append(names, g.Name)
	}
	switch {
	case len(names) == 0:
		return Text(v.say("nothing"))
	case len(names) > most:
		return Text(v.say("and-more", "list", strings.Join(names[:most], v.say("list.comma")), "n", strconv.Itoa(len(names))))
	}
	return Text(strings.Join(names, v.say("list.comma")))
}

func (v *view) sections(s *ledger.Summary) {
	list := slices.Clone(s.Sections)
	slices.SortStableFunc(list, func(a, b *ledger.Group) int { return cmp.Compare(b.Found(), a.Found()) })
	most := cmp.Or(v.opt.Sections, 20)
	for i, g := range list {
		if i == most {
			v.SectionsLeft = len(list) - most
			break
		}
		v.Sections = append(v.Sections, v.named(g, cmp.Or(g.Name, v.say("no-section"))))
	}
}

func (v *view) named(g *ledger.Group, name string) group {
	out := v.group(g)
	out.Name = Text(name)
	return out
}

func (v *view) group(g *ledger.Group) group {
	low, high := g.Interval()
	points, pass := v.opt.Score.Of(g)
	return group{
		Name: Text(g.Name), Documents: g.Documents, Faulty: g.Faulty, Failed: g.Failed, Characters: v.large(int64(g.Characters)),
		Errors: g.Levels[lexicon.Error], Warnings: g.Levels[lexicon.Warning], Infos: g.Levels[lexicon.Info],
		Found: g.Found(), Open: g.States[store.StateOpen], Fixed: g.States[store.StateFixed], Accepted: g.States[store.StateAccepted], FalseAlarms: g.States[store.StateFalseAlarm],
		New: g.New, Vetoes: g.Vetoes, Deducts: g.Deducts,
		Rate: number(g.Value(), 2), Low: number(low, 2), High: number(high, 2), Mended: number(g.Mended(), 1), Score: number(points, 1), Pass: pass,
	}
}

// large writes a number of characters: by the ten thousand in Chinese when it is large.
func (v *view) large(n int64) Text {
	if v.opt.Lang == "en" || n < 100000 {
		return Text(strconv.FormatInt(n, 10))
	}
	return Text(v.say("myriad", "n", strconv.FormatFloat(float64(n)/10000, 'f', 1, 64)))
}

func number(f float64, decimals int) Text {
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return Text(s)
}

// contextRunes is how many characters of context an example has on each side.
const contextRunes = 12

func (v *view) example(s *ledger.Summary, n int, r *store.Row) example {
	f := &r.Finding
	text, page := cmp.Or(f.Text, v.say("no-text")), ledger.Link(r)
	if ledger.Category(f) == checker.Privacy {
		// A notice must not publish it once more, in the address neither.
		text = masked(text)
		page, _, _ = strings.Cut(page, ":~:")
	}
	before, after := []rune(f.Before), []rune(f.After)
	if k := len(before) - contextRunes; k > 0 {
		before = append([]rune{'…'}, before[k:]...)
	}
	if len(after) > contextRunes {
		after = append(after[:contextRunes:contextRunes], '…')
	}
	words := Text(text)
	return example{
		Marked: Text(before).inner() + "<b>" + words.inner() + "</b>" + Text(after).inner(),
		Number: n, Unit: Text(cmp.Or(s.UnitOf(r), v.say("no-unit"))), Section: Text(ledger.Section(&r.Document)), Title: Text(r.Document.Title),
		Kind: Text(report.KindName(v.opt.Lang, f.Rule)), Level: Text(report.Say(v.opt.Lang, "level."+f.Level.String())),
		Text: words, Before: Text(before), After: Text(after),
		Suggestion: Text(cmp.Or(ledger.Suggestions(v.opt.Lang, f), f.Message)), Message: Text(f.Message), Source: Text(f.Standard),
		Page: Link(Text(cmp.Or(r.Document.Title, ledger.Address(&r.Document))), page),
	}
}

// masked leaves the first three and the last two characters of personal data.
func masked(s string) string {
	runes := []rune(s)
	for i := range runes {
		if i >= min(3, len(runes)/3) && i < len(runes)-2 {
			runes[i] = '×'
		}
	}
	return string(runes)
}

func (v *view) rules() {
	s := &v.opt.Score
	v.Rules = rules{Full: number(s.Full, 2), Pass: number(s.Pass, 2), HomeLink: number(s.HomeLink, 2), Link: number(s.Link, 2), Typo: number(s.Typo, 2), Veto: s.Veto}
	for _, c := range slices.Sorted(maps.Keys(s.Other)) {
		v.Rules.Other = append(v.Rules.Other, price{Text(report.CategoryName(v.opt.Lang, c)), number(s.Other[c], 2)})
	}
}
