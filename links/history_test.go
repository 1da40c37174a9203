package links

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// What is wrong in a folder has a history as dead links have: it goes on from run to run, and ends when the problem
// is mended.
func TestProblemsOfAFolderHaveAHistory(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"a.html": "<p id=x><a href='gone.html'>无</a> <a href='gone.html'>又</a> <a href='b.html#no'>锚</a>",
		"b.html": "<p><a href='gone.html'>无</a>",
	})
	name := filepath.Join(t.TempDir(), "links.db")
	begun := time.Time{}
	run := func(days int) map[string]int {
		times := map[string]int{}
		synctest.Test(t, func(t *testing.T) { // whose clock begins at the same moment
			begun = time.Now()
			time.Sleep(time.Duration(days) * 24 * time.Hour)
			c, err := OpenCache(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			r, err := CheckFolder(context.Background(), FolderOptions{Tree: NewTree(dir, TreeOptions{Rooted: true}), Inspector: NewInspector(Options{}), History: c})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Findings {
				key := f.Page + " " + f.ID
				if old, ok := times[key]; ok && old != f.Times {
					t.Errorf("%s: %d and %d times", key, old, f.Times)
				}
				times[key] = f.Times
				if want := begun.Add(time.Duration(days-f.Times+1) * 24 * time.Hour); !f.First.Equal(want) {
					t.Errorf("on day %d, %s was first seen %v, want %v", days, key, f.First, want)
				}
			}
		})
		return times
	}
	expect := func(days int, want map[string]int) {
		t.Helper()
		got := run(days)
		for key, n := range want {
			if got[key] != n {
				t.Errorf("on day %d, %s was seen %d times, want %d", days, key, got[key], n)
			}
		}
		if len(got) != len(want) {
			t.Errorf("on day %d: %v, want %v", days, got, want)
		}
	}
	expect(1, map[string]int{"a.html missing": 1, "a.html missing-anchor": 1, "b.html missing": 1})
	expect(2, map[string]int{"a.html missing": 2, "a.html missing-anchor": 2, "b.html missing": 2})
	mend := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mend("b.html", "<p id=no>好")
	expect(3, map[string]int{"a.html missing": 3})
	mend("b.html", "<p><a href='gone.html'>无</a>")
	expect(4, map[string]int{"a.html missing": 4, "a.html missing-anchor": 1, "b.html missing": 1})
}

// A check of single drafts goes on with the history that checks of their folder have begun, knows nothing of problems
// of other kinds, and forgets what is mended.
func TestDraftsHaveAHistory(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"a.html": "<p id=x><a href='gone.html'>无</a> <a href='http：//a.cn/'>错</a>"})
	name, page := filepath.Join(t.TempDir(), "links.db"), filepath.Join(dir, "a.html")
	open := func() *Cache {
		c, err := OpenCache(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	folder := func() map[string]int {
		c := open()
		defer c.Close()
		r, err := CheckFolder(context.Background(), FolderOptions{Tree: NewTree(dir, TreeOptions{Rooted: true}), Inspector: NewInspector(Options{}), History: c})
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]int{}
		for _, f := range r.Findings {
			times[f.ID] = f.Times
		}
		return times
	}
	draft := func(problems ...string) (times []int) {
		c := open()
		defer c.Close()
		var seen []Seen
		for _, id := range problems {
			seen = append(seen, Seen{Problem: id, Target: "gone.html"})
		}
		c.Recall(page, seen)
		for _, s := range seen {
			if s.First.IsZero() {
				t.Error("no time")
			}
			times = append(times, s.Times)
		}
		return times
	}
	if got := folder(); got["missing"] != 1 || got["scheme"] != 1 {
		t.Fatal(got)
	}
	if got := draft("missing", "missing"); !slices.Equal(got, []int{2, 2}) {
		t.Errorf("%d", got)
	}
	draft()
	if got := draft("missing"); !slices.Equal(got, []int{1}) {
		t.Errorf("what came back was seen %d times", got)
	}
	if got := folder(); got["missing"] != 2 || got["scheme"] != 2 {
		t.Errorf("%v", got)
	}
	var none *Cache
	none.Recall(page, make([]Seen, 1))
}
