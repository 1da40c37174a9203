package checker_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/lexicon"
)

// TestChecklist: each item of the list has a rule that exists, and no rule of a standard is left out.
func TestChecklist(t *testing.T) {
	var want []string
	for _, chapter := range []struct {
		letter string
		items  int
	}{{"P", 35}, {"N", 38}, {"D", 25}, {"W", 32}, {"L", 20}} {
		for i := range chapter.items {
			want = append(want, fmt.Sprintf("%s%02d", chapter.letter, i+1))
		}
	}
	want = append(want, "A", "B", "C", "D", "E", "F", "G")
	var packs []string
	for _, p := range lexicon.Builtin().Packs() {
		packs = append(packs, p.Name)
	}
	named := map[string]bool{}
	var have []string
	for _, item := range checker.Checklist() {
		have = append(have, item.Item)
		for _, r := range item.Rules {
			id, pack, inPack := strings.Cut(strings.TrimSuffix(r, ")"), " (pack:")
			named[id] = true
			if checker.InfoOf(id) == nil {
				t.Errorf("%s: there is no rule %s", item.Item, id)
			}
			if inPack && !slices.Contains(packs, pack) {
				t.Errorf("%s: there is no pack %s", item.Item, pack)
			}
		}
		if item.What("zh") == "" || item.What("en") == "" {
			t.Errorf("%s is not described in both languages", item.Item)
		}
	}
	if !slices.Equal(have, want) {
		t.Errorf("items: got %v, want %v", have, want)
	}
	beside := map[string]bool{
		"structure/unused-directive": true, "structure/bad-directive": true, // of the program itself
		"typo/context": true, "sensitive/word": true, "expression/enumeration": true,
		"expression/person-post": true, "structure/person-order": true, // of the user's roster
		"expression/similar-titles": true, "expression/mixed-variants": true, "number/mixed-units": true,
		"page/autoplay": true, "page/vague-link": true, "page/heading-jump": true,
	}
	for _, r := range checker.Rules() {
		if !named[r.ID] && !beside[r.ID] && checker.CategoryOf(r.ID) != checker.Privacy {
			t.Errorf("no item of the list names %s", r.ID)
		}
	}
}

// TestChecklistDocument holds docs/checklist.md to the list.
func TestChecklistDocument(t *testing.T) {
	const name = "../docs/checklist.md"
	var b strings.Builder
	b.WriteString("# What inspectors mark, and the rules that find it\n\nWritten by `make update`. P: marks; N: numbers, dates, units; D: documents; W: characters and words; L: pages and\nlinks; A–G: lists. [rules.md](rules.md) explains the rules.\n\n| item | 内容 | | rules |\n|---|---|---|---|\n")
	for _, item := range checker.Checklist() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", item.Item, item.What("zh"), item.What("en"), strings.Join(item.Rules, ", "))
	}
	if checker.Update() {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("%s is not what the list says; run make update", name)
	}
}
