package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
	"time"
)

// Migrations are numbered from 1 without gaps. One that has been released is never changed. They
// are written once for both databases; the words in braces stand for types, see dialect.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to the version of this program. Each migration is a transaction, and
// processes that do it at the same time wait for each other.
func (s *Store) migrate(ctx context.Context) error {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	done, err := s.version(ctx)
	if err != nil {
		return err
	}
	if done > len(files) {
		return fmt.Errorf("its tables have version %d, newer than this program, which knows %d; use a newer proofcheck", done, len(files))
	}
	for n := done + 1; n <= len(files); n++ {
		name := files[n-1].Name()
		if !strings.HasPrefix(name, fmt.Sprintf("%04d_", n)) {
			panic("store: migration " + name + " is not number " + fmt.Sprint(n))
		}
		text, err := migrations.ReadFile("migrations/" + name)
		if err != nil {
			return err
		}
		if err := s.apply(ctx, n, s.types.Replace(string(text))); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}

// version returns the number of the last migration, 0 for an empty database.
func (s *Store) version(ctx context.Context) (int, error) {
	query := "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_version'"
	if s.postgres {
		query = "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = ANY (current_schemas(false))"
	}
	var tables, n int
	if err := s.write.QueryRowContext(ctx, query).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err := s.write.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) FROM schema_version").Scan(&n)
	return n, err
}

// migrationLock is the number of an advisory lock; it means nothing elsewhere.
const migrationLock = 7095467001

func (s *Store) apply(ctx context.Context, n int, text string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if s.postgres {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, s.types.Replace("CREATE TABLE IF NOT EXISTS schema_version (number {int} PRIMARY KEY, applied {int} NOT NULL)")); err != nil {
			return err
		}
		var have int
		if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) FROM schema_version").Scan(&have); err != nil || have >= n {
			return err // another process was faster
		}
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, s.bind("INSERT INTO schema_version VALUES (?, ?)"), n, time.Now().UnixMilli())
		return err
	})
}
