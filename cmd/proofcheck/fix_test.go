package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/mend"
)

// newFixer makes a fixer for a draft with one built-in rule in play: doubled words.
func newFixer(t testing.TB, path string) *fixer {
	t.Helper()
	c, err := checker.New(checker.Options{Only: []string{"expression/doubled-word", "punctuation/repeated-marks"}, NoBuiltin: true})
	if err != nil {
		t.Fatal(err)
	}
	return &fixer{
		program: &program{speaker: speaker{"en"}}, path: path, Mender: mend.Mender{Checker: c, Name: path, Format: formats.ByName(path)},
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
	f.Wanted = func(*checker.Finding) bool {
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
