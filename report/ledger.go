package report

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// ledgerColumns are the keys of the column titles of the ledger that inspectors of web sites
// keep (整改台账), in their order.
var ledgerColumns = [...]string{
	"ledger.number", "ledger.title", "ledger.document", "ledger.place", "ledger.type", "ledger.level",
	"ledger.text", "ledger.context", "ledger.suggestion", "ledger.source", "ledger.state",
}

// ledgerRow are the cells of one row; the first one is a number.
type ledgerRow [len(ledgerColumns)]string

// ledger makes rows of findings.
type ledger struct {
	labels
	titles
	n int // rows
}

func (l *ledger) header() ledgerRow {
	var r ledgerRow
	for i, key := range ledgerColumns {
		r[i] = l.say(key)
	}
	return r
}

func (l *ledger) finding(f *checker.Finding) ledgerRow {
	l.n++
	level := l.level(f.Level)
	if c := l.clause(f.Clause.String()); c != "" {
		level = l.say("ledger.graded", "level", level, "clause", c)
	}
	suggestion := l.suggestions(f)
	if suggestion == "" {
		suggestion = f.Message
	}
	context := l.say("ledger.marked", "before", f.Before, "text", f.Text, "after", f.After)
	if about := l.link(f); about != "" {
		context += "\n" + about
	}
	return ledgerRow{
		strconv.Itoa(l.n), l.title, f.Document,
		l.say("place.line-column", "line", strconv.Itoa(f.Start.Line), "column", strconv.Itoa(f.Start.Column)),
		l.kind(f.Rule), level,
		f.Text, context,
		suggestion, f.Source, l.say("ledger.open"),
	}
}

// failure is the row of a draft that could not be checked to its end.
func (l *ledger) failure(name string, err error) ledgerRow {
	l.n++
	return ledgerRow{
		strconv.Itoa(l.n), "", name, l.say("place.none"), l.say("finding.failed"), l.level(lexicon.Error),
		"", "", err.Error(), "", l.say("ledger.open"),
	}
}

// titles knows the title of the draft that is being reported.
type titles struct {
	title string
	given bool // by the caller, or by a title segment
}

func (t *titles) document(doc *Document) { t.title, t.given = doc.Title, doc.Title != "" }

// segment takes the first title, or else the first heading.
func (t *titles) segment(seg *source.Segment) {
	switch {
	case t.given || strings.TrimSpace(seg.Text) == "":
	case seg.Kind == source.Title:
		t.title, t.given = strings.TrimSpace(seg.Text), true
	case seg.Kind == source.Heading && t.title == "":
		t.title = strings.TrimSpace(seg.Text)
	}
}

// csvLedger writes the ledger as CSV with a byte order mark, without which spreadsheets take
// it for the local encoding. Its columns are those of the trade and no others, so it says
// nothing of the run.
type csvLedger struct {
	ledger
	buf *bufio.Writer
	csv *csv.Writer
}

func newCSV(w io.Writer, opt Options) Writer {
	buf := bufio.NewWriterSize(w, 32<<10)
	c := &csvLedger{ledger: ledger{labels: labels(opt.Lang)}, buf: buf, csv: csv.NewWriter(buf)}
	c.csv.UseCRLF = true
	return c
}

func (c *csvLedger) Begin(*Run) error {
	c.buf.WriteString("\uFEFF")
	return c.row(c.header())
}

func (c *csvLedger) Document(doc *Document) error {
	c.document(doc)
	c.csv.Flush()
	return c.csv.Error()
}

func (c *csvLedger) Segment(_ int, seg *source.Segment) error {
	c.segment(seg)
	return nil
}

func (c *csvLedger) Finding(f *checker.Finding) error { return c.row(c.finding(f)) }

func (c *csvLedger) Failed(name string, err error) error { return c.row(c.failure(name, err)) }

func (c *csvLedger) End(*checker.Stats) error {
	c.csv.Flush()
	return c.csv.Error()
}

func (c *csvLedger) row(r ledgerRow) error {
	for i := range r {
		r[i] = Inert(r[i])
	}
	return c.csv.Write(r[:])
}

// Inert puts an apostrophe before a cell that a spreadsheet would take for a formula, full-width
// signs included (OWASP, CSV injection), and takes out NUL, which ends a cell in some programs.
func Inert(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "\uFFFD")
	first, size := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u3000\u00A0"))
	if size > 0 && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
