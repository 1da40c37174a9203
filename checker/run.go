package checker

import (
	"context"
	"strings"

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

	buffers *buffers

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

// buffers are used again from segment to segment and from document to document.
type buffers struct {
	passes     []Pass      // by rule
	inspectors []Inspector // by rule; nil before the first segment of a rule

	hits    [][]Hit           // by rule
	touched []int             // rules with hits in this segment
	found   []automaton.Match // of their anchors
	marks   []mark
	readers [mostSorts]readersOf
}

// sortOf is what the rules that read a segment depend on.
type sortOf struct {
	class Class
	kind  source.Kind
	tag   int // its number, 0 for one that no rule asks for in particular
}

// readersOf are the rules that read the segments of a sort.
type readersOf struct {
	sort  sortOf
	known bool
	rules []int
}

// mostSorts is how many sorts of segments are remembered: those of a document are few. A power of two.
const mostSorts = 1 << 8

// mostKept is how much of a buffer is kept for the next document.
const mostKept = 1 << 14

func newBuffers(c *Checker) *buffers {
	n := len(c.rules)
	b := &buffers{passes: make([]Pass, n), inspectors: make([]Inspector, n), hits: make([][]Hit, n)}
	for i, e := range c.rules {
		b.passes[i] = Pass{Rule: e.rule, Info: e.info, base: e.level, fixed: e.fixed}
	}
	return b
}

// release gives the buffers back, unless a document has made them large or a segment was not finished.
func (r *run) release() {
	b := r.buffers
	if cap(b.found) > mostKept || cap(b.marks) > mostKept || len(b.touched) > 0 {
		return
	}
	clear(b.inspectors)
	for i := range b.passes {
		b.passes[i].run = nil
	}
	r.c.buffers.Put(b)
}

func newRun(c *Checker, doc *source.Document, stats *Stats) *run {
	r := &run{c: c, doc: doc, stats: stats, date: c.today, dated: c.opt.Date != 0, seen: map[string]int{}}
	if r.buffers, _ = c.buffers.Get().(*buffers); r.buffers == nil {
		r.buffers = newBuffers(c)
	}
	for i := range c.rules {
		p := &r.buffers.passes[i]
		p.run = r
		switch p.Rule {
		case unusedDirective:
			r.unused = p
		case badDirective:
			r.badPass = p
		}
	}
	r.words = newWordRun(r)
	return r
}

// check runs the whole document.
func (r *run) check(ctx context.Context, yield func(*Finding, error) bool) {
	defer r.count()
	defer r.release()
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
	for _, in := range r.buffers.inspectors {
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
	seg := &r.seg
	seg.Segment, seg.Number = s, r.number
	seg.enclosed, seg.parsed, seg.marks, seg.marked = seg.enclosed[:0], false, r.buffers.marks[:0], false
	r.number++
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
	class, runes := classOf(s)
	seg.Class, seg.Chars = class, runes
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
	b := r.buffers
	for _, i := range r.readers(seg) {
		r.inspector(i).Inspect(seg, b.hits[i])
	}
	for _, i := range b.touched {
		if rule := r.c.rules[i].rule; !rule.Every && (rule.Needs == 0 || rule.Needs&class != 0) {
			r.inspector(i).Inspect(seg, b.hits[i])
		}
		b.hits[i] = b.hits[i][:0]
	}
	b.touched, b.marks = b.touched[:0], seg.marks
	r.blockEnd(seg)
}

// readers returns the rules that a segment concerns whatever their anchors. Segments of a draft are of few sorts, so
// the answer is remembered.
func (r *run) readers(seg *Segment) []int {
	sort := sortOf{class: seg.Class, kind: seg.Kind}
	if seg.Tag != nil {
		sort.tag = r.c.tags[seg.Tag.Name]
	}
	hash := (uint32(sort.class) ^ uint32(sort.tag)<<8 ^ uint32(sort.kind)<<16) * 0x9E3779B1
	known := &r.buffers.readers[hash>>24]
	if known.known && known.sort == sort {
		return known.rules
	}
	known.sort, known.known, known.rules = sort, true, known.rules[:0]
	for i := range r.c.byKind[seg.Kind] {
		if reader := &r.c.byKind[seg.Kind][i]; reader.wants(seg.Class, seg.Segment) {
			known.rules = append(known.rules, reader.rule)
		}
	}
	return known.rules
}

// inspector returns the Inspector of a rule, which begins with the first segment that concerns it.
func (r *run) inspector(i int) Inspector {
	if in := r.buffers.inspectors[i]; in != nil {
		return in
	}
	return r.begin(i)
}

// begin makes the Inspector of a rule. It stands apart so that inspector is small enough to be inlined.
func (r *run) begin(i int) Inspector {
	b := r.buffers
	b.inspectors[i] = r.c.rules[i].rule.Begin(&b.passes[i])
	return b.inspectors[i]
}

// findAnchors looks for the anchors of all rules at once.
func (r *run) findAnchors(seg *Segment) {
	if r.c.anchors == nil {
		return
	}
	b := r.buffers
	b.found = r.c.anchors.AppendAll(b.found[:0], seg.Text)
	for _, m := range b.found {
		for _, o := range r.c.owners[m.Word] {
			if !o.on.Has(seg.Kind) {
				continue
			}
			if len(b.hits[o.rule]) == 0 {
				b.touched = append(b.touched, o.rule)
			}
			b.hits[o.rule] = append(b.hits[o.rule], Hit{m.Start, m.End, o.anchor})
		}
	}
}

func (r *run) count() { r.stats.Documents++ }

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
