// Package testbrowser finds the browser that tests open pages in.
package testbrowser

import (
	"os"
	"os/exec"
	"testing"
)

// Find returns the path of a Chromium, "" when there is none.
func Find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	return ""
}

// Chromium is Find for a test, which is skipped where there is none, and fails where all parts must be there.
func Chromium(t testing.TB) string {
	t.Helper()
	program := Find()
	if program == "" {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal("no Chromium here; .ci/run installs it")
		}
		t.Skip("no Chromium here")
	}
	return program
}
