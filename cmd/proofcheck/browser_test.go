package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestOpenBrowserShowsTheAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the command is another one here")
	}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	const url = "http://127.0.0.1:8787/"
	if err := openBrowser(t.Context(), url); err == nil {
		t.Error("no error where there is no browser")
	}
	shown := filepath.Join(dir, "shown")
	script := "#!/bin/sh\nprintf %s \"$1\" > '" + shown + ".part' && /bin/mv '" + shown + ".part' '" + shown + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := openBrowser(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got, err := os.ReadFile(shown); err == nil {
			if string(got) != url {
				t.Errorf("shows %q, want %q", got, url)
			}
			return
		}
	}
	t.Error("the browser was not started")
}
