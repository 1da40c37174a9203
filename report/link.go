package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"proofcheck/checker"
)

// Link is the JSON of what is known of the link that a finding is about.
type Link struct {
	Target    string `json:"target"`
	Text      string `json:"text,omitempty"`
	PageTitle string `json:"page_title,omitempty"`
	Verdict   string `json:"verdict,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Chain     []Hop  `json:"chain,omitempty"`
	FirstSeen string `json:"first_seen,omitempty"` // RFC 3339
	TimesSeen int    `json:"times_seen,omitempty"`
}

// Hop is one answer on the way to the last one.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

func newLink(d *checker.LinkDetail) *Link {
	if d == nil {
		return nil
	}
	l := &Link{Target: d.Target, Text: d.Words, PageTitle: d.Title, Verdict: d.Verdict, Reason: d.Reason, FirstSeen: timestamp(d.First), TimesSeen: d.Times}
	for _, h := range d.Chain {
		l.Chain = append(l.Chain, Hop{h.URL, h.Status})
	}
	return l
}

// link says in one line what is known of a finding's link, its target apart where that is the text at
// fault; "" when there is nothing to say.
func (l labels) link(f *checker.Finding) string {
	d := f.Link
	if d == nil {
		return ""
	}
	var parts []string
	add := func(key, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			parts = append(parts, l.item(key, value))
		}
	}
	if d.Target != f.Text {
		add("link.target", d.Target)
	}
	add("link.words", d.Words)
	add("link.title", d.Title)
	if d.Verdict != "" {
		add("link.verdict", l.say("verdict."+d.Verdict))
	}
	var chain []string
	for _, h := range d.Chain {
		chain = append(chain, fmt.Sprintf("%d %s", h.Status, h.URL))
	}
	add("link.chain", strings.Join(chain, " → "))
	if d.Times > 0 {
		add("link.first", d.First.Format(time.DateTime))
		add("link.times", strconv.Itoa(d.Times))
	}
	return strings.Join(parts, l.say("list.or"))
}
