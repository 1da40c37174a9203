package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"
)

// Change is what a person decides about a finding.
type Change struct {
	Ref
	State  State
	Unit   *string // nil leaves it as it is
	Remark *string // nil leaves it as it is
	Actor  string  // who decides

	// Revision is that of the finding which the person has seen; 0 sets whatever the state is.
	Revision int64
}

// ConflictError says that a finding has been changed since it was read.
type ConflictError struct {
	Ref
	Revision int64 // that the caller knows
	Current  Row   // as it is now
}

// Error names the finding and its states.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("store: finding %s of document %d has been changed meanwhile: it is %s (revision %d, known %d)",
		e.Fingerprint, e.Document, e.Current.Finding.State, e.Current.Finding.Revision, e.Revision)
}

// SetState notes a decision and its history. It fails with ErrNotFound, or with a *ConflictError
// when Revision is not that of the finding. What changes nothing is not noted, and is no conflict.
// It returns the finding as it is then.
func (s *Store) SetState(ctx context.Context, c Change) (*Row, error) {
	if c.State < 0 || c.State >= states {
		return nil, fmt.Errorf("store: no such state: %s", c.State)
	}
	lock := ""
	if s.postgres {
		lock = " FOR UPDATE"
	}
	var conflict *ConflictError
	err := s.change(ctx, func(tx *sql.Tx) error {
		var was State
		var revision int64
		var unit, remark string
		err := tx.QueryRowContext(ctx, s.bind("SELECT state, revision, unit, remark FROM findings WHERE document = ? AND fingerprint = ?"+lock), c.Document, c.Fingerprint).
			Scan(&was, &revision, &unit, &remark)
		if err != nil {
			return missing(err)
		}
		newUnit, newRemark := unit, remark
		if c.Unit != nil {
			newUnit = Clean(*c.Unit)
		}
		if c.Remark != nil {
			newRemark = Clean(*c.Remark)
		}
		if was == c.State && newUnit == unit && newRemark == remark {
			return nil
		}
		if c.Revision != 0 && c.Revision != revision {
			conflict = &ConflictError{Ref: c.Ref, Revision: c.Revision}
			return nil
		}
		now := time.Now().UnixMilli()
		if _, err := tx.ExecContext(ctx, s.bind("UPDATE findings SET state = ?, unit = ?, remark = ?, revision = revision + 1, changed = ? WHERE document = ? AND fingerprint = ?"),
			int64(c.State), newUnit, newRemark, now, c.Document, c.Fingerprint); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, s.bind("INSERT INTO history (document, fingerprint, at, run, actor, from_state, to_state, unit, remark) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)"),
			c.Document, c.Fingerprint, now, Clean(c.Actor), int64(was), int64(c.State), newUnit, newRemark)
		return err
	})
	if err != nil {
		return nil, err
	}
	row, err := s.Finding(ctx, c.Ref)
	if err != nil {
		return nil, err
	}
	if conflict != nil {
		conflict.Current = *row
		return nil, conflict
	}
	return row, nil
}

// Event is a change of a finding.
type Event struct {
	Ref
	At       time.Time
	Run      int64  // the run that brought it; 0 when a person did
	Actor    string // who did, "" for a run
	New      bool   // the finding appeared; From is not set
	From, To State
	Unit     string // as it was set by a person
	Remark   string
}

// History yields what happened to a finding, oldest first.
func (s *Store) History(ctx context.Context, ref Ref) iter.Seq2[*Event, error] {
	return s.events(ctx, "WHERE document = ? AND fingerprint = ? ORDER BY id", ref.Document, ref.Fingerprint)
}

// Events yields what people and runs have changed since a time, oldest first, without the
// appearance of new findings.
func (s *Store) Events(ctx context.Context, since time.Time) iter.Seq2[*Event, error] {
	return s.events(ctx, "WHERE at >= ? AND from_state >= 0 ORDER BY id", since.UnixMilli())
}

func (s *Store) events(ctx context.Context, where string, args ...any) iter.Seq2[*Event, error] {
	return stream(ctx, s, "SELECT document, fingerprint, at, run, actor, from_state, to_state, unit, remark FROM history "+where, args, func(rows *sql.Rows) (*Event, error) {
		var e Event
		var at int64
		err := rows.Scan(&e.Document, &e.Fingerprint, &at, &e.Run, &e.Actor, &e.From, &e.To, &e.Unit, &e.Remark)
		e.At = time.UnixMilli(at)
		if e.From < 0 {
			e.New, e.From = true, 0
		}
		return &e, err
	})
}
