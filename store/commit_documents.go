package store

import (
	"fmt"
	"slices"
	"strings"
)

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
