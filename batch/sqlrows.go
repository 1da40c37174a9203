package batch

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"proofcheck/store"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// retryable marks errors that may pass.
func retryable(err error) error {
	var m *mysql.MySQLError
	var n net.Error
	switch {
	case errors.As(err, &m):
		// Too many connections, shutting down, lock wait, deadlock, killed, lost.
		if slices.Contains([]uint16{1040, 1053, 1205, 1213, 1317, 1927, 2006, 2013}, m.Number) {
			return &RetryError{err}
		}
	case store.Transient(err), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn), errors.As(err, &n):
		return &RetryError{err}
	}
	return err
}

// read begins a transaction that can only read.
func (q *sqlSource) read(ctx context.Context) (*sql.Tx, error) {
	tx, err := q.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: q.kind != "sqlite"})
	if err != nil {
		return nil, err
	}
	if q.columns == nil {
		if err := q.describe(ctx, tx); err != nil {
			tx.Rollback()
			return nil, err
		}
	}
	return tx, nil
}

// describe asks for the columns of the query.
func (q *sqlSource) describe(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, q.statement(""))
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	rows.Close()
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		return err
	}
	if !slices.Contains(columns, q.key) {
		return fmt.Errorf("the query has no column %q to go by; name another with --key: %s", q.key, strings.Join(columns, ", "))
	}
	if q.bound, err = q.opt.Fields.bind(columns); err != nil {
		return err
	}
	if q.bound["id"] == nil {
		q.bound["id"] = []int{slices.Index(columns, q.key)}
	}
	if q.site != "" && q.base == "" {
		var base string
		if err := tx.QueryRowContext(ctx, "SELECT option_value FROM "+q.site+"options WHERE option_name = 'home'").Scan(&base); err == nil {
			q.base = strings.TrimRight(base, "/")
		}
	}
	q.columns = columns
	return nil
}

// page yields the rows of one page and returns how many there were.
func (q *sqlSource) page(ctx context.Context, cursor string, yield func(*Record) bool) (n int, err error) {
	tx, err := q.read(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var rows *sql.Rows
	if cursor == "" {
		rows, err = tx.QueryContext(ctx, q.statement("")) // the first page
	} else {
		rows, err = tx.QueryContext(ctx, q.statement(">"), keyOf(cursor))
	}
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := q.row(rows)
		if err != nil {
			return n, err
		}
		if n++; !yield(r) {
			return n, errStop
		}
	}
	return n, rows.Err()
}

// row makes the record of a row.
func (q *sqlSource) row(rows *sql.Rows) (*Record, error) {
	values := make([]any, len(q.columns)+1)
	for i := range values {
		values[i] = new(any)
	}
	if err := rows.Scan(values...); err != nil {
		return nil, err
	}
	get := func(i int) any { return *values[i].(*any) }
	r := q.bound.record(q.opt, func(i int) string { return textOf(get(i)) })
	switch key := get(slices.Index(q.columns, q.key)).(type) {
	case int64, uint64:
		r.Cursor = "i" + textOf(key)
	default:
		r.Cursor = "s" + textOf(key)
	}
	if size, err := strconv.ParseInt(textOf(get(len(q.columns))), 10, 64); err == nil && size > q.opt.maxSize() {
		r.Size, r.Err = size, &TooLargeError{size, q.opt.maxSize()}
	}
	if q.site != "" && q.base != "" {
		r.URL = q.base + "/?p=" + r.Key
		if i := slices.Index(q.columns, "type"); i >= 0 && textOf(get(i)) == "page" {
			r.URL = q.base + "/?page_id=" + r.Key
		}
	}
	return r, nil
}

// textOf writes a value of a database.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case time.Time:
		return v.Format(time.DateTime)
	}
	return fmt.Sprint(v)
}

// fetch returns one row again.
func (q *sqlSource) fetch(ctx context.Context, key string) (*Record, error) {
	tx, err := q.read(ctx)
	if err != nil {
		return nil, retryable(err)
	}
	defer tx.Rollback()
	column := q.key
	if i := q.bound["id"]; len(i) == 1 {
		column = q.columns[i[0]]
	}
	if column != q.key {
		return nil, fmt.Errorf("records are named by the column %q and ordered by %q; they cannot be read again one by one", column, q.key)
	}
	var arg any = key
	if n, err := strconv.ParseInt(key, 10, 64); err == nil {
		arg = n
	}
	rows, err := tx.QueryContext(ctx, q.statement("="), arg)
	if err != nil {
		return nil, retryable(err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, retryable(err)
		}
		return nil, ErrGone
	}
	return q.row(rows)
}
