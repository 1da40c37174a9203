package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/source"
)

func TestChooseLeavesOverlapsForTheNextRound(t *testing.T) {
	t.Parallel()
	group := func(spans ...int64) []patch {
		var g []patch
		for i := 0; i < len(spans); i += 2 {
			g = append(g, patch{source.Span{Start: spans[i], End: spans[i+1]}, []byte("x")})
		}
		return g
	}
	for _, test := range []struct {
		name   string
		groups [][]patch
		want   []int64 // starts
		n      int
	}{
		{"none", nil, nil, 0},
		{"apart", [][]patch{group(5, 6), group(0, 3)}, []int64{0, 5}, 2},
		{"touching", [][]patch{group(0, 3), group(3, 6)}, []int64{0, 3}, 2},
		{"overlapping", [][]patch{group(0, 4), group(3, 6), group(6, 7)}, []int64{0, 6}, 2},
		{"the same twice", [][]patch{group(2, 4), group(2, 4)}, []int64{2}, 1},
		{"two insertions at one place", [][]patch{group(2, 2), group(2, 2)}, []int64{2}, 1},
		{"a fix of two edits around another", [][]patch{group(0, 2, 8, 9), group(4, 5)}, []int64{0, 8}, 1},
	} {
		got, n := choose(test.groups)
		var starts []int64
		for _, p := range got {
			starts = append(starts, p.Start)
		}
		if n != test.n || !equal(starts, test.want) {
			t.Errorf("%s: starts %v of %d groups, want %v of %d", test.name, starts, n, test.want, test.n)
		}
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestApply(t *testing.T) {
	t.Parallel()
	patches := []patch{{source.Span{Start: 1, End: 2}, []byte("BB")}, {source.Span{Start: 2, End: 2}, []byte("-")}, {source.Span{Start: 4, End: 6}, nil}}
	var out bytes.Buffer
	if err := apply(&out, strings.NewReader("abcdef"), patches); err != nil || out.String() != "aBB-cd" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	if err := apply(&out, strings.NewReader("abcde"), patches); !errors.Is(err, errChanged) {
		t.Errorf("a file that became shorter: %v", err)
	}
}

// newFixer makes a fixer for a draft with one built-in rule in play: doubled words.
func newFixer(t testing.TB, path string) *fixer {
	t.Helper()
	c, err := checker.New(checker.Options{Only: []string{"expression/doubled-word", "punctuation/repeated-marks"}, NoBuiltin: true})
	if err != nil {
		t.Fatal(err)
	}
	return &fixer{
		program: &program{speaker: speaker{"en"}}, checker: c, draft: draft{path: path, format: formats.ByName(path)},
	}
}

// A file that somebody else writes during the check is not written over.
func TestMendLeavesAFileThatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.md")
	if err := os.WriteFile(path, []byte("我们的的工作。\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := newFixer(t, path)
	f.wanted = func(*checker.Finding) bool {
		if err := os.WriteFile(path, []byte("别人的的修改。\n"), 0o644); err != nil {
			t.Error(err)
		}
		return true
	}
	changed, err := f.mend(context.Background())
	if changed || !errors.Is(err, errChanged) {
		t.Errorf("changed %v, error %v", changed, err)
	}
	if text, _ := os.ReadFile(path); string(text) != "别人的的修改。\n" {
		t.Errorf("the file is %q", text)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".proofcheck-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// Fixing ends, never panics, and leaves nothing for a second run, whatever the text.
func FuzzFix(f *testing.F) {
	for _, seed := range []string{"我们的的工作。。", "<p>请的<b>的</b>的工作，，。</p>", "a\r\n的的\x00的的的\xff。。。", "&#x7684;的"} {
		f.Add("a.md", []byte(seed))
		f.Add("a.html", []byte(seed))
		f.Add("a.txt", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		format := formats.ByName(name)
		if format == nil || len(text) > 1<<16 {
			t.Skip()
		}
		path := filepath.Join(t.TempDir(), "draft"+format.Extensions[0])
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := newFixer(t, path).mend(context.Background()); err != nil {
			return // binary, or not to be decoded
		}
		first, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := newFixer(t, path).mend(context.Background())
		if changed {
			second, _ := os.ReadFile(path)
			t.Errorf("a second run changed\n%q to\n%q (%v)", first, second, err)
		}
	})
}
