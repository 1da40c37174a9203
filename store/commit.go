package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"proofcheck/lexicon"
)

// Outcome is what has become of a document in a run.
type Outcome int8

// The outcomes.
const (
	Checked   Outcome = iota // Result.Findings are all that is wrong with it
	Untouched                // its findings stay as they are; Document.Ruleset, Stamp and what describes it are noted
	Failed                   // it could not be checked, for Document.Error; its findings stay as they are
)

// Result is what a run has to say about one document.
type Result struct {
	Outcome  Outcome
	Document Document // ID, FirstRun and CheckedRun are not read; Source and Key identify it
	Findings []Finding
	Sketch   []byte // kept for Sketches
}

// Batch is what is committed at once.
type Batch struct {
	Run     int64
	Results []Result
	Cursors []Cursor // how far the run has come once the results are in
	Counts  Counts   // added to those of the run; New and Fixed are counted by Commit
	Moved   []Moved  // findings that turned out to belong to another document

	// Parcel names the parcel that the batch is the result of; when it has been done before, nothing of
	// the batch is kept. Opened names parcels that have been handed to workers.
	Parcel string
	Opened []string

	// Before, when not nil, is how many documents the run had counted before this batch. A batch
	// whose answer was lost with the connection may then be committed again: if its documents have
	// been counted, they are not counted twice.
	Before *int64
}

// Moved names findings that are taken out of a document, with their history.
type Moved struct {
	Source, Key  string
	Fingerprints []string
}

// Commit notes the results of a run. All of a batch is kept, or nothing. A finding that its document
// did not have is new and open; one that it has again keeps its state, but a fixed one is open
// again; one that it no longer has is fixed if it was open, else it keeps its state and is not
// present. A result that the run has already brought, for the same content and ruleset, changes
// nothing, so that results may be delivered twice. Commit returns what it counted.
func (s *Store) Commit(ctx context.Context, b *Batch) (Counts, error) {
	counts := b.Counts
	err := s.change(ctx, func(tx *sql.Tx) error {
		c := commit{Store: s, ctx: ctx, tx: tx, run: b.Run, now: time.Now().UnixMilli(), counts: b.Counts}
		if b.Before != nil {
			var documents int64
			if err := tx.QueryRowContext(ctx, s.bind("SELECT documents FROM runs WHERE id = ?"), b.Run).Scan(&documents); err != nil {
				return missing(err)
			}
			if documents > *b.Before {
				return nil
			}
		}
		if b.Parcel != "" {
			if first, err := c.close(b.Parcel); err != nil || !first {
				counts = Counts{}
				return err
			}
		}
		if err := c.open(b.Opened); err != nil {
			return err
		}
		if err := c.results(b.Results); err != nil {
			return err
		}
		if err := c.move(b.Moved); err != nil {
			return err
		}
		for _, cur := range b.Cursors {
			if err := c.cursor(cur); err != nil {
				return err
			}
		}
		counts = c.counts
		return c.count()
	})
	return counts, err
}

// commit is one transaction of Commit.
type commit struct {
	*Store
	ctx    context.Context
	tx     *sql.Tx
	run    int64
	now    int64
	counts Counts
	byName map[string]int64 // IDs of sources
}

func (c *commit) exec(query string, args ...any) error {
	_, err := c.tx.ExecContext(c.ctx, c.bind(query), args...)
	return err
}

// source returns the ID of a source, which is made when there is none.
func (c *commit) source(name string) (int64, error) {
	if id, ok := c.byName[name]; ok {
		return id, nil
	}
	if err := c.exec("INSERT INTO sources (name) VALUES (?) ON CONFLICT (name) DO NOTHING", Clean(name)); err != nil {
		return 0, err
	}
	var id int64
	err := c.tx.QueryRowContext(c.ctx, c.bind("SELECT id FROM sources WHERE name = ?"), Clean(name)).Scan(&id)
	if c.byName == nil {
		c.byName = map[string]int64{}
	}
	c.byName[name] = id
	return id, err
}

func (c *commit) cursor(cur Cursor) error {
	id, err := c.source(cur.Source)
	if err != nil {
		return err
	}
	done := 0
	if cur.Done {
		done = 1
	}
	return c.exec("INSERT INTO cursors (run, source, cursor, done) VALUES (?, ?, ?, ?) ON CONFLICT (run, source) DO UPDATE SET cursor = excluded.cursor, done = excluded.done",
		c.run, id, Clean(cur.Cursor), done)
}

