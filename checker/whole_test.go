package checker_test

import (
	"bytes"
	"maps"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/source"
)

// A rule that does not judge drafts as a whole finds in each block alone what it finds in the
// draft, in all its fixtures. Editors may then be answered for the block that they are writing.
func TestWholeRulesAreTheOnesThatNeedAllOfADraft(t *testing.T) {
	for _, rule := range checker.Rules() {
		if engineRules[rule.ID] {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(filepath.Join("..", "testdata", "rules", filepath.FromSlash(rule.ID)+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			opt := fixtureOptions(t, string(archive.Comment))
			opt.Only = []string{rule.ID}
			c, err := checker.New(opt)
			if err != nil {
				t.Fatal(err)
			}
			differs := ""
			for _, file := range archive.Files {
				all, alone := inBlocks(t, c, file)
				if !maps.Equal(all, alone) {
					differs = file.Name
					if !rule.Whole {
						t.Errorf("%s: found in the draft %v, in its blocks %v; is the rule Whole?", file.Name, all, alone)
					}
				}
			}
			if rule.Whole && differs == "" {
				t.Error("is Whole, and no fixture shows it")
			}
		})
	}
}

// inBlocks counts the findings of a draft, and those of its segments, each checked alone.
func inBlocks(t *testing.T, c *checker.Checker, file txtar.File) (all, alone map[string]int) {
	format := formats.ByName(file.Name)
	split := func() *source.Document {
		return format.Split(file.Name, bytes.NewReader(file.Data), formats.Options{Elements: true})
	}
	all, alone = map[string]int{}, map[string]int{}
	gather := func(doc *source.Document, into map[string]int) {
		var stats checker.Stats
		for f, err := range c.Check(t.Context(), doc, &stats) {
			if err != nil {
				t.Fatal(err)
			}
			into[f.Text]++
		}
	}
	gather(split(), all)
	for seg, err := range split().Segments {
		if err != nil {
			t.Fatal(err)
		}
		doc := split()
		doc.Segments = func(yield func(*source.Segment, error) bool) { yield(seg, nil) }
		gather(doc, alone)
	}
	return all, alone
}
