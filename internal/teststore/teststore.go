// Package teststore opens stores for the tests of what is built on them.
package teststore

import (
	"path/filepath"
	"testing"

	"proofcheck/internal/testserver"
	"proofcheck/store"
)

// Open opens an empty store in a file of the test.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "store.db"))
}

// Each runs a test on an empty store of each kind: a file, and a database of a real PostgreSQL. The test's package
// must have testserver.Main. Afterwards the store must be sound.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			var s *store.Store
			if kind == "postgres" {
				s = open(t, testserver.Postgres(t))
			} else {
				s = Open(t)
			}
			test(t, s)
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
