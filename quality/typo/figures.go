package main

import (
	"cmp"
	"slices"

	"proofcheck/lexicon"
	"proofcheck/typo"
)

// A proposal is a finding of the detector with what is known about it.
type proposal struct {
	typo.Suspect
	sentence int
	was      string
	changed  int // characters that it changes
	found    int // of them, those that are wrong
	right    int // of them, those that are put right
}

// Figures are what was counted on a set.
type figures struct {
	name      string
	pairs     []pair
	edits     [][]edit
	proposals []proposal // most confident first
	chars     int
	errors    int // characters
	wrong     int // sentences with errors
}

func measure(m *typo.Model, name string, pairs []pair) *figures {
	f := &figures{name: name, pairs: pairs}
	for n, p := range pairs {
		d := m.NewDetector(typo.Options{Least: -1})
		edits := p.edits()
		f.edits = append(f.edits, edits)
		f.chars += characters(p.wrong)
		f.errors += len(edits)
		if len(edits) > 0 {
			f.wrong++
		}
		for s := range d.Check(p.wrong) {
			f.proposals = append(f.proposals, judge(s, n, p, edits))
		}
	}
	slices.SortStableFunc(f.proposals, func(a, b proposal) int { return cmp.Compare(b.Score, a.Score) })
	return f
}

// judge compares a finding with the edits that are right: character by character if it keeps the
// length, as a whole otherwise.
func judge(s typo.Suspect, n int, p pair, edits []edit) proposal {
	was := p.wrong[s.Start:s.End]
	out := proposal{Suspect: s, sentence: n, was: was}
	a, b := []rune(was), []rune(s.Suggestions[0])
	meant := map[int]string{}
	inside, text, last := 0, "", s.Start
	for _, e := range edits {
		if e.start >= s.Start && e.end <= s.End {
			meant[e.start] = e.meant
			inside++
			text += p.wrong[last:e.start] + e.meant
			last = e.end
		}
	}
	text += p.wrong[last:s.End]
	if len(a) != len(b) {
		out.changed = 1
		if inside > 0 {
			out.found = 1
		}
		if inside > 0 && text == s.Suggestions[0] {
			out.changed, out.found, out.right = inside, inside, inside
		}
		return out
	}
	at := s.Start
	for i := range a {
		if a[i] != b[i] {
			out.changed++
			if to, ok := meant[at]; ok {
				out.found++
				if to == string(b[i]) {
					out.right++
				}
			}
		}
		at += len(string(a[i]))
	}
	return out
}

// A rate is precision, recall and their harmonic mean.
type rate struct{ precision, recall, f1 float64 }

func rateOf(right, claimed, there int) rate {
	var r rate
	if claimed > 0 {
		r.precision = float64(right) / float64(claimed)
	}
	if there > 0 {
		r.recall = float64(right) / float64(there)
	}
	if right > 0 {
		r.f1 = 2 * r.precision * r.recall / (r.precision + r.recall)
	}
	return r
}

// at returns the detection and correction of characters by the n most confident proposals.
func (f *figures) at(n int) (detection, correction rate) {
	changed, found, right := 0, 0, 0
	for _, p := range f.proposals[:n] {
		changed += p.changed
		found += p.found
		right += p.right
	}
	return rateOf(found, changed, f.errors), rateOf(right, changed, f.errors)
}

// best returns the number of proposals with the highest F1 of correction.
func (f *figures) best() int {
	changed, right, best, most := 0, 0, 0, 0.0
	for i, p := range f.proposals {
		changed += p.changed
		right += p.right
		if r := rateOf(right, changed, f.errors); r.f1 > most {
			best, most = i+1, r.f1
		}
	}
	return best
}

// recallAt returns the highest recall with at least some precision.
func (f *figures) recallAt(precision float64) float64 {
	changed, right, most := 0, 0, 0.0
	for _, p := range f.proposals {
		changed += p.changed
		right += p.right
		if r := rateOf(right, changed, f.errors); r.precision >= precision {
			most = max(most, r.recall)
		}
	}
	return most
}

// level returns the number of proposals of at least a level.
func (f *figures) level(l lexicon.Level) int {
	n := 0
	for n < len(f.proposals) && f.proposals[n].Level >= l {
		n++
	}
	return n
}

// sentences returns the correction of whole sentences by the n most confident proposals, and the
// share of clean sentences that they touch.
func (f *figures) sentences(n int) (r rate, touched float64) {
	right := make(map[int]int)
	bad := make(map[int]bool)
	seen := make(map[int]bool)
	for _, p := range f.proposals[:n] {
		seen[p.sentence] = true
		right[p.sentence] += p.right
		if p.right < p.changed {
			bad[p.sentence] = true
		}
	}
	good, clean := 0, 0
	for s := range seen {
		if len(f.edits[s]) == 0 {
			clean++
		} else if !bad[s] && right[s] == len(f.edits[s]) {
			good++
		}
	}
	if k := len(f.pairs) - f.wrong; k > 0 {
		touched = float64(clean) / float64(k)
	}
	return rateOf(good, len(seen), f.wrong), touched
}
