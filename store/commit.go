package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
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
	Walked  []Walked // of sources that have no order of their own

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
		for _, cur := range b.Cursors {
			if cur.After == nil {
				continue
			}
			if next, err := c.follow(cur); err != nil || !next {
				return err
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
		for _, w := range b.Walked {
			if err := c.walk(w); err != nil {
				return err
			}
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
	if err := c.exec("INSERT INTO cursors (run, source, cursor, done) VALUES (?, ?, ?, ?) ON CONFLICT (run, source) DO UPDATE SET cursor = excluded.cursor, done = excluded.done",
		c.run, id, Clean(cur.Cursor), done); err != nil || !cur.Done {
		return err
	}
	return c.forget(id)
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
