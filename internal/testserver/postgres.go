package testserver

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
)

var postgres = &kind{
	name: "PostgreSQL", program: "postgres", folders: []string{"/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin"}, account: "postgres",
	prepare: func(s *Server, bin string) [][]string {
		return [][]string{{filepath.Join(bin, "initdb"), "-D", filepath.Join(s.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}}
	},
	command: func(s *Server, bin string) []string {
		return []string{filepath.Join(bin, "postgres"), "-D", filepath.Join(s.dir, "data"), "-p", strconv.Itoa(s.port),
			"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=32MB"}
	},
	ping: func(ctx context.Context, s *Server) error {
		conn, err := pgx.Connect(ctx, s.postgres("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	},
}

func (s *Server) postgres(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// Postgres returns the address of an empty PostgreSQL database that is the test's own.
func Postgres(t testing.TB) string {
	t.Helper()
	return shared(t, postgres).newPostgres(t)
}

// OwnPostgres starts a PostgreSQL server that the test may stop and start, and returns it with the
// address of an empty database.
func OwnPostgres(t testing.TB) (*Server, string) {
	t.Helper()
	s := own(t, postgres)
	return s, s.newPostgres(t)
}

func (s *Server) newPostgres(t testing.TB) string {
	t.Helper()
	name := database()
	conn, err := pgx.Connect(t.Context(), s.postgres("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.postgres(name)
}
