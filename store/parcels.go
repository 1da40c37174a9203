package store

import (
	"context"
	"database/sql"
	"time"
)

// A run may hand its records to workers on other machines, in parcels that have names. What is handed
// over is noted with the cursor behind it, and a worker notes a parcel as done with its results, both in one
// transaction: a parcel may be delivered, and its results committed, any number of times and counts once.

// open notes parcels that have been handed over. One that is known, open or done, stays as it is.
func (c *commit) open(ids []string) error {
	for _, id := range ids {
		if err := c.exec("INSERT INTO parcels (run, id, done) VALUES (?, ?, 0) ON CONFLICT (run, id) DO NOTHING", c.run, id); err != nil {
			return err
		}
	}
	return nil
}

// close notes a parcel as done and reports whether it was not yet.
func (c *commit) close(id string) (bool, error) {
	res, err := c.tx.ExecContext(c.ctx, c.bind("INSERT INTO parcels (run, id, done) VALUES (?, ?, 1) ON CONFLICT (run, id) DO UPDATE SET done = 1 WHERE parcels.done = 0"), c.run, id)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Parcels counts the parcels of a run, and those of them whose results are in.
func (s *Store) Parcels(ctx context.Context, run int64) (all, done int64, err error) {
	err = s.read.QueryRowContext(ctx, s.bind("SELECT COUNT(*), COALESCE(SUM(done), 0) FROM parcels WHERE run = ?"), run).Scan(&all, &done)
	return all, done, s.wrap(err)
}

// Open counts the parcels of a run whose results are not in, among those with a name that begins so. The beginning must have
// no wildcards of SQL.
func (s *Store) Open(ctx context.Context, run int64, prefix string) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, s.bind("SELECT COUNT(*) FROM parcels WHERE run = ? AND done = 0 AND id LIKE ?"), run, prefix+"%").Scan(&n)
	return n, s.wrap(err)
}

// Complete notes a run as done when it is HandedOver and none of its parcels is open, and reports
// whether it is done, now or before.
func (s *Store) Complete(ctx context.Context, run int64) (bool, error) {
	var state RunState
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, s.bind("UPDATE runs SET state = ?, ended = ? WHERE id = ? AND state = ? AND NOT EXISTS (SELECT 1 FROM parcels WHERE run = ? AND done = 0)"),
			int(Done), time.Now().UnixMilli(), run, int(HandedOver), run); err != nil {
			return err
		}
		return missing(tx.QueryRowContext(ctx, s.bind("SELECT state FROM runs WHERE id = ?"), run).Scan(&state))
	})
	return state == Done, err
}
