package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"proofcheck/lexicon"
)

// State is what has become of a finding.
type State int8

// The states of findings.
const (
	StateOpen       State = iota // to be mended
	StateFixed                   // the place has been mended, or is gone
	StateAccepted                // right, but stays as it is
	StateFalseAlarm              // there is nothing wrong
	states
)

var stateNames = [states]string{"open", "fixed", "accepted", "false_alarm"}

// States lists all states.
var States = []State{StateOpen, StateFixed, StateAccepted, StateFalseAlarm}

// String returns open, fixed, accepted or false_alarm.
func (s State) String() string {
	if s >= 0 && s < states {
		return stateNames[s]
	}
	return fmt.Sprintf("state(%d)", int8(s))
}

// ParseState is the inverse of State.String.
func ParseState(name string) (State, bool) {
	for i, n := range stateNames {
		if n == name {
			return State(i), true
		}
	}
	return 0, false
}

// Finding is a finding of a document with what is known about it.
type Finding struct {
	Fingerprint string // identifies it in its document
	Rule        string
	Level       lexicon.Level
	Clause      lexicon.Clause
	Pack        string
	Text        string // the words at fault
	Before      string // context
	After       string
	Message     string
	Standard    string   // the standard or list that says so
	Suggest     []string // what to write instead, best first
	Confidence  float64
	Hidden      bool  // readers do not see the place
	Start, End  int64 // bytes of the content
	Line        int64 // from 1; 0 when the place is not known
	Column      int64 // from 1, code points

	// What the store adds; Commit does not read it.
	State    State
	Present  bool  // the last check of the document found it; not so when it is fixed
	FirstRun int64 // the run that found it first
	LastRun  int64 // and last
	Revision int64 // grows with each change of State, Unit or Remark
	Changed  time.Time
	Unit     string // who is responsible for it; "" means the document's unit
	Remark   string
}

// Ref names a finding.
type Ref struct {
	Document    int64 // ID of the document
	Fingerprint string
}

// Row is a finding with its document.
type Row struct {
	Document Document
	Finding  Finding
}

// Ref returns the name of the row's finding.
func (r *Row) Ref() Ref { return Ref{r.Document.ID, r.Finding.Fingerprint} }

// Unit returns who is responsible: the finding's unit, or else the document's.
func (r *Row) Unit() string {
	if r.Finding.Unit != "" {
		return r.Finding.Unit
	}
	return r.Document.Unit
}

const findingColumns = "f.fingerprint, f.rule, f.level, f.clause, f.pack, f.text, f.before, f.after, f.message, f.standard, f.suggest, " +
	"f.confidence, f.hidden, f.start_byte, f.end_byte, f.line, f.col, f.state, f.present, f.first_run, f.last_run, f.revision, f.changed, f.unit, f.remark"

// Filter chooses findings. The zero value takes all; the conditions of one that is set must all
// hold.
type Filter struct {
	Documents   DocumentFilter // what documents they are of; its Limit and After do not count
	Refs        []Ref
	States      []State
	Rules       []string // IDs, or categories such as "typo"
	Level       lexicon.Level
	Clauses     []lexicon.Clause
	Unit        string // of the finding, or else of its document
	Text        string // exactly these words at fault
	FirstRun    int64  // found first by this run
	LastRun     int64  // found by this run
	Present     bool   // only those that the last check of their document found
	After       *Row   // only what comes after it, for paging; its document's ID and its finding's Start and Fingerprint count
	Limit       int    // 0 means no limit
	NewestFirst bool   // documents by descending ID
}

// Findings yields findings with their documents, by document and by place in it.
func (s *Store) Findings(ctx context.Context, f Filter) iter.Seq2[*Row, error] {
	w := f.where()
	order, sign := "d.id", ">"
	if f.NewestFirst {
		order, sign = "d.id DESC", "<"
	}
	if a := f.After; a != nil {
		w.add("(d.id "+sign+" ? OR d.id = ? AND (f.start_byte > ? OR f.start_byte = ? AND f.fingerprint > ?))",
			a.Document.ID, a.Document.ID, a.Finding.Start, a.Finding.Start, a.Finding.Fingerprint)
	}
	query := "SELECT " + documentColumns + ", " + findingColumns + " FROM documents d JOIN sources s ON s.id = d.source JOIN findings f ON f.document = d.id " +
		w.text() + " ORDER BY " + order + ", f.start_byte, f.fingerprint" + w.limit(f.Limit)
	return stream(ctx, s, query, w.args, func(rows *sql.Rows) (*Row, error) {
		var r Row
		fields, finish := r.Finding.fields()
		if err := rows.Scan(append(r.Document.fields(), fields...)...); err != nil {
			return nil, err
		}
		return &r, finish()
	})
}

// Finding returns a finding with its document, or ErrNotFound.
func (s *Store) Finding(ctx context.Context, ref Ref) (*Row, error) {
	for r, err := range s.Findings(ctx, Filter{Refs: []Ref{ref}}) {
		return r, err
	}
	return nil, s.wrap(ErrNotFound)
}

// fields are where a row of findingColumns goes, and what is to be done then.
func (f *Finding) fields() (list []any, finish func() error) {
	var suggest string
	var changed int64
	list = []any{
		&f.Fingerprint, &f.Rule, &f.Level, &f.Clause, &f.Pack, &f.Text, &f.Before, &f.After, &f.Message, &f.Standard, &suggest,
		&f.Confidence, &f.Hidden, &f.Start, &f.End, &f.Line, &f.Column, &f.State, &f.Present, &f.FirstRun, &f.LastRun, &f.Revision, &changed, &f.Unit, &f.Remark,
	}
	return list, func() error {
		f.Changed = time.UnixMilli(changed)
		return json.Unmarshal([]byte(suggest), &f.Suggest)
	}
}

func (f *Filter) where() *where {
	docs := f.Documents
	docs.After = 0
	w := docs.where()
	if len(f.Refs) > 0 {
		cond, args := "(1 = 0", []any{}
		for _, r := range f.Refs {
			cond += " OR f.document = ? AND f.fingerprint = ?"
			args = append(args, r.Document, r.Fingerprint)
		}
		w.add(cond+")", args...)
	}
	in(w, "f.state", numbers(f.States))
	if len(f.Rules) > 0 {
		cond, args := "(1 = 0", []any{}
		for _, r := range f.Rules {
			cond += ` OR f.rule = ? OR f.rule LIKE ? ESCAPE '\'`
			args = append(args, r, like.Replace(r)+"/%")
		}
		w.add(cond+")", args...)
	}
	if f.Level != lexicon.Off {
		w.add("f.level >= ?", int64(f.Level))
	}
	in(w, "f.clause", numbers(f.Clauses))
	if f.Unit != "" {
		w.add("COALESCE(NULLIF(f.unit, ''), d.unit) = ?", f.Unit)
	}
	if f.Text != "" {
		w.add("f.text = ?", f.Text)
	}
	if f.FirstRun != 0 {
		w.add("f.first_run = ?", f.FirstRun)
	}
	if f.LastRun != 0 {
		w.add("f.last_run = ?", f.LastRun)
	}
	if f.Present {
		w.add("f.present = 1")
	}
	return w
}
