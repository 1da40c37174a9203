package checker

import (
	"slices"
	"strconv"
	"strings"

	"proofcheck/lexicon"
)

// keep makes the part of a finding that needs the segment.
func (r *run) keep(p *Pass, seg *Segment, from, to int, problem Problem) *Place {
	f := Finding{Document: r.doc.Name, Segment: seg.Number, From: from, To: to, Hidden: seg.Hidden}
	if p != nil {
		f.Rule, f.Pack = p.Rule.ID, p.pack
	}
	f.Text = strings.Clone(seg.Text[from:to])
	f.Before = strings.Clone(tail(seg.Text[:from], ContextRunes))
	f.After = strings.Clone(head(seg.Text[to:], ContextRunes))
	if problem.Span != nil {
		f.Start, f.End = seg.Position(problem.Span.Start), seg.Position(problem.Span.End)
		f.Fixes = spanFixes(problem)
	} else {
		f.Start, f.End = seg.Locate(from, to)
		for i, s := range problem.Suggest {
			f.Fixes = append(f.Fixes, newFix(seg.Segment, from, to, s, problem.Safe && i == 0))
		}
	}
	if problem.Text != "" {
		f.Text = problem.Text
	}
	if problem.Private {
		f.Before, f.After = "", ""
	}
	return &Place{finding: f, muted: r.silenced(&f), quoted: p != nil && p.Info.Quoted != Off && seg.Quoted(from)}
}

// spanFixes returns what may stand in place of the problem's span.
func spanFixes(problem Problem) []Fix {
	var out []Fix
	for i, s := range problem.Suggest {
		out = append(out, Fix{Text: s, Edits: []Edit{{*problem.Span, s}}, Safe: problem.Safe && i == 0})
	}
	return out
}

// add completes a finding and lets it wait for its turn.
func (r *run) add(p *Pass, place *Place, problem Problem) {
	f := place.finding
	if f.muted = place.muted; f.muted && p.Rule.Yields {
		return
	}
	f.Level = p.base
	if problem.Level != Off && !p.fixed {
		f.Level = problem.Level
	}
	if place.quoted && p.Info.Quoted != Off && !p.fixed {
		f.Level = min(f.Level, p.Info.Quoted)
	}
	if f.Level < r.c.opt.MinLevel {
		return
	}
	f.Clause, f.Source, f.yields = p.Info.Clause, p.Info.Standard, p.Rule.Yields
	if f.Link = problem.Link; f.Link != nil && f.Link.Title == "" {
		f.Link.Title = r.title
	}
	if problem.Span != nil && len(f.Fixes) == 0 {
		f.Fixes = spanFixes(problem) // of an answer that came after the place was kept
	}
	if problem.Source != "" {
		f.Source = problem.Source
	}
	if problem.Clause != lexicon.NoClause {
		f.Clause = problem.Clause
	}
	if f.Confidence = problem.Confidence; f.Confidence == 0 {
		f.Confidence = 1
	}
	key := p.Rule.ID
	if problem.Message != "" {
		key += problem.Message
	}
	args := append([]string{"text", f.Text}, problem.Args...)
	if len(f.Fixes) > 0 {
		args = append(args, "to", f.Fixes[0].Text)
	}
	f.Message = readCatalogue().message(key, r.c.opt.Lang, args)
	if problem.Note != "" {
		f.Message += notes[r.c.opt.Lang] + problem.Note
	}
	r.queue(&f)
}

// notes says what stands between a message and its note.
var notes = map[string]string{"zh": "：", "en": ": "}

// queue puts a finished finding in line.
func (r *run) queue(f *Finding) {
	f.Fingerprint = Fingerprint(f)
	r.pending = append(r.pending, f)
}

// flush sorts what waits, resolves overlaps, and yields. It reports whether to go on.
func (r *run) flush(yield func(*Finding, error) bool) bool {
	slices.SortStableFunc(r.pending, compare)
	pending := slices.DeleteFunc(resolve(r.pending), func(f *Finding) bool { return f.muted })
	r.pending = r.pending[:0]
	for _, f := range pending {
		if r.c.opt.MaxFindings > 0 && r.reported >= r.c.opt.MaxFindings {
			return true
		}
		r.seen[f.Fingerprint]++
		if n := r.seen[f.Fingerprint]; n > 1 {
			f.Fingerprint += "-" + strconv.Itoa(n)
		}
		r.reported++
		r.stats.Count(f)
		if !yield(f, nil) {
			return false
		}
	}
	return true
}

// resolve drops findings that overlap a graver or longer one of the same category, and those of rules
// that give way. It keeps the order.
func resolve(list []*Finding) []*Finding {
	out := list[:0]
	for _, f := range list {
		dropped := false
		for k := len(out) - 1; k >= 0 && k >= len(out)-8; k-- {
			g := out[k]
			if !overlap(f, g) {
				continue
			}
			if stronger(f, g) {
				out = slices.Delete(out, k, k+1)
				continue
			}
			dropped = true
			break
		}
		if !dropped {
			out = append(out, f)
		}
	}
	return out
}

func overlap(a, b *Finding) bool {
	return a.Segment == b.Segment &&
		(a.yields || b.yields || a.Category() == b.Category() && !a.muted && !b.muted) && a.From < b.To && b.From < a.To
}

// stronger reports whether f goes before g where both cannot stand: the graver first, since
// a warning about a long sentence must not hide the wrong word in it, then the longer.
func stronger(f, g *Finding) bool {
	if f.yields != g.yields {
		return g.yields
	}
	if f.Level != g.Level {
		return f.Level > g.Level
	}
	return f.To-f.From > g.To-g.From
}
