package checker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/lexicon"
	"proofcheck/lexicon/automaton"
	"proofcheck/source"
)

// batch is how many findings of one document wait to be sorted before they are yielded.
const batch = 4096

// maxTitle is how much of a document's title findings hold, in characters.
const maxTitle = 100

// run is one document being checked.
type run struct {
	c     *Checker
	doc   *source.Document
	stats *Stats
	ctx   context.Context // of the check
	title string          // of the document, as far as it has been read
	date  lexicon.Date    // of the document
	dated bool            // the document says its date

	passes     []Pass
	inspectors []Inspector       // by rule; nil before the first segment of a rule
	hits       [][]Hit           // by rule, reused
	touched    []int             // rules with hits in this segment, reused
	found      []automaton.Match // reused

	seg      Segment
	number   int
	pending  []*Finding
	seen     map[string]int // fingerprints of the document
	active   []*suppression
	unused   *Pass // of unusedDirective
	badPass  *Pass // of badDirective; nil when it is off
	reported int
	words    *wordRun
}

func newRun(c *Checker, doc *source.Document, stats *Stats) *run {
	r := &run{c: c, doc: doc, stats: stats, date: c.today, dated: c.opt.Date != 0, seen: map[string]int{}}
	r.passes = make([]Pass, len(c.rules))
	for i := range c.rules {
		e, p := &c.rules[i], &r.passes[i]
		*p = Pass{Rule: e.rule, Info: e.info, run: r, base: e.level, fixed: e.fixed}
		switch e.rule {
		case unusedDirective:
			r.unused = p
		case badDirective:
			r.badPass = p
		}
	}
	r.inspectors = make([]Inspector, len(c.rules))
	r.hits = make([][]Hit, len(c.rules))
	r.words = newWordRun(r)
	return r
}

// check runs the whole document.
func (r *run) check(ctx context.Context, yield func(*Finding, error) bool) {
	defer r.count()
	r.ctx = ctx
	for s, err := range r.doc.Segments {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			if r.flush(yield) {
				yield(nil, err)
			}
			return
		}
		r.segment(s)
		if len(r.pending) >= batch && !r.flush(yield) {
			return
		}
		if r.full() {
			break
		}
	}
	for _, in := range r.inspectors {
		if in != nil {
			in.End()
		}
	}
	for _, s := range r.active {
		r.retire(s)
	}
	r.flush(yield)
}

// full reports whether the document has as many findings as the options allow.
func (r *run) full() bool {
	return r.c.opt.MaxFindings > 0 && r.reported+len(r.pending) >= r.c.opt.MaxFindings
}

func (r *run) segment(s *source.Segment) {
	r.seg = Segment{Segment: s, Number: r.number, enclosed: r.seg.enclosed[:0]}
	r.number++
	seg := &r.seg
	if s.Kind == source.Directive {
		r.directive(seg)
		return
	}
	if s.Kind == source.Metadata {
		if d := documentDate(s.Name, s.Text); d != 0 {
			r.date, r.dated = d, true
		}
	}
	if r.c.opt.Visit != nil {
		r.c.opt.Visit(seg.Number, s)
	}
	if s.Kind == source.Title && r.title == "" {
		r.title = strings.Clone(head(s.Text, maxTitle))
	}
	class, runes := classify(s.Text)
	seg.Class = class
	if s.Kind.Prose() {
		r.stats.Segments++
		r.stats.Bytes += int64(len(s.Text) - s.Lead)
		r.stats.Runes += int64(runes)
		if s.Lead > 0 {
			_, before := classify(s.Text[:s.Lead])
			r.stats.Runes -= int64(before)
		}
	}
	if seg.Text != "" {
		r.words.inspect(seg)
		r.findAnchors(seg)
	}
	for _, i := range r.c.byKind[s.Kind] {
		rule := r.c.rules[i].rule
		if rule.Needs != 0 && rule.Needs&class == 0 || rule.Tags != nil && s.Kind == source.Element && !slices.Contains(rule.Tags, s.Tag.Name) {
			continue
		}
		r.inspector(i).Inspect(seg, r.hits[i])
	}
	for _, i := range r.touched {
		if rule := r.c.rules[i].rule; !rule.Every && (rule.Needs == 0 || rule.Needs&class != 0) {
			r.inspector(i).Inspect(seg, r.hits[i])
		}
		r.hits[i] = r.hits[i][:0]
	}
	r.touched = r.touched[:0]
	r.blockEnd(seg)
}

// inspector returns the Inspector of a rule, which begins with the first segment that concerns it.
func (r *run) inspector(i int) Inspector {
	if r.inspectors[i] == nil {
		r.inspectors[i] = r.c.rules[i].rule.Begin(&r.passes[i])
	}
	return r.inspectors[i]
}

// findAnchors looks for the anchors of all rules at once.
func (r *run) findAnchors(seg *Segment) {
	if r.c.anchors == nil {
		return
	}
	r.found = r.c.anchors.AppendAll(r.found[:0], seg.Text)
	for _, m := range r.found {
		for _, o := range r.c.owners[m.Word] {
			if !r.c.rules[o.rule].on.Has(seg.Kind) {
				continue
			}
			if len(r.hits[o.rule]) == 0 {
				r.touched = append(r.touched, o.rule)
			}
			r.hits[o.rule] = append(r.hits[o.rule], Hit{int(m.Start), int(m.End), o.anchor})
		}
	}
}

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
	} else {
		f.Start, f.End = seg.Locate(from, to)
	}
	if problem.Span != nil {
		f.Fixes = spanFixes(problem)
	} else {
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

func (r *run) count() { r.stats.Documents++ }

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

// Fingerprint identifies a finding by rule, text and a little context, without white space. Of equal ones in a
// document the second and later get "-2", "-3" … behind it.
func Fingerprint(f *Finding) string {
	h := sha256.New()
	for _, s := range [...]string{f.Rule, f.Text, tail(f.Before, 6), head(f.After, 6)} {
		for _, r := range s {
			if !unicode.IsSpace(r) {
				h.Write(utf8.AppendRune(nil, r))
			}
		}
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// tail returns the last n characters of s.
func tail(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, k := utf8.DecodeLastRuneInString(s[:i])
		i -= k
	}
	return s[i:]
}

// head returns the first n characters of s.
func head(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, k := utf8.DecodeRuneInString(s[i:])
		i += k
	}
	return s[:i]
}

// documentDate reads the date of a document from a metadata value, 0 when it is none.
func documentDate(name, value string) lexicon.Date {
	switch strings.ToLower(name) {
	case "pubdate", "publishdate", "date", "article:published_time", "dc.date", "created", "published":
	default:
		return 0
	}
	var n [3]int
	k, digits := 0, 0
	for i := 0; i < len(value) && k < 3; i++ {
		c := value[i]
		if c >= '0' && c <= '9' {
			n[k] = n[k]*10 + int(c-'0')
			if digits++; k == 0 && digits == 4 || k > 0 && digits == 2 {
				k, digits = k+1, 0
			}
		} else if digits > 0 {
			k, digits = k+1, 0
		}
	}
	if n[0] < 1900 || n[0] > 9999 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 {
		return 0
	}
	return lexicon.Date(n[0]*10000 + n[1]*100 + n[2])
}
