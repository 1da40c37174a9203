// Package teststore opens stores for the tests of what is built on them.
package teststore

import (
	"fmt"
	"path/filepath"
	"slices"
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

// Pages writes what a store holds of pages, in an order of its own, without what depends on which of them were read
// first.
func Pages(t testing.TB, s *store.Store) []string {
	t.Helper()
	var out []string
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d.Key+" "+d.Title+" "+d.Error)
	}
	for r, err := range s.Findings(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s %v %v", r.Document.Key, r.Finding.Fingerprint, r.Finding.Text, r.Finding.State, r.Finding.Present))
	}
	slices.Sort(out)
	return out
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
