package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// text writes for people at a terminal: the findings of each draft with the place marked in
// its line, and a summary. Its first line of each finding is the form that editors and build
// tools know: file:line:column.
type text struct {
	*terminal
	labels
	w       *bufio.Writer
	opt     Options
	columns int // for a line and its mark
	run     Run
	doc     Document
	here    tally // of the draft
	all     tally
	shown   bool // the draft's heading
}

const (
	indent       = "    "
	usualColumns = 100
	fewestCells  = 40
)

func newText(w io.Writer, opt Options) Writer {
	columns := opt.Width
	if columns == 0 {
		columns = usualColumns
	}
	return &text{
		terminal: newTerminal(opt), labels: labels(opt.Lang), opt: opt,
		w: bufio.NewWriterSize(w, 32<<10), columns: max(columns-len(indent), fewestCells),
	}
}

func (t *text) Begin(run *Run) error {
	t.run = *run
	return nil
}

func (t *text) Document(doc *Document) error {
	t.closeDraft()
	t.doc, t.here, t.shown = *doc, tally{}, false
	if t.opt.Verbose {
		t.heading()
	}
	return t.w.Flush()
}

func (t *text) Segment(int, *source.Segment) error { return nil }

// heading names the draft, once.
func (t *text) heading() {
	if t.shown || t.opt.Quiet {
		return
	}
	t.shown = true
	line := t.paint(bold, printable(t.doc.Name))
	if t.doc.Title != "" {
		line += " " + printable(t.say("title.quoted", "title", t.doc.Title))
	}
	if t.opt.Verbose && t.doc.Format != "" {
		line += t.paint(dim, " "+printable(strings.TrimSpace(t.doc.Format+" "+t.doc.Encoding)))
	}
	fmt.Fprintln(t.w, line)
}

// closeDraft ends the group of a draft with its counts.
func (t *text) closeDraft() {
	if !t.shown {
		return
	}
	what := t.say("finding.clean")
	if t.here.total.sum() > 0 {
		what = t.counts(t.here.total)
	}
	fmt.Fprintf(t.w, "%s: %s\n\n", t.paint(bold, printable(t.doc.Name)), what)
	t.shown = false
}

// counts writes the numbers that are not zero, by level.
func (t *text) counts(c levelCounts) string {
	var parts []string
	for _, l := range levels {
		if c[l] > 0 {
			parts = append(parts, t.paint(style(l), t.say("count", "what", t.level(l), "n", strconv.Itoa(c[l]))))
		}
	}
	return strings.Join(parts, t.say("list.comma"))
}

func style(l lexicon.Level) string {
	switch l {
	case lexicon.Error:
		return red
	case lexicon.Warning:
		return yellow
	}
	return cyan
}

func (t *text) Finding(f *checker.Finding) error {
	t.heading()
	t.here.add(f)
	t.all.add(f)
	fmt.Fprintf(t.w, "%s:%d:%d: %s %s: %s\n", t.paint(bold, printable(f.Document)), f.Start.Line, f.Start.Column,
		t.paint(style(f.Level), t.level(f.Level)), t.paint(dim, printable(f.Rule)), printable(f.Message))
	if t.opt.Quiet {
		return nil
	}
	t.mark(f)
	if s := t.suggestions(f); s != "" {
		s = t.paint(green, printable(s))
		if f.Safe() {
			s += t.paint(dim, " · "+t.say("finding.safe"))
		}
		t.detail("finding.suggestion", s)
	}
	if f.Source != "" {
		t.detail("finding.source", printable(f.Source))
	}
	if l := t.link(f); l != "" {
		fmt.Fprintln(t.w, indent+t.paint(dim, printable(l)))
	}
	if f.Hidden {
		fmt.Fprintln(t.w, indent+t.say("finding.hidden"))
	}
	if t.opt.Verbose {
		t.details(f)
	}
	_, err := fmt.Fprintln(t.w)
	return err
}

func (t *text) detail(key, value string) {
	fmt.Fprintf(t.w, "%s%s\n", indent, t.item(key, value))
}

// details are what few readers ask for.
func (t *text) details(f *checker.Finding) {
	if c := t.clause(f.Clause.String()); c != "" {
		t.detail("finding.clause", c)
	}
	if f.Pack != "" {
		t.detail("finding.pack", printable(f.Pack))
	}
	t.detail("finding.confidence", strconv.FormatFloat(f.Confidence, 'g', 3, 64))
	t.detail("finding.place", t.say("finding.bytes", "from", strconv.FormatInt(f.Start.Offset, 10), "to", strconv.FormatInt(f.End.Offset, 10)))
	t.detail("finding.fingerprint", printable(f.Fingerprint))
}

// mark writes the text at fault with what stands around it, and a line of ^ under it.
func (t *text) mark(f *checker.Finding) {
	words := t.clip(printable(f.Text), t.columns*2/3)
	wide := t.width(words)
	before, after := printable(f.Before), printable(f.After)
	room := t.columns - wide
	left := max(room/2, room-t.width(after))
	before = t.clipLeft(before, left)
	after = t.clip(after, room-t.width(before))
	fmt.Fprintf(t.w, "%s%s%s%s\n", indent, before, t.paint(style(f.Level), words), after)
	fmt.Fprintf(t.w, "%s%s%s\n", indent, strings.Repeat(" ", t.width(before)), t.paint(style(f.Level), strings.Repeat("^", max(1, wide))))
}

func (t *text) Failed(name string, err error) error {
	t.all.failed++
	if name != t.doc.Name {
		t.closeDraft()
	}
	fmt.Fprintf(t.w, "%s: %s\n", t.paint(bold, printable(name)), t.paint(red, t.item("finding.failed", printable(err.Error()))))
	return t.w.Flush()
}

func (t *text) End(stats *checker.Stats) error {
	if !t.opt.Quiet {
		t.closeDraft()
		t.summary(stats)
	}
	return t.w.Flush()
}
