package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"proofcheck/lexicon"
)

// Document is a document that has been read from a source.
type Document struct {
	ID         int64  // of the store
	Source     string // name of the source, as it was given
	Key        string // identifies the document in its source
	URL        string // where readers find it, "" when not known
	Title      string
	Date       lexicon.Date // of publication, 0 when not known
	Column     string       // path of columns, such as 政务公开/通知公告
	Unit       string       // who is responsible, "" when not known
	Format     string       // html, markdown, text
	Hash       []byte       // of the content and what else its check depends on
	Stamp      string       // tells without reading that the content is the same; "" when the source cannot
	Bytes      int64
	Characters int64   // of prose, white space left out
	Weighted   float64 // findings by their weights in CY/T 266-2023
	Ruleset    int64   // what it was last checked with; 0: it never was
	FirstRun   int64   // the run that first met it
	CheckedRun int64   // the run that last checked it
	Error      string  // why it could not be checked the last time, "" when it could
}

const documentColumns = "d.id, s.name, d.key, d.url, d.title, d.date, d.column_path, d.unit, d.format, d.hash, d.stamp, d.bytes, " +
	"d.characters, d.weighted, d.ruleset, d.first_run, d.checked_run, d.error"

// fields are where a row of documentColumns goes.
func (d *Document) fields() []any {
	return []any{
		&d.ID, &d.Source, &d.Key, &d.URL, &d.Title, &d.Date, &d.Column, &d.Unit, &d.Format, &d.Hash, &d.Stamp, &d.Bytes,
		&d.Characters, &d.Weighted, &d.Ruleset, &d.FirstRun, &d.CheckedRun, &d.Error,
	}
}

// DocumentFilter chooses documents. The zero value takes all.
type DocumentFilter struct {
	Sources     []string
	ID          int64        // of one document
	Key         string       // whose keys begin so
	Run         int64        // those that a run has checked
	Column      string       // in this column or below it
	Unit        string       // of the document
	From, Until lexicon.Date // of publication, inclusive; 0 is open
	Failed      bool         // only those that could not be checked
	Pending     bool         // only those that have open findings or could not be checked
	After       int64        // documents with a greater ID
	Limit       int          // 0 means no limit
}

// Documents yields documents by ascending ID.
func (s *Store) Documents(ctx context.Context, f DocumentFilter) iter.Seq2[*Document, error] {
	w := f.where()
	query := "SELECT " + documentColumns + " FROM documents d JOIN sources s ON s.id = d.source " + w.text() + " ORDER BY d.id" + w.limit(f.Limit)
	return stream(ctx, s, query, w.args, func(rows *sql.Rows) (*Document, error) {
		var d Document
		return &d, rows.Scan(d.fields()...)
	})
}

// Document returns a document by its ID, or ErrNotFound.
func (s *Store) Document(ctx context.Context, id int64) (*Document, error) {
	for d, err := range s.Documents(ctx, DocumentFilter{ID: id}) {
		return d, err
	}
	return nil, s.wrap(ErrNotFound)
}

// Known returns the documents of a source with some keys; those that are not known are missing.
func (s *Store) Known(ctx context.Context, source string, keys []string) (map[string]*Document, error) {
	out := make(map[string]*Document, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), 256)
		args := make([]any, 0, n+1)
		args = append(args, Clean(source))
		for _, k := range keys[:n] {
			args = append(args, Clean(k))
		}
		keys = keys[n:]
		query := "SELECT " + documentColumns + " FROM documents d JOIN sources s ON s.id = d.source WHERE s.name = ? AND d.key IN (" + marks(n) + ")"
		for d, err := range stream(ctx, s, query, args, func(rows *sql.Rows) (*Document, error) {
			var d Document
			return &d, rows.Scan(d.fields()...)
		}) {
			if err != nil {
				return nil, err
			}
			out[d.Key] = d
		}
	}
	return out, nil
}

// Sketches returns what Commit was given as the sketches of documents, by their IDs.
func (s *Store) Sketches(ctx context.Context, ids []int64) (map[int64][]byte, error) {
	type row struct {
		id   int64
		bits []byte
	}
	out := make(map[int64][]byte, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), 256)
		args := make([]any, n)
		for i, id := range ids[:n] {
			args[i] = id
		}
		ids = ids[n:]
		for r, err := range stream(ctx, s, "SELECT document, bits FROM sketches WHERE document IN ("+marks(n)+")", args,
			func(rows *sql.Rows) (r row, err error) { return r, rows.Scan(&r.id, &r.bits) }) {
			if err != nil {
				return nil, err
			}
			out[r.id] = r.bits
		}
	}
	return out, nil
}

// marks returns n question marks, separated by commas.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// where is a condition in the making.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(part string, args ...any) {
	w.parts = append(w.parts, part)
	w.args = append(w.args, args...)
}

// in asks that a column has one of some values; none means any.
func in[T any](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.add(column+" IN ("+marks(len(values))+")", args...)
}

// numbers returns typed constants as the databases take them.
func numbers[T ~int8 | ~uint8](list []T) []int64 {
	out := make([]int64, len(list))
	for i, v := range list {
		out[i] = int64(v)
	}
	return out
}

// below asks that a column is a path or below it.
func (w *where) below(column, path string) {
	path = strings.TrimSuffix(path, "/")
	w.add("("+column+" = ? OR "+column+` LIKE ? ESCAPE '\')`, path, like.Replace(path)+"/%")
}

// like writes a text for a LIKE pattern.
var like = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (w *where) text() string {
	if len(w.parts) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(w.parts, " AND ")
}

func (w *where) limit(n int) string {
	if n <= 0 {
		return ""
	}
	w.args = append(w.args, n)
	return " LIMIT ?"
}

func (f *DocumentFilter) where() *where {
	w := &where{}
	in(w, "s.name", f.Sources)
	if f.ID != 0 {
		w.add("d.id = ?", f.ID)
	}
	if f.Key != "" {
		w.add(`d.key LIKE ? ESCAPE '\'`, like.Replace(f.Key)+"%")
	}
	if f.Run != 0 {
		w.add("d.checked_run = ?", f.Run)
	}
	if f.Column != "" {
		w.below("d.column_path", f.Column)
	}
	if f.Unit != "" {
		w.add("d.unit = ?", f.Unit)
	}
	if f.From != 0 {
		w.add("d.date >= ?", int64(f.From))
	}
	if f.Until != 0 {
		w.add("d.date <= ? AND d.date <> 0", int64(f.Until))
	}
	if f.Failed {
		w.add("d.error <> ''")
	}
	if f.Pending {
		w.add("(d.error <> '' OR EXISTS (SELECT 1 FROM findings p WHERE p.document = d.id AND p.present = 1 AND p.state = 0))")
	}
	if f.After != 0 {
		w.add("d.id > ?", f.After)
	}
	return w
}
