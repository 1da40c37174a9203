package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strings"
	"time"
)

// AuditKind says what an entry of the audit is about.
type AuditKind string

// The kinds of entries.
const (
	AuditCheck    AuditKind = "check"    // a draft was checked
	AuditOverride AuditKind = "override" // somebody publishes in spite of what was found
)

// AuditEntry is one line of the audit: who had what checked, and what came of it.
type AuditEntry struct {
	ID       int64  // of the store: entries have ascending ones in the order in which they were committed
	Name     string // identifies the entry; the caller makes it
	Check    string // Name of the check: its own, or of the one that is overridden
	Kind     AuditKind
	At       time.Time // milliseconds
	Token    string    // name of the token, "" without one
	Person   string    // as the caller says
	Policy   string
	Channel  string
	Document string // the caller's id of the draft
	URL      string
	Hash     string // SHA-256 of the draft, hexadecimal

	Verdict                 string // pass, warn, block
	Errors, Warnings, Infos int
	Characters              int64
	ErrorRate               float64 // per 10,000 characters
	Fingerprints            []string
	Tool, Rules             string
	Lexicons                []string // hashes
	Reason                  string   // of an override

	// Content is kept only when it is not nil; Audits does not read it.
	Content []byte
	Format  string
}

var auditColumns = []string{
	"name", "checked", "kind", "at", "token", "person", "policy", "channel", "document", "url", "hash", "verdict",
	"errors", "warnings", "infos", "characters", "error_rate", "fingerprints", "tool", "rules", "lexicons", "reason",
}

// auditLock is the number of an advisory lock; it means nothing elsewhere.
const auditLock = 7095467002

// Record adds entries, all of them or none. One whose Name is there already is left out, so that a
// call that failed may be repeated.
func (s *Store) Record(ctx context.Context, entries []*AuditEntry) error {
	query := s.bind("INSERT INTO audit (" + strings.Join(auditColumns, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(auditColumns)-1) + ") ON CONFLICT (name) DO NOTHING")
	return s.change(ctx, func(tx *sql.Tx) error {
		if s.postgres {
			// Several services commit in the order of their IDs, so that who pages by ID misses nothing.
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", auditLock); err != nil {
				return err
			}
		}
		insert, err := tx.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, e := range entries {
			if _, err := insert.ExecContext(ctx, Clean(e.Name), Clean(e.Check), string(e.Kind), e.At.UnixMilli(), Clean(e.Token), Clean(e.Person),
				Clean(e.Policy), Clean(e.Channel), Clean(e.Document), Clean(e.URL), e.Hash, e.Verdict, e.Errors, e.Warnings, e.Infos,
				e.Characters, e.ErrorRate, strings.Join(e.Fingerprints, " "), Clean(e.Tool), e.Rules, strings.Join(e.Lexicons, ","), Clean(e.Reason)); err != nil {
				return err
			}
			if e.Content == nil {
				continue
			}
			if _, err := tx.ExecContext(ctx, s.bind("INSERT INTO audit_contents (checked, format, content) VALUES (?, ?, ?) ON CONFLICT (checked) DO NOTHING"),
				Clean(e.Check), e.Format, e.Content); err != nil {
				return err
			}
		}
		return nil
	})
}

// Audits yields the entries after an ID, limit at most.
func (s *Store) Audits(ctx context.Context, after int64, limit int) iter.Seq2[*AuditEntry, error] {
	return s.audits(ctx, "WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

// AuditOf returns the entries about a check in the order in which they came, or ErrNotFound.
func (s *Store) AuditOf(ctx context.Context, check string) ([]*AuditEntry, error) {
	var out []*AuditEntry
	for e, err := range s.audits(ctx, "WHERE checked = ? ORDER BY id", Clean(check)) {
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, s.wrap(ErrNotFound)
	}
	return out, nil
}

// AuditContent returns the draft of a check and its format, or ErrNotFound where it was not kept.
func (s *Store) AuditContent(ctx context.Context, check string) (content []byte, format string, err error) {
	err = s.read.QueryRowContext(ctx, s.bind("SELECT content, format FROM audit_contents WHERE checked = ?"), Clean(check)).Scan(&content, &format)
	return content, format, s.wrap(missing(err))
}

func (s *Store) audits(ctx context.Context, where string, args ...any) iter.Seq2[*AuditEntry, error] {
	query := "SELECT id, " + strings.Join(auditColumns, ", ") + " FROM audit " + where
	return stream(ctx, s, query, args, func(rows *sql.Rows) (*AuditEntry, error) {
		var e AuditEntry
		var at int64
		var fingerprints, lexicons string
		err := rows.Scan(&e.ID, &e.Name, &e.Check, &e.Kind, &at, &e.Token, &e.Person, &e.Policy, &e.Channel, &e.Document, &e.URL, &e.Hash, &e.Verdict,
			&e.Errors, &e.Warnings, &e.Infos, &e.Characters, &e.ErrorRate, &fingerprints, &e.Tool, &e.Rules, &lexicons, &e.Reason)
		e.At = time.UnixMilli(at).UTC()
		e.Fingerprints = strings.Fields(fingerprints)
		e.Lexicons = slices.DeleteFunc(strings.Split(lexicons, ","), func(s string) bool { return s == "" })
		return &e, err
	})
}
