package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"iter"
	"slices"
)

// A site has no order in which a run could go on behind a cursor. Its frontier is kept instead: the
// addresses that the walk has come upon, and which of them have been visited. They are committed with the results, so that
// a run that is taken up again visits what is left.

// Address is one that a walk has come upon.
type Address struct {
	Address string
	Depth   int  // steps from the first page
	Visited bool // what is there has been committed, with the addresses that it leads to
}

// Walked is what a batch adds to what is known of a source that is being read.
type Walked struct {
	Source    string
	Addresses []Address
	Notes     [][]byte // belong to whoever reads the source, who is given them again when the run goes on
}

// ErrOvertaken says that somebody else goes on with a source, at a place that the caller does not know.
var ErrOvertaken = errors.New("somebody else goes on with the source")

// follow reports whether a batch comes next in a source, which is locked for the transaction.
func (c *commit) follow(cur Cursor) (next bool, err error) {
	id, err := c.source(cur.Source)
	if err != nil {
		return false, err
	}
	if err := c.exec("INSERT INTO cursors (run, source, cursor, done) VALUES (?, ?, '', 0) ON CONFLICT (run, source) DO UPDATE SET cursor = cursors.cursor", c.run, id); err != nil {
		return false, err
	}
	var at string
	if err := c.tx.QueryRowContext(c.ctx, c.bind("SELECT cursor FROM cursors WHERE run = ? AND source = ?"), c.run, id).Scan(&at); err != nil {
		return false, err
	}
	switch at {
	case *cur.After:
		return true, nil
	case cur.Cursor:
		return false, nil // it has been committed, and only the answer was lost
	}
	return false, ErrOvertaken
}

// walk notes how far a walk has come.
func (c *commit) walk(w Walked) error {
	id, err := c.source(w.Source)
	if err != nil {
		return err
	}
	// One that comes twice in a statement would be changed twice, which PostgreSQL refuses.
	unique := make(map[string]Address, len(w.Addresses))
	for _, a := range w.Addresses {
		if had, ok := unique[a.Address]; ok {
			a.Depth, a.Visited = min(a.Depth, had.Depth), a.Visited || had.Visited
		}
		unique[a.Address] = a
	}
	list := make([]Address, 0, len(unique))
	for _, a := range unique {
		list = append(list, a)
	}
	for chunk := range slices.Chunk(list, rowsAtOnce) {
		var args []any
		for _, a := range chunk {
			hash, visited := sha256.Sum256([]byte(a.Address)), 0
			if a.Visited {
				visited = 1
			}
			args = append(args, c.run, id, hash[:16], Clean(a.Address), a.Depth, visited)
		}
		if err := c.exec("INSERT INTO frontier (run, source, hash, address, depth, visited) VALUES "+tuples(len(chunk), "(?, ?, ?, ?, ?, ?)")+
			" ON CONFLICT (run, source, hash) DO UPDATE SET visited = excluded.visited WHERE excluded.visited = 1", args...); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(w.Notes, rowsAtOnce) {
		var args []any
		for _, note := range chunk {
			args = append(args, c.run, id, note)
		}
		if err := c.exec("INSERT INTO notes (run, source, note) VALUES "+tuples(len(chunk), "(?, ?, ?)"), args...); err != nil {
			return err
		}
	}
	return nil
}

// forget empties what was noted of a source that has been read, by this run and by earlier ones that were
// never ended.
func (c *commit) forget(source int64) error {
	for _, table := range []string{"frontier", "notes"} {
		if err := c.exec("DELETE FROM "+table+" WHERE source = ? AND run <= ?", source, c.run); err != nil {
			return err
		}
	}
	return nil
}

// Frontier returns the addresses that a run has come upon in a source.
func (s *Store) Frontier(ctx context.Context, run int64, source string) ([]Address, error) {
	var out []Address
	for a, err := range stream(ctx, s, "SELECT f.address, f.depth, f.visited FROM frontier f JOIN sources s ON s.id = f.source WHERE f.run = ? AND s.name = ? ORDER BY f.depth, f.hash",
		[]any{run, Clean(source)}, func(rows *sql.Rows) (a Address, err error) {
			return a, rows.Scan(&a.Address, &a.Depth, &a.Visited)
		}) {
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Notes yields what a run has noted of a source, in the order of commits.
func (s *Store) Notes(ctx context.Context, run int64, source string) iter.Seq2[[]byte, error] {
	return stream(ctx, s, "SELECT n.note FROM notes n JOIN sources s ON s.id = n.source WHERE n.run = ? AND s.name = ? ORDER BY n.id",
		[]any{run, Clean(source)}, func(rows *sql.Rows) (note []byte, err error) {
			return note, rows.Scan(&note)
		})
}
