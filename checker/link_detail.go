package checker

import (
	"time"

	"proofcheck/links"
)

// LinkDetail is what is known of the link that a finding is about.
type LinkDetail struct {
	Target  string      // as a browser follows it
	Words   string      // of the link, as readers see it; "" for a picture and the like
	Title   string      // of the page that it stands on; "" when that is not known
	Verdict string      // see links.Verdict; "" when the network was not asked
	Reason  string      // in words; "" without a verdict
	Chain   []links.Hop // every answer of the last attempt, in order
	First   time.Time   // when the address was first seen to fail, or the file to be missing; zero when there is no history
	Times   int         // runs in which it was so
}

// NewLinkDetail returns what an answer, which may be nil, says of a link. lang is that of the reason.
func NewLinkDetail(lang, target, words, title string, a *links.Answer) *LinkDetail {
	d := &LinkDetail{Target: target, Words: words, Title: title}
	if a != nil {
		d.Verdict, d.Chain, d.First, d.Times = a.Verdict.String(), a.Chain, a.First, a.Times
		if a.Reason != "" {
			d.Reason = links.Reason(lang, a.Reason, a.Args)
		}
	}
	return d
}
