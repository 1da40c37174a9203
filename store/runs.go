package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"proofcheck/lexicon"
)

// RunState says how far a run has come.
type RunState int8

// The states of runs. A run whose process was killed stays Running until it is resumed.
const (
	Running RunState = iota
	Done
	Interrupted
	HandedOver // everything has been read and handed to workers, which have not done all of it
	runStates
)

var runStateNames = [runStates]string{"running", "done", "interrupted", "handed_over"}

// String returns running, done, interrupted or handed_over.
func (s RunState) String() string {
	if s >= 0 && s < runStates {
		return runStateNames[s]
	}
	return fmt.Sprintf("state(%d)", int8(s))
}

// Counts is what a run has done so far.
type Counts struct {
	Documents  int64 // read from the sources
	Checked    int64 // of these, by the rules
	Unchanged  int64 // not checked, since neither content nor rules have changed
	Untouched  int64 // not checked, since changed lexicon entries cannot touch them
	Failed     int64 // could not be checked
	Bytes      int64 // of content that was read
	Characters int64 // of text that was checked
	Errors     int64 // findings of documents that were checked, by level
	Warnings   int64
	Infos      int64
	New        int64   // findings that were not there before
	Fixed      int64   // findings that are no longer there
	Weighted   float64 // findings by their weights in CY/T 266-2023
}

// Add adds o to c.
func (c *Counts) Add(o *Counts) {
	c.Documents += o.Documents
	c.Checked += o.Checked
	c.Unchanged += o.Unchanged
	c.Untouched += o.Untouched
	c.Failed += o.Failed
	c.Bytes += o.Bytes
	c.Characters += o.Characters
	c.Errors += o.Errors
	c.Warnings += o.Warnings
	c.Infos += o.Infos
	c.New += o.New
	c.Fixed += o.Fixed
	c.Weighted += o.Weighted
}

// Found adds n findings of a level.
func (c *Counts) Found(level lexicon.Level, n int64) {
	switch level {
	case lexicon.Error:
		c.Errors += n
	case lexicon.Warning:
		c.Warnings += n
	default:
		c.Infos += n
	}
}

// fields lists the numbers in the order of countColumns.
func (c *Counts) fields() []any {
	return []any{
		&c.Documents, &c.Checked, &c.Unchanged, &c.Untouched, &c.Failed, &c.Bytes, &c.Characters,
		&c.Errors, &c.Warnings, &c.Infos, &c.New, &c.Fixed, &c.Weighted,
	}
}

var countColumns = []string{
	"documents", "checked", "unchanged", "untouched", "failed", "bytes", "characters",
	"errors", "warnings", "infos", "appeared", "fixed", "weighted",
}

// Run is one run over sources.
type Run struct {
	ID      int64
	Kind    string // "scan", "recheck", "patrol"
	Plan    string // identifies sources and options
	State   RunState
	Command string
	Ruleset Ruleset
	Started time.Time
	Ended   time.Time // zero while it runs
	Extra   string    // JSON that belongs to who began the run, such as a sample's size
	Counts
}

// Ruleset is what documents are checked with.
type Ruleset struct {
	ID       int64    // of the store; 0 until Register
	Tool     string   // version of the program
	Rules    string   // hash of rules and options, without lexicons
	Lexicons []string // hashes, in the order in which they were loaded
}

// key identifies a ruleset.
func (r *Ruleset) key() string {
	h := sha256.Sum256([]byte(r.Tool + "\x00" + r.Rules + "\x00" + strings.Join(r.Lexicons, ",")))
	return hex.EncodeToString(h[:16])
}

// Register notes a ruleset and sets its ID.
func (s *Store) Register(ctx context.Context, r *Ruleset) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, s.bind("INSERT INTO rulesets (name, tool, rules, lexicons) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING"),
			r.key(), r.Tool, r.Rules, strings.Join(r.Lexicons, ",")); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, s.bind("SELECT id FROM rulesets WHERE name = ?"), r.key()).Scan(&r.ID)
	})
	return err
}

// RulesetByID returns a ruleset, or ErrNotFound.
func (s *Store) RulesetByID(ctx context.Context, id int64) (*Ruleset, error) {
	r := &Ruleset{ID: id}
	var lexicons string
	err := s.read.QueryRowContext(ctx, s.bind("SELECT tool, rules, lexicons FROM rulesets WHERE id = ?"), id).Scan(&r.Tool, &r.Rules, &lexicons)
	if lexicons != "" {
		r.Lexicons = strings.Split(lexicons, ",")
	}
	return r, s.wrap(missing(err))
}

// KeepLexicon notes what a lexicon consists of. The content is the caller's.
func (s *Store) KeepLexicon(ctx context.Context, hash, name string, content []byte) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.bind("INSERT INTO lexicons (hash, name, content) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"), hash, Clean(name), content)
		return err
	})
}

// Lexicon returns what KeepLexicon was given, or ErrNotFound.
func (s *Store) Lexicon(ctx context.Context, hash string) (content []byte, err error) {
	err = s.read.QueryRowContext(ctx, s.bind("SELECT content FROM lexicons WHERE hash = ?"), hash).Scan(&content)
	return content, s.wrap(missing(err))
}

