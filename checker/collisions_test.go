package checker_test

import (
	"bytes"
	"os"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
)

// TestCollisions reads clean text in which wrong forms arise where good words meet: 因该 in
// 因该项目, 收人 in 容纳人数. Nothing may be reported there.
func TestCollisions(t *testing.T) {
	data, err := os.ReadFile("../testdata/collisions.txt")
	if err != nil {
		t.Fatal(err)
	}
	c, err := checker.New(checker.Options{Profile: "gov", Only: []string{"typo", "expression", "sensitive"}})
	if err != nil {
		t.Fatal(err)
	}
	doc := formats.Text.Split("collisions.txt", bytes.NewReader(data), formats.Options{})
	var stats checker.Stats
	for f, err := range c.Check(t.Context(), doc, &stats) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("line %d: %s[%s]%s: %s", f.Start.Line, f.Before, f.Text, f.After, f.Message)
	}
	if stats.Runes < 600 {
		t.Errorf("only %d characters were read", stats.Runes)
	}
}
