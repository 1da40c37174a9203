package ledger

import (
	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// Score says how many points mistakes cost. What is open counts; what has been mended, stays, or was
// a false alarm does not. The zero value deducts nothing; DefaultScore is what inspections of
// government sites do.
type Score struct {
	Full     float64                      // points to begin with
	Pass     float64                      // fewer than these fail
	HomeLink float64                      // for a bad link on a front page
	Link     float64                      // for a bad link on another page
	Typo     float64                      // for a wrong character
	Other    map[checker.Category]float64 // for a finding of another category
	Least    lexicon.Level                // findings below this level cost nothing; of links, warnings always count
	Veto     bool                         // one finding of the clause veto fails the whole
}

// DefaultScore follows the inspection indicators for government sites (国办秘函〔2019〕19号) as most
// places apply them: a bad link costs 1 point on the front page and 0.1 elsewhere, a wrong character
// 0.1, and what is a veto item fails the site.
func DefaultScore() Score {
	return Score{Full: 100, Pass: 60, HomeLink: 1, Link: 0.1, Typo: 0.1, Least: lexicon.Error, Veto: true}
}

// Points returns what a finding costs.
func (s *Score) Points(r *store.Row) float64 {
	f := &r.Finding
	c, least := Category(f), s.Least
	if c == checker.Link {
		// What is probably dead is a warning and counts: an inspection asks no more than once either.
		least = min(least, lexicon.Warning)
	}
	switch {
	case f.State != store.StateOpen || f.Level < least:
		return 0
	case c == checker.Link && Home(&r.Document):
		return s.HomeLink
	case c == checker.Link:
		return s.Link
	case c == checker.Typo:
		return s.Typo
	default:
		return s.Other[c]
	}
}

// Of returns the points that are left, not below 0, and whether they pass.
func (s *Score) Of(g *Group) (points float64, pass bool) {
	points = max(0, s.Full-g.Points)
	return points, points >= s.Pass && !(s.Veto && g.Vetoes > 0)
}
