package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A file's state is noted before it is read, so that a change in the meantime is seen. After a reading that failed, what was
// not reached does not call for another one at once, but what was wrong does when it changes.
func TestChangesWhileFilesAreReadAreSeen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config, words := filepath.Join(dir, "c.yaml"), filepath.Join(dir, "words.tsv")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(paths ...string) map[string]string {
		r := &reading{files: map[string]string{}}
		for _, path := range paths {
			r.reads(path)
		}
		return r.files
	}
	var w watch
	expect := func(what string, want bool) {
		t.Helper()
		if _, changed := w.look(); changed != want {
			t.Errorf("%s: changed is %t", what, changed)
		}
	}
	write(config, "a")
	files := read(config, words)
	write(config, "ab")
	w.set(files)
	expect("written between the note and the end of the reading", true)
	w.set(read(config, words))
	expect("read again", false)
	write(words, "words")
	expect("a file that was missing", true)
	write(config, "wrong")
	w.failed(read(config))
	expect("a reading that failed before the second file", false)
	write(config, "mended")
	expect("what was wrong has changed", true)
}
