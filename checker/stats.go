package checker

import "proofcheck/lexicon"

// Stats counts what a check has seen. The zero value is empty.
type Stats struct {
	Documents int
	Segments  int
	Runes     int64 // characters of prose that were checked, white space left out: the base of the error rate
	Bytes     int64 // of text
	Findings  map[Level]int
	ByRule    map[string]int
	ByClause  map[string]int // by Clause.String()
	Weighted  float64        // errors by their weights in CY/T 266-2023
}

// Add adds t to s.
func (s *Stats) Add(t *Stats) {
	s.Documents += t.Documents
	s.Segments += t.Segments
	s.Runes += t.Runes
	s.Bytes += t.Bytes
	s.Weighted += t.Weighted
	for k, n := range t.Findings {
		count(&s.Findings, k, n)
	}
	for k, n := range t.ByRule {
		count(&s.ByRule, k, n)
	}
	for k, n := range t.ByClause {
		count(&s.ByClause, k, n)
	}
}

// Count adds a finding to s.
func (s *Stats) Count(f *Finding) {
	count(&s.Findings, f.Level, 1)
	count(&s.ByRule, f.Rule, 1)
	if f.Clause != lexicon.NoClause {
		count(&s.ByClause, f.Clause.String(), 1)
	}
	if f.Level >= Warning {
		if info := InfoOf(f.Rule); info != nil {
			s.Weighted += info.Weight
		}
	}
}

// Total returns the number of findings of all levels.
func (s *Stats) Total() int {
	n := 0
	for _, k := range s.Findings {
		n += k
	}
	return n
}

// ErrorRate estimates the error rate (差错率) per 10,000 characters, counted as CY/T
// 266-2023 does; 0 for an empty draft.
func (s *Stats) ErrorRate() float64 {
	if s.Runes == 0 {
		return 0
	}
	return s.Weighted * 10000 / float64(s.Runes)
}

func count[K comparable](m *map[K]int, k K, n int) {
	if *m == nil {
		*m = map[K]int{}
	}
	(*m)[k] += n
}
