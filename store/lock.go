package store

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"time"

	"github.com/gofrs/flock"
)

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("in use by another scan; wait for it or stop it")

// Lock takes a lock by name, so that two processes do not run the same thing in one store. It fails
// with ErrLocked when another process has it. The lock ends with unlock, or with the process,
// however that ends; a PostgreSQL server may take a while to see that a process is gone, so that is
// waited for up to lockWait. In an SQLite store there is one lock, whatever the name.
func (s *Store) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if !s.postgres {
		l := flock.New(s.path + ".lock")
		ok, err := l.TryLock()
		if err == nil && !ok {
			err = ErrLocked
		}
		if err != nil {
			return nil, s.wrap(err)
		}
		return func() { l.Unlock() }, nil
	}
	h := fnv.New64a()
	h.Write([]byte("proofcheck\x00" + name))
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, s.wrap(err)
	}
	var got bool
	for began := time.Now(); err == nil && !got; {
		err = conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(h.Sum64())).Scan(&got)
		if err != nil || got || time.Since(began) > s.lockWait {
			break
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err != nil || !got {
		conn.Close()
		if err == nil {
			err = ErrLocked
		}
		return nil, s.wrap(err)
	}
	return func() { release(conn, int64(h.Sum64())) }, nil
}

// release gives up an advisory lock with its connection.
func release(conn *sql.Conn, key int64) {
	conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", key) // a lost connection has lost the lock
	conn.Close()
}