// missing makes the error of an empty answer that of this package.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// Begin begins a run of Kind, Plan, Command, Ruleset and Extra, and sets its ID and Started. Its
// ruleset is registered if need be.
func (s *Store) Begin(ctx context.Context, r *Run) error {
	if r.Ruleset.ID == 0 {
		if err := s.Register(ctx, &r.Ruleset); err != nil {
			return err
		}
	}
	r.Started, r.State, r.Counts = time.Now().Truncate(time.Millisecond), Running, Counts{}
	query := "INSERT INTO runs (kind, plan, state, command, ruleset, started, ended, extra, " + strings.Join(countColumns, ", ") +
		") VALUES (?, ?, 0, ?, ?, ?, 0, ?" + strings.Repeat(", 0", len(countColumns)) + ") RETURNING id"
	return s.change(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, s.bind(query), r.Kind, r.Plan, Clean(r.Command), r.Ruleset.ID, r.Started.UnixMilli(), Clean(r.Extra)).Scan(&r.ID)
	})
}

// Unfinished returns the last run of a plan when it has not been done, or nil.
func (s *Store) Unfinished(ctx context.Context, plan string) (*Run, error) {
	for r, err := range s.runs(ctx, "WHERE r.plan = ? ORDER BY r.id DESC LIMIT 1", plan) {
		if err != nil || r.State == Done {
			return nil, err
		}
		return r, nil
	}
	return nil, nil
}

// Finish notes how a run ended.
func (s *Store) Finish(ctx context.Context, run int64, state RunState) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		ended := time.Now().UnixMilli()
		if state == Running || state == HandedOver {
			ended = 0
		}
		_, err := tx.ExecContext(ctx, s.bind("UPDATE runs SET state = ?, ended = ? WHERE id = ?"), int(state), ended, run)
		return err
	})
}

// Run returns a run, or ErrNotFound.
func (s *Store) Run(ctx context.Context, id int64) (*Run, error) {
	for r, err := range s.runs(ctx, "WHERE r.id = ?", id) {
		return r, err
	}
	return nil, s.wrap(ErrNotFound)
}

// Runs yields all runs, the last one first.
func (s *Store) Runs(ctx context.Context) iter.Seq2[*Run, error] {
	return s.runs(ctx, "ORDER BY r.id DESC")
}

func (s *Store) runs(ctx context.Context, where string, args ...any) iter.Seq2[*Run, error] {
	query := "SELECT r.id, r.kind, r.plan, r.state, r.command, r.started, r.ended, r.extra, u.id, u.tool, u.rules, u.lexicons, r." +
		strings.Join(countColumns, ", r.") + " FROM runs r JOIN rulesets u ON u.id = r.ruleset " + where
	return stream(ctx, s, query, args, func(rows *sql.Rows) (*Run, error) {
		var r Run
		var started, ended int64
		var lexicons string
		err := rows.Scan(append([]any{&r.ID, &r.Kind, &r.Plan, &r.State, &r.Command, &started, &ended, &r.Extra,
			&r.Ruleset.ID, &r.Ruleset.Tool, &r.Ruleset.Rules, &lexicons}, r.Counts.fields()...)...)
		r.Started = time.UnixMilli(started)
		if ended != 0 {
			r.Ended = time.UnixMilli(ended)
		}
		if lexicons != "" {
			r.Ruleset.Lexicons = strings.Split(lexicons, ",")
		}
		return &r, err
	})
}

// stream yields what scan makes of each row of a query. The query ends when the loop does.
func stream[T any](ctx context.Context, s *Store, query string, args []any, scan func(*sql.Rows) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := s.read.QueryContext(ctx, s.bind(query), args...)
		if err != nil {
			yield(none, s.wrap(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			v, err := scan(rows)
			if err != nil {
				yield(none, s.wrap(err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, s.wrap(err))
		}
	}
}

// Cursor says how far a run has come in a source.
type Cursor struct {
	Source string
	Cursor string // where to go on; "" is the beginning
	Done   bool

	// After, when not nil, is where the run must be in the source for a batch to be kept. A batch that
	// has brought it to Cursor before is not kept again; anywhere else is ErrOvertaken. Not read.
	After *string
}

// Cursors returns how far a run has come in each of its sources.
func (s *Store) Cursors(ctx context.Context, run int64) (map[string]Cursor, error) {
	out := map[string]Cursor{}
	for c, err := range stream(ctx, s, "SELECT s.name, c.cursor, c.done FROM cursors c JOIN sources s ON s.id = c.source WHERE c.run = ?", []any{run},
		func(rows *sql.Rows) (c Cursor, err error) {
			return c, rows.Scan(&c.Source, &c.Cursor, &c.Done)
		}) {
		if err != nil {
			return nil, err
		}
		out[c.Source] = c
	}
	return out, nil
}

// Clean makes a text that both databases take: valid UTF-8 without NUL. Keys and texts are kept so.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
