package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Transient reports whether an error of a Store may pass by itself, so that the same call is worth
// repeating: a server that restarts or cannot be reached, a file that another process has locked.
func Transient(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	var p *pgconn.PgError
	if errors.As(err, &p) {
		// Connection exceptions; insufficient resources without a full disk; operator
		// intervention; serialization and deadlock.
		class := p.Code[:min(2, len(p.Code))]
		return class == "08" || class == "57" || class == "40" || class == "53" && p.Code != diskFull
	}
	var l *sqlite.Error
	if errors.As(err, &l) {
		code := l.Code() & 0xff
		return code == lib.SQLITE_BUSY || code == lib.SQLITE_LOCKED
	}
	var c *pgconn.ConnectError
	var n net.Error
	return errors.As(err, &c) || errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		strings.Contains(err.Error(), "conn closed")
}

// diskFull is the SQLSTATE of a PostgreSQL server whose disk is full.
const diskFull = "53100"

// Full reports whether an error of a Store says that the disk is full. Nothing of the call that
// failed has been kept, and the store is sound.
func Full(err error) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return p.Code == diskFull
	}
	var l *sqlite.Error
	if errors.As(err, &l) {
		// SQLite says "I/O error" where the shared-memory file of the log cannot grow.
		return l.Code()&0xff == lib.SQLITE_FULL || l.Code() == lib.SQLITE_IOERR_SHMSIZE || l.Code() == lib.SQLITE_IOERR_WRITE
	}
	return errors.Is(err, syscall.ENOSPC)
}
