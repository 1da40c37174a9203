package testserver

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/go-sql-driver/mysql"
)

var mariadb = &kind{
	name: "MariaDB", program: "mariadbd", folders: []string{"/usr/sbin", "/usr/libexec", "/usr/local/sbin"}, account: "mysql",
	prepare: func(s *Server, bin string) [][]string {
		args := []string{"mariadb-install-db", "--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--auth-root-authentication-method=normal", "--skip-test-db"}
		return [][]string{args}
	},
	command: func(s *Server, bin string) []string {
		return []string{filepath.Join(bin, "mariadbd"), "--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--port=" + strconv.Itoa(s.port), "--bind-address=127.0.0.1",
			"--socket=" + filepath.Join(s.dir, "s"), "--pid-file=" + filepath.Join(s.dir, "pid"), "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0",
			"--innodb-log-file-size=16M", "--performance-schema=off", "--skip-log-bin", "--character-set-server=utf8mb4"}
	},
	ping: func(ctx context.Context, s *Server) error {
		db, err := sql.Open("mysql", s.mariadb(""))
		if err != nil {
			return err
		}
		defer db.Close()
		mysql.SetLogger(quiet{})
		return db.PingContext(ctx)
	},
}

// quiet takes the complaints of the driver while a server starts.
type quiet struct{}

// Print does nothing.
func (quiet) Print(...any) {}

// mariadb returns what the driver takes.
func (s *Server) mariadb(database string) string {
	return fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s?multiStatements=true&charset=utf8mb4", s.port, database)
}

// MariaDB returns an empty MariaDB database that is the test's own, and its address without the scheme:
// //root@127.0.0.1:port/name.
func MariaDB(t testing.TB) (db *sql.DB, address string) {
	t.Helper()
	return shared(t, mariadb).newMariaDB(t)
}

// OwnMariaDB starts a MariaDB server that the test may stop and start, with an empty database.
func OwnMariaDB(t testing.TB) (s *Server, db *sql.DB, address string) {
	t.Helper()
	s = own(t, mariadb)
	db, address = s.newMariaDB(t)
	return s, db, address
}

func (s *Server) newMariaDB(t testing.TB) (*sql.DB, string) {
	t.Helper()
	name := database()
	db, err := sql.Open("mysql", s.mariadb(""))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	own, err := sql.Open("mysql", s.mariadb(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { own.Close() })
	return own, fmt.Sprintf("//root@127.0.0.1:%d/%s", s.port, name)
}
