package patrol

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"proofcheck/ledger"
	"proofcheck/report"
	"proofcheck/store"
	"proofcheck/wording"
)

//go:embed labels.tsv
var labelTable string

var labels = sync.OnceValue(func() wording.Table { return wording.Parse("patrol: labels.tsv", labelTable) })

// Report is what a visit of a site has shown. Its JSON is what webhooks and files get.
type Report struct {
	Site    string    `json:"site"`
	URL     string    `json:"url"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Home    Home      `json:"home"`
	Run     int64     `json:"run"`      // of the store
	Checked int64     `json:"checked"`  // pages
	Failed  int64     `json:"failed"`   // pages that could not be checked
	New     int64     `json:"new"`      // findings
	Gone    int64     `json:"gone"`     // findings that are there no longer
	Open    int64     `json:"open"`     // findings that are left
	First   []Finding `json:"findings"` // new ones, the gravest first, at most MaxFindings
	Stale   []*Stale  `json:"stale"`    // columns
	Retired []Finding `json:"retired"`  // links to retired domains, at most MaxFindings
	Error   string    `json:"error,omitempty"`
}

// Home is how the front page answers.
type Home struct {
	OK           bool   `json:"ok"`
	Status       int    `json:"status"` // 0 when there was no answer
	Milliseconds int64  `json:"milliseconds"`
	Error        string `json:"error,omitempty"`
}

// Stale is a column that has not been updated in time.
type Stale struct {
	Column string `json:"column"`
	URL    string `json:"url"`
	Newest string `json:"newest"` // date, "" when there is none
	Within string `json:"within"`
	Error  string `json:"error,omitempty"` // why the page could not be read
}

// Finding is a finding of a report.
type Finding struct {
	Rule    string `json:"rule"`
	Level   string `json:"level"`
	Message string `json:"message"`
	Context string `json:"context"`
	Title   string `json:"title"`
	Page    string `json:"page"`
	Link    string `json:"link"` // to the place on the page
}

// MaxFindings bounds the findings of a report.
const MaxFindings = 100

// Matters reports whether there is something to say.
func (r *Report) Matters() bool {
	return !r.Home.OK || r.New > 0 || len(r.Stale) > 0 || len(r.Retired) > 0 || r.Error != ""
}

// compare fills in what a run has found in a source.
func (r *Report) compare(ctx context.Context, s *store.Store, run *store.Run, source string, retired []string) error {
	r.Run, r.Checked, r.Failed, r.Gone = run.ID, run.Checked, run.Failed, run.Fixed
	var byLevel [4][]Finding
	for row, err := range s.Findings(ctx, store.Filter{Documents: store.DocumentFilter{Sources: []string{source}}, States: []store.State{store.StateOpen}}) {
		if err != nil {
			return err
		}
		r.Open++
		if len(r.Retired) < MaxFindings && leadsTo(row, retired) {
			r.Retired = append(r.Retired, findingOf(row))
		}
		if row.Finding.FirstRun != run.ID {
			continue
		}
		r.New++
		if l := min(int(row.Finding.Level), 3); len(byLevel[l]) < MaxFindings {
			byLevel[l] = append(byLevel[l], findingOf(row))
		}
	}
	for l := 3; l >= 0; l-- {
		r.First = append(r.First, byLevel[l][:min(len(byLevel[l]), MaxFindings-len(r.First))]...)
	}
	return nil
}

// leadsTo reports whether a finding is a link to one of some domains.
func leadsTo(row *store.Row, domains []string) bool {
	f := &row.Finding
	if ledger.Category(f) != "link" {
		return false
	}
	for _, d := range domains {
		d, _, _ = strings.Cut(d, "=")
		if d != "" && (strings.Contains(f.Message, d) || strings.Contains(f.Text, d)) {
			return true
		}
	}
	return false
}

func findingOf(row *store.Row) Finding {
	f := &row.Finding
	return Finding{
		Rule: f.Rule, Level: f.Level.String(), Message: f.Message, Context: f.Before + "【" + f.Text + "】" + f.After,
		Title: row.Document.Title, Page: ledger.Address(&row.Document), Link: ledger.Link(row),
	}
}

// Subject says in one line how a site is.
func (r *Report) Subject(lang string) string {
	say := func(key string, pairs ...string) string { return labels().Say(lang, key, pairs...) }
	var parts []string
	if !r.Home.OK {
		parts = append(parts, say("subject.home"))
	}
	if r.New > 0 {
		parts = append(parts, say("subject.new", "n", strconv.FormatInt(r.New, 10)))
	}
	if len(r.Stale) > 0 {
		parts = append(parts, say("subject.stale", "n", strconv.Itoa(len(r.Stale))))
	}
	if len(r.Retired) > 0 {
		parts = append(parts, say("subject.retired", "n", strconv.Itoa(len(r.Retired))))
	}
	if r.Error != "" {
		parts = append(parts, say("subject.error"))
	}
	if len(parts) == 0 {
		parts = append(parts, say("subject.fine"))
	}
	return oneLine(say("subject", "site", r.Site, "what", strings.Join(parts, say("list.comma"))))
}

// oneLine keeps what comes from outside from beginning a new line of a header.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Text writes a report for people.
func (r *Report) Text(lang string) string {
	say := func(key string, pairs ...string) string { return labels().Say(lang, key, pairs...) }
	var b strings.Builder
	line := func(text string) { b.WriteString(oneLine(text) + "\n") }
	line(say("text.site", "site", r.Site, "url", r.URL))
	line(say("text.time", "time", r.Started.Format("2006-01-02 15:04")))
	if r.Home.OK {
		line(say("text.home", "ms", strconv.FormatInt(r.Home.Milliseconds, 10)))
	} else {
		line(say("text.home-bad", "error", r.Home.Error, "status", strconv.Itoa(r.Home.Status)))
	}
	line(say("text.counts", "checked", strconv.FormatInt(r.Checked, 10), "failed", strconv.FormatInt(r.Failed, 10), "new", strconv.FormatInt(r.New, 10),
		"gone", strconv.FormatInt(r.Gone, 10), "open", strconv.FormatInt(r.Open, 10)))
	if r.Error != "" {
		line(say("text.error", "error", r.Error))
	}
	if len(r.Stale) > 0 {
		b.WriteString("\n")
		line(say("text.stale"))
		for _, s := range r.Stale {
			newest := s.Newest
			if newest == "" {
				newest = say("text.no-date")
			}
			line(say("text.column", "column", s.Column, "newest", newest, "within", say("within", "n", s.Within[:len(s.Within)-1], "unit", say("within."+s.Within[len(s.Within)-1:])), "url", s.URL))
		}
	}
	list := func(key string, findings []Finding) {
		if len(findings) == 0 {
			return
		}
		b.WriteString("\n")
		line(say(key))
		for i, f := range findings {
			line(fmt.Sprintf("%d. [%s] %s", i+1, report.Say(lang, "level."+f.Level), f.Message))
			line(f.Context)
			line(f.Title + " " + f.Page)
		}
	}
	list("text.retired", r.Retired)
	list("text.new", r.First)
	if n := r.New - int64(len(r.First)); n > 0 {
		line(say("text.more", "n", strconv.FormatInt(n, 10)))
	}
	return b.String()
}
