package links

import (
	"context"
	"os"
	"path/filepath"
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