// count adds the counts to those of the run.
func (c *commit) count() error {
	var set []string
	for _, name := range countColumns {
		set = append(set, name+" = "+name+" + ?")
	}
	n := c.counts
	args := n.fields()
	for i, p := range args {
		switch p := p.(type) {
		case *int64:
			args[i] = *p
		case *float64:
			args[i] = *p
		}
	}
	return c.exec("UPDATE runs SET "+strings.Join(set, ", ")+" WHERE id = ?", append(args, c.run)...)
}

// rowsAtOnce bounds the rows of one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const rowsAtOnce = 100

// results notes all results, always in the same order so that no two processes wait for each other.
func (c *commit) results(list []Result) error {
	order := make([]*Result, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortStableFunc(order, func(a, b *Result) int {
		if d := strings.Compare(a.Document.Source, b.Document.Source); d != 0 {
			return d
		}
		return strings.Compare(a.Document.Key, b.Document.Key)
	})
	// A key that comes twice in a batch counts as it comes last.
	order = slices.CompactFunc(reversed(order), func(a, b *Result) bool {
		return a.Document.Source == b.Document.Source && a.Document.Key == b.Document.Key
	})
	slices.Reverse(order)
	for chunk := range slices.Chunk(order, rowsAtOnce) {
		if err := c.chunk(chunk); err != nil {
			return err
		}
	}
	return nil
}

func reversed[T any](list []T) []T {
	slices.Reverse(list)
	return list
}

// known is what the store has of a document before it is changed.
type known struct {
	id       int64
	run      int64
	ruleset  int64
	hash     string
	failure  string
	findings map[string]old
}

// old is what the store has of a finding.
type old struct {
	state   State
	present bool
}

type documentKey struct {
	source int64
	key    string
}

// chunk notes some results.
func (c *commit) chunk(list []*Result) error {
	docs := make(map[documentKey]*known, len(list))
	keys := make([]documentKey, len(list))
	for i, r := range list {
		id, err := c.source(r.Document.Source)
		if err != nil {
			return err
		}
		keys[i] = documentKey{id, Clean(r.Document.Key)}
	}
	if err := c.reserve(keys, docs); err != nil {
		return err
	}
	var checked, rest []*Result
	var checkedDocs, restDocs []*known
	for i, r := range list {
		d := docs[keys[i]]
		if d == nil {
			return fmt.Errorf("document %q was not kept", r.Document.Key)
		}
		switch {
		case r.Outcome != Checked:
			rest, restDocs = append(rest, r), append(restDocs, d)
		case d.run == c.run && d.ruleset == r.Document.Ruleset && d.hash == string(r.Document.Hash) && d.failure == "":
			// This run has brought it before.
		default:
			checked, checkedDocs = append(checked, r), append(checkedDocs, d)
		}
	}
	if err := c.describe(rest, restDocs); err != nil {
		return err
	}
	if len(checked) == 0 {
		return nil
	}
	if err := c.load(checkedDocs); err != nil {
		return err
	}
	if err := c.describe(checked, checkedDocs); err != nil {
		return err
	}
	if err := c.sketches(checked, checkedDocs); err != nil {
		return err
	}
	return c.findings(checked, checkedDocs)
}

// reserve makes the documents that are not there, locks all, and reads what is known of them.
func (c *commit) reserve(keys []documentKey, docs map[documentKey]*known) error {
	var args []any
	for _, k := range keys {
		args = append(args, k.source, k.key, c.run)
	}
	query := "INSERT INTO documents (source, key, first_run, url, title, date, column_path, unit, format, hash, stamp, bytes, characters, weighted, ruleset, checked_run, error) VALUES " +
		tuples(len(keys), "(?, ?, ?, '', '', 0, '', '', '', "+c.noBytes()+", '', 0, 0, 0, 0, 0, '')") +
		" ON CONFLICT (source, key) DO UPDATE SET error = documents.error RETURNING id, source, key, checked_run, ruleset, hash, error"
	rows, err := c.tx.QueryContext(c.ctx, c.bind(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k documentKey
		d := &known{findings: map[string]old{}}
		var hash []byte
		if err := rows.Scan(&d.id, &k.source, &k.key, &d.run, &d.ruleset, &hash, &d.failure); err != nil {
			return err
		}
		d.hash = string(hash)
		docs[k] = d
	}
	return rows.Err()
}

func (c *commit) noBytes() string {
	if c.postgres {
		return `'\x'::bytea`
	}
	return "x''"
}

// tuples repeats a row of a VALUES list.
func tuples(n int, row string) string { return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ") }

// load reads the findings that documents have.
func (c *commit) load(docs []*known) error {
	byID := make(map[int64]*known, len(docs))
	var args []any
	for _, d := range docs {
		if d.run == 0 {
			continue // never checked: there are none
		}
		byID[d.id] = d
		args = append(args, d.id)
	}
	if len(args) == 0 {
		return nil
	}
	rows, err := c.tx.QueryContext(c.ctx, c.bind("SELECT document, fingerprint, state, present FROM findings WHERE document IN ("+marks(len(args))+")"), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var print string
		var o old
		if err := rows.Scan(&id, &print, &o.state, &o.present); err != nil {
			return err
		}
		byID[id].findings[print] = o
	}
	return rows.Err()
}

// describe notes what is known of the documents themselves.
func (c *commit) describe(list []*Result, docs []*known) error {
	for i, r := range list {
		d := &r.Document
		common := []any{Clean(d.URL), Clean(d.Title), int64(d.Date), Clean(d.Column), Clean(d.Unit), d.Format}
		set := "UPDATE documents SET url = ?, title = ?, date = ?, column_path = ?, unit = ?, format = ?"
		switch r.Outcome {
		case Checked:
			set += ", hash = ?, stamp = ?, bytes = ?, characters = ?, weighted = ?, ruleset = ?, checked_run = ?, error = ''"
			common = append(common, d.Hash, Clean(d.Stamp), d.Bytes, d.Characters, d.Weighted, d.Ruleset, c.run)
		case Untouched:
			set += ", stamp = ?, ruleset = ?, error = ''"
			common = append(common, Clean(d.Stamp), d.Ruleset)
		case Failed:
			set += ", stamp = '', error = ?"
			common = append(common, Clean(d.Error))
		}
		if err := c.exec(set+" WHERE id = ?", append(common, docs[i].id)...); err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) sketches(list []*Result, docs []*known) error {
	var args []any
	for i, r := range list {
		if r.Sketch != nil {
			args = append(args, docs[i].id, r.Sketch)
		}
	}
	if len(args) == 0 {
		return nil
	}
	return c.exec("INSERT INTO sketches (document, bits) VALUES "+tuples(len(args)/2, "(?, ?)")+" ON CONFLICT (document) DO UPDATE SET bits = excluded.bits", args...)
}

const findingInsert = "INSERT INTO findings (document, fingerprint, rule, level, clause, pack, text, before, after, message, standard, suggest, " +
	"confidence, hidden, start_byte, end_byte, line, col, state, present, first_run, last_run, revision, changed, unit, remark) VALUES "

// The right side of state is what it was.
const findingUpdate = " ON CONFLICT (document, fingerprint) DO UPDATE SET rule = excluded.rule, level = excluded.level, clause = excluded.clause, pack = excluded.pack, " +
	"text = excluded.text, before = excluded.before, after = excluded.after, message = excluded.message, standard = excluded.standard, suggest = excluded.suggest, " +
	"confidence = excluded.confidence, hidden = excluded.hidden, start_byte = excluded.start_byte, end_byte = excluded.end_byte, line = excluded.line, col = excluded.col, " +
	"revision = findings.revision + CASE findings.state WHEN 1 THEN 1 ELSE 0 END, changed = CASE findings.state WHEN 1 THEN excluded.changed ELSE findings.changed END, " +
	"state = CASE findings.state WHEN 1 THEN 0 ELSE findings.state END, present = 1, last_run = excluded.last_run"

const findingValues = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, 1, ?, '', '')"

// findings notes what was found in documents, and what no longer was.
func (c *commit) findings(list []*Result, docs []*known) error {
	var args, events []any
	rows := 0
	flush := func() error {
		if rows == 0 {
			return nil
		}
		err := c.exec(findingInsert+tuples(rows, findingValues)+findingUpdate, args...)
		args, rows = args[:0], 0
		return err
	}
	for i, r := range list {
		d := docs[i]
		now := make(map[string]bool, len(r.Findings))
		for k := range r.Findings {
			f := &r.Findings[k]
			if now[f.Fingerprint] {
				continue
			}
			now[f.Fingerprint] = true
			was, known := d.findings[f.Fingerprint]
			switch {
			case !known:
				c.counts.New++
				events = append(events, c.event(d.id, f.Fingerprint, -1, StateOpen)...)
			case was.state == StateFixed:
				events = append(events, c.event(d.id, f.Fingerprint, StateFixed, StateOpen)...)
			}
			values, err := c.values(d.id, f)
			if err != nil {
				return err
			}
			args = append(args, values...)
			if rows++; rows == rowsAtOnce {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if err := c.gone(d, now, &events); err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return c.note(events)
}

func (c *commit) values(document int64, f *Finding) ([]any, error) {
	suggest, err := json.Marshal(append([]string{}, f.Suggest...))
	if err != nil {
		return nil, err
	}
	hidden := 0
	if f.Hidden {
		hidden = 1
	}
	return []any{
		document, f.Fingerprint, f.Rule, int64(f.Level), int64(f.Clause), Clean(f.Pack), Clean(f.Text), Clean(f.Before), Clean(f.After), Clean(f.Message),
		Clean(f.Standard), Clean(string(suggest)), f.Confidence, hidden, f.Start, f.End, f.Line, f.Column, c.run, c.run, c.now,
	}, nil
}

// gone notes the findings that a document had and has no longer.
func (c *commit) gone(d *known, now map[string]bool, events *[]any) error {
	var prints []string
	for print, was := range d.findings {
		if !now[print] && was.present {
			prints = append(prints, print)
		}
	}
	slices.Sort(prints)
	for _, print := range prints {
		query := "UPDATE findings SET present = 0 WHERE document = ? AND fingerprint = ?"
		args := []any{d.id, print}
		if d.findings[print].state == StateOpen {
			c.counts.Fixed++
			*events = append(*events, c.event(d.id, print, StateOpen, StateFixed)...)
			query = "UPDATE findings SET present = 0, state = 1, revision = revision + 1, changed = ? WHERE document = ? AND fingerprint = ?"
			args = []any{c.now, d.id, print}
		}
		if err := c.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// event is a row of the history.
func (c *commit) event(document int64, print string, from, to State) []any {
	return []any{document, print, c.now, c.run, int64(from), int64(to)}
}

// note writes rows of the history.
func (c *commit) note(events []any) error {
	const columns = 6
	for chunk := range slices.Chunk(events, columns*rowsAtOnce) {
		if err := c.exec("INSERT INTO history (document, fingerprint, at, run, from_state, to_state, actor, unit, remark) VALUES "+
			tuples(len(chunk)/columns, "(?, ?, ?, ?, ?, ?, '', '', '')"), chunk...); err != nil {
			return err
		}
	}
	return nil
}

// move takes findings out of documents. What the run has found is no longer counted for them.
func (c *commit) move(list []Moved) error {
	for _, m := range list {
		id, err := c.source(m.Source)
		if err != nil {
			return err
		}
		args := []any{id, Clean(m.Key)}
		for _, print := range m.Fingerprints {
			args = append(args, print)
		}
		where := " WHERE document IN (SELECT id FROM documents WHERE source = ? AND key = ?) AND fingerprint IN (" + marks(len(m.Fingerprints)) + ")"
		if err := c.uncount(where, args); err != nil {
			return err
		}
		if err := c.exec("DELETE FROM history"+where, args...); err != nil {
			return err
		}
	}
	return nil
}

// uncount deletes findings and takes those of this run out of its counts.
func (c *commit) uncount(where string, args []any) error {
	rows, err := c.tx.QueryContext(c.ctx, c.bind("DELETE FROM findings"+where+" RETURNING level, first_run, last_run"), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var level lexicon.Level
		var first, last int64
		if err := rows.Scan(&level, &first, &last); err != nil {
			return err
		}
		if first == c.run {
			c.counts.New--
		}
		if last == c.run {
			c.counts.Found(level, -1)
		}
	}
	return rows.Err()
}
