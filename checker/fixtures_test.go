package checker_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
	"proofcheck/roster"
)

// Every rule has a fixture, testdata/rules/<category>/<name>.txtar: drafts in which comments say
// what is found in their line, and where nothing is to be found nothing is said.
//
//	profile: gov                        (lines before the first draft: options)
//	date: 2024-05-01
//	-- bad.md --
//	他说：“好的。 <!-- want "“" -->
//	两处，，错；；误。 <!-- want "，，" -> "，" "；；" -> "；" -->
//	别的规则。 <!-- want info other/rule "别的" -->
//
// The rule is the fixture's own unless a rule's name stands before the text. A level before the
// text must be the finding's level.
func TestFixtures(t *testing.T) {
	for _, rule := range checker.Rules() {
		if engineRules[rule.ID] {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(filepath.Join("..", "testdata", "rules", filepath.FromSlash(rule.ID)+".txtar"))
			if err != nil {
				t.Fatal("the rule has no fixture: ", err)
			}
			opt := fixtureOptions(t, string(archive.Comment))
			positive, negative := 0, 0
			for _, file := range archive.Files {
				p, n := checkFixture(t, rule.ID, file, opt)
				positive, negative = positive+p, negative+n
			}
			if positive < 3 || negative < 3 {
				t.Errorf("the fixture has %d lines with findings and %d without; each needs three or more", positive, negative)
			}
		})
	}
}

// engineRules are those that the engine itself reports for; they have tests of their own.
var engineRules = map[string]bool{
	"typo/word": true, "sensitive/word": true, "expression/word": true,
	"link/local": true, "link/remote": true, // in link_test.go
	"structure/unused-directive": true, "structure/bad-directive": true,
}

func fixtureOptions(t *testing.T, comment string) checker.Options {
	opt := checker.Options{Date: 20260601, Lang: "zh"}
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "profile":
			opt.Profile = value
		case "only":
			opt.Only = strings.Fields(value)
		case "skip":
			opt.Skip = strings.Fields(value)
		case "date":
			d, ok := lexicon.ParseDate(value)
			if !ok {
				t.Fatalf("%q is no date", value)
			}
			opt.Date = d
		case "levels":
			name, level, _ := strings.Cut(value, "=")
			l, ok := lexicon.ParseLevel(level)
			if !ok {
				t.Fatalf("%q is no level", level)
			}
			opt.Levels = map[string]checker.Level{name: l}
		case "roster":
			r, err := roster.Load(filepath.Join("..", filepath.FromSlash(value)))
			if err != nil {
				t.Fatal(err)
			}
			opt.Roster = r
		case "":
		default:
			t.Fatalf("unknown option %q at the head of the fixture", key)
		}
	}
	return opt
}

// A wanted finding.
type wanted struct {
	line        int
	rule, level string
	text        string
	suggestion  *string
}

func checkFixture(t *testing.T, rule string, file txtar.File, opt checker.Options) (positive, negative int) {
	t.Helper()
	wants := parseWants(t, rule, file)
	lines := map[int]bool{}
	for _, w := range wants {
		lines[w.line] = true
	}
	number := 0
	for line := range strings.Lines(string(file.Data)) {
		if number++; strings.ContainsFunc(line, unicode.IsLetter) && !lines[number] {
			negative++
		}
	}
	if rule != "typo/context" {
		opt.Skip = append(opt.Skip, "typo/context") // what it finds depends on the model
	}
	found := check(t, file.Name, string(file.Data), opt)
	rules := checker.Rules()
	for _, f := range found {
		if k := slices.IndexFunc(rules, func(r *checker.Rule) bool { return r.ID == f.Rule }); opt.Profile == "" && opt.Levels == nil && f.Level > checker.InfoOf(f.Rule).Level && !rules[k].Rises {
			t.Errorf("%s:%s: %s reports at level %s, above its own, without Rises", file.Name, f.Start, f.Rule, f.Level)
		}
		i := slices.IndexFunc(wants, func(w wanted) bool {
			return w.line == f.Start.Line && w.rule == f.Rule && w.text == f.Text && (w.level == "" || w.level == f.Level.String())
		})
		if i < 0 {
			t.Errorf("%s:%s: unexpected %s %s %q %q: %s", file.Name, f.Start, f.Level, f.Rule, f.Text, f.Suggestions(), f.Message)
			continue
		}
		if w := wants[i]; w.suggestion != nil && (len(f.Fixes) == 0 || f.Fixes[0].Text != *w.suggestion) {
			t.Errorf("%s:%s: %q: suggestions %q, want %q", file.Name, f.Start, f.Text, f.Suggestions(), *w.suggestion)
		}
		wants = slices.Delete(wants, i, i+1)
	}
	for _, w := range wants {
		t.Errorf("%s:%d: %s %q was not found", file.Name, w.line, w.rule, w.text)
	}
	return len(lines), negative
}

func parseWants(t *testing.T, rule string, file txtar.File) []wanted {
	t.Helper()
	var out []wanted
	number := 0
	for line := range strings.Lines(string(file.Data)) {
		number++
		_, rest, ok := strings.Cut(line, "<!-- want ")
		if !ok {
			continue
		}
		list, err := parseWant(strings.TrimSpace(rest[:strings.LastIndex(rest, "-->")]), wanted{line: number, rule: rule})
		if err != nil {
			t.Fatalf("%s:%d: %v", file.Name, number, err)
		}
		out = append(out, list...)
	}
	return out
}

func parseWant(rest string, blank wanted) (out []wanted, err error) {
	next := blank
	for rest != "" {
		if arrow, ok := strings.CutPrefix(rest, "->"); ok && len(out) > 0 {
			var s string
			if s, rest, err = quoted(strings.TrimSpace(arrow)); err != nil {
				return nil, err
			}
			out[len(out)-1].suggestion = &s
			continue
		}
		if rest[0] == '"' || rest[0] == '`' {
			if next.text, rest, err = quoted(rest); err != nil {
				return nil, err
			}
			out = append(out, next)
			next = blank
			continue
		}
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if strings.Contains(word, "/") {
			next.rule = word
		} else if _, ok := lexicon.ParseLevel(word); ok {
			next.level = word
		} else {
			return nil, fmt.Errorf("want: %q is neither a level, nor a rule, nor a quoted text", word)
		}
		rest = strings.TrimSpace(rest)
	}
	return out, nil
}

func quoted(s string) (value, rest string, err error) {
	q, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", fmt.Errorf("want: %s: %w", s, err)
	}
	value, err = strconv.Unquote(q)
	return value, strings.TrimSpace(s[len(q):]), err
}

// check returns the findings in a draft.
func check(t testing.TB, name, draft string, opt checker.Options) []*checker.Finding {
	t.Helper()
	c, err := checker.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	format := formats.ByName(name)
	if format == nil {
		t.Fatalf("no format reads %s", name)
	}
	var out []*checker.Finding
	doc := format.Split(name, strings.NewReader(draft), formats.Options{Elements: true})
	for f, err := range c.Check(context.Background(), doc, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// TestFixtureNames fails for a fixture whose rule does not exist.
func TestFixtureNames(t *testing.T) {
	root := filepath.Join("..", "testdata", "rules")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		id, _ := filepath.Rel(root, strings.TrimSuffix(path, ".txtar"))
		if checker.InfoOf(filepath.ToSlash(id)) == nil {
			t.Errorf("%s: there is no rule of this name", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
