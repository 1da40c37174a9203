package testserver

import (
	"os"
	"strconv"
	"testing"
)

// Number returns a number that the environment may raise, so that a test can be run with more than it
// is every day.
func Number(t testing.TB, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s is no number", variable, text)
	}
	return n
}
