package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestARunIsResumedUntilItIsDone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		b := &Batch{Run: r.ID, Results: []Result{checked(r, "1", "h", "登陆")}, Cursors: []Cursor{{Source: "web", Cursor: "1"}}, Counts: Counts{Documents: 2, Checked: 1, Weighted: 0.5}}
		if _, err := s.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		b.Cursors = []Cursor{{Source: "web", Cursor: "9", Done: true}}
		if _, err := s.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		again, err := s.Unfinished(t.Context(), "p")
		if err != nil || again == nil || again.ID != r.ID || again.Documents != 4 || again.Weighted != 1 || again.New != 1 || !slices.Equal(again.Ruleset.Lexicons, r.Ruleset.Lexicons) {
			t.Fatalf("%+v, %v", again, err)
		}
		cursors, err := s.Cursors(t.Context(), r.ID)
		if err != nil || cursors["web"] != (Cursor{Source: "web", Cursor: "9", Done: true}) {
			t.Errorf("%+v, %v", cursors, err)
		}
		if err := s.Finish(t.Context(), r.ID, Done); err != nil {
			t.Fatal(err)
		}
		if again, err = s.Unfinished(t.Context(), "p"); again != nil || err != nil {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestAFailedDocumentKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		commitAll(t, s, r, checked(r, "1", "h", "登陆"))
		bad := checked(r, "1", "")
		bad.Outcome, bad.Document.Error = Failed, "broken"
		commitAll(t, s, r, bad)
		if got := dump(t, s, Filter{Documents: DocumentFilter{Failed: true}}); got != "1:登陆:open" {
			t.Errorf("got %q", got)
		}
		commitAll(t, s, r, checked(r, "1", "h", "登陆"))
		if got := dump(t, s, Filter{Documents: DocumentFilter{Failed: true}}); got != "" {
			t.Errorf("got %q", got)
		}
	})
}

func TestALockIsForOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		s.lockWait = time.Millisecond
		unlock, err := s.Lock(t.Context(), "plan")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Lock(t.Context(), "plan"); !errors.Is(err, ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
		unlock()
		unlock, err = s.Lock(t.Context(), "plan")
		if err != nil {
			t.Fatal(err)
		}
		unlock()
	})
}

func TestWhatIsNoStoreIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("这不是数据库。", 500)), 0o644); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]string{
		"": "no file is named", dir: "is a folder", filepath.Join(dir, "no", "a.db"): "does not exist", text: "not a database", "mysql://x": "no such kind",
	} {
		if s, err := Open(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q): %v, %v; want %q", dsn, s, err, want)
		}
	}
	if _, err := OpenExisting(t.Context(), filepath.Join(dir, "none.db")); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestANewerStoreIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		if _, err := s.write.Exec("INSERT INTO schema_version VALUES (9999, 0)"); err != nil {
			t.Fatal(err)
		}
		if err := s.migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("got %v", err)
		}
	})
}
