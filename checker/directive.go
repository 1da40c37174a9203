package checker

import (
	"slices"
	"strings"

	"proofcheck/source"
)

// A suppression is a directive in force: a comment of the document that silences rules.
//
//	proofcheck-disable [rule …] [-- reason]        until the matching enable, or the end
//	proofcheck-enable [rule …]
//	proofcheck-disable-next [rule …] [-- reason]   in the next block
//	proofcheck-ignore word … [-- reason]           these words, from here to the end
type suppression struct {
	name     string // of the directive
	patterns []string
	words    []string
	next     bool // ends with the next block of prose
	used     bool
	place    *Place
}

// covers reports whether the suppression silences a finding of a rule with this text.
func (s *suppression) covers(rule, pack, text string) bool {
	if s.words != nil {
		return slices.ContainsFunc(s.words, func(w string) bool { return w == text || strings.Contains(w, text) && text != "" })
	}
	return len(s.patterns) == 0 || slices.ContainsFunc(s.patterns, func(p string) bool { return matchPattern(p, rule, pack) })
}

// directive takes up a comment of the document.
func (r *run) directive(seg *Segment) {
	text, _, _ := strings.Cut(seg.Text, "--")
	words := strings.FieldsFunc(text, func(c rune) bool {
		return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '，' || c == '、'
	})
	if len(words) == 0 {
		return
	}
	name, args := words[0], words[1:]
	place := r.keep(r.unused, seg, 0, len(seg.Text), Problem{})
	switch name {
	case "proofcheck-disable", "proofcheck-disable-next":
		if !r.known(place, args) {
			return
		}
		r.active = append(r.active, &suppression{name: name, patterns: args, next: name == "proofcheck-disable-next", place: place})
	case "proofcheck-enable":
		if !r.known(place, args) {
			return
		}
		ended := false
		r.active = slices.DeleteFunc(r.active, func(s *suppression) bool {
			if s.words != nil || s.next {
				return false
			}
			if len(args) == 0 {
				ended = true
				r.retire(s)
				return true
			}
			before := len(s.patterns)
			s.patterns = slices.DeleteFunc(s.patterns, func(p string) bool { return slices.Contains(args, p) })
			ended = ended || len(s.patterns) < before
			if before > 0 && len(s.patterns) == 0 {
				r.retire(s)
				return true
			}
			return false
		})
		if !ended {
			r.bad(place, ".unmatched", name)
		}
	case "proofcheck-ignore":
		if len(args) == 0 {
			r.bad(place, ".words", name)
			return
		}
		r.active = append(r.active, &suppression{name: name, words: args, place: place})
	default:
		r.bad(place, "", name)
	}
}

// known reports whether all patterns name a rule, and complains of the first that does not.
func (r *run) known(place *Place, patterns []string) bool {
	for _, p := range patterns {
		if !r.c.knownPattern(p) {
			r.bad(place, ".rule", p)
			return false
		}
	}
	return true
}

func (r *run) bad(place *Place, message, name string) {
	pl := *place
	if r.badPass != nil {
		pl.finding.Rule = r.badPass.Rule.ID
		r.add(r.badPass, &pl, Problem{Message: message, Args: []string{"name", name, "near", r.c.nearest(name)}})
	}
}

// retire reports a suppression that silenced nothing.
func (r *run) retire(s *suppression) {
	if !s.used && r.unused != nil {
		r.add(r.unused, s.place, Problem{Args: []string{"name", s.name}})
	}
}

// blockEnd ends the suppressions that hold for one block.
func (r *run) blockEnd(seg *Segment) {
	if len(r.active) == 0 || !seg.Kind.Prose() || seg.Partial {
		return
	}
	r.active = slices.DeleteFunc(r.active, func(s *suppression) bool {
		if s.next {
			r.retire(s)
		}
		return s.next
	})
}

// silenced reports whether a directive silences a finding, and marks it as used.
func (r *run) silenced(f *Finding) bool {
	for _, s := range r.active {
		if s.covers(f.Rule, f.Pack, f.Text) {
			s.used = true
			return true
		}
	}
	return false
}

var (
	unusedDirective = &Rule{ID: "structure/unused-directive", Whole: true, On: Only(source.Directive), Begin: func(*Pass) Inspector { return nothing }}
	badDirective    = &Rule{ID: "structure/bad-directive", On: Only(source.Directive), Begin: func(*Pass) Inspector { return nothing }}
)

// nothing inspects nothing: the engine itself reports for these rules.
var nothing = InspectFunc(func(*Segment, []Hit) {})
