package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/report"
)

func (p *program) rulesFlags() []cli.Flag {
	return []cli.Flag{p.flag("format", "f", "text|json|markdown")}
}

// rules lists the rules, or explains those that are named.
func (p *program) rules(c *cli.Context) error {
	infos, err := p.namedRules(c.Args().Slice())
	if err != nil {
		return err
	}
	switch format := cmp.Or(c.String("format"), "text"); format {
	case "json":
		return p.rulesJSON(infos)
	case "markdown":
		return p.rulesMarkdown(infos)
	case "text":
		if c.NArg() > 0 {
			return p.explain(infos)
		}
		return p.listRules(infos)
	default:
		return p.fail("usage.choice", "flag", "--format", "value", format, "values", "text, json, markdown")
	}
}

// namedRules returns the rules with the given IDs or of the given categories; all without a name.
func (p *program) namedRules(names []string) ([]*checker.RuleInfo, error) {
	all := checker.Catalogue()
	slices.SortStableFunc(all, func(a, b *checker.RuleInfo) int {
		return cmp.Or(cmp.Compare(categoryOrder(a.ID), categoryOrder(b.ID)), strings.Compare(a.ID, b.ID))
	})
	if len(names) == 0 {
		return all, nil
	}
	var out []*checker.RuleInfo
	for _, name := range names {
		before := len(out)
		for _, i := range all {
			if i.ID == name || string(checker.CategoryOf(i.ID)) == name {
				out = append(out, i)
			}
		}
		if len(out) == before {
			return nil, p.fail("usage.rule", "name", name, "near", nearest(name, ruleNames()))
		}
	}
	return out, nil
}

// ruleNames returns the IDs of all rules, and the categories.
func ruleNames() []string {
	var out []string
	for _, i := range checker.Catalogue() {
		out = append(out, i.ID)
	}
	for _, c := range checker.Categories {
		out = append(out, string(c))
	}
	return out
}

func categoryOrder(id string) int { return slices.Index(checker.Categories, checker.CategoryOf(id)) }

func (p *program) listRules(infos []*checker.RuleInfo) error {
	width := 0
	for _, i := range infos {
		width = max(width, runewidth.StringWidth(i.ID))
	}
	var b strings.Builder
	for _, i := range infos {
		level := p.say("level." + i.Level.String())
		fmt.Fprintf(&b, "%-*s  %s%s  %s\n", width, i.ID, level, strings.Repeat(" ", max(0, 7-runewidth.StringWidth(level))), i.Title(p.lang))
	}
	_, err := io.WriteString(p.stdout, b.String())
	return err
}

func (p *program) explain(infos []*checker.RuleInfo) error {
	var b strings.Builder
	for n, i := range infos {
		if n > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s  %s\n", i.ID, i.Title(p.lang))
		for _, row := range p.ruleRows(i) {
			fmt.Fprintf(&b, "  %s%s  %s\n", row[0], strings.Repeat(" ", max(0, 10-runewidth.StringWidth(row[0]))), row[1])
		}
	}
	_, err := io.WriteString(p.stdout, b.String())
	return err
}

// ruleRows returns what is said of a rule, in rows of a label and a text.
func (p *program) ruleRows(i *checker.RuleInfo) [][2]string {
	var rows [][2]string
	add := func(key, text string) {
		if text != "" {
			rows = append(rows, [2]string{p.say(key), text})
		}
	}
	add("rules.level", p.say("level."+i.Level.String()))
	if i.Quoted != lexicon.Off {
		add("rules.quoted", p.say("level."+i.Quoted.String()))
	}
	if i.Clause != lexicon.NoClause {
		add("rules.clause", p.say("clause."+i.Clause.String()))
	}
	add("rules.weight", strconv.FormatFloat(i.Weight, 'f', -1, 64))
	add("rules.reason", i.Reason(p.lang))
	add("rules.standard", i.Standard)
	add("rules.wrong", i.Wrong)
	add("rules.right", i.Right)
	return rows
}

func (p *program) rulesJSON(infos []*checker.RuleInfo) error {
	out := []report.Rule{}
	for _, i := range infos {
		out = append(out, report.NewRule(i, p.lang))
	}
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// rulesMarkdown writes docs/rules.md: each rule under its category, with the text in the language
// of the run.
func (p *program) rulesMarkdown(infos []*checker.RuleInfo) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", p.say("rules.heading"), p.say("rules.generated"))
	last := checker.Category("")
	for _, i := range infos {
		if c := checker.CategoryOf(i.ID); c != last {
			fmt.Fprintf(&b, "\n## %s `%s`\n", p.say("category."+string(c)), c)
			last = c
		}
		fmt.Fprintf(&b, "\n### `%s` %s\n\n", i.ID, i.Title(p.lang))
		for _, row := range p.ruleRows(i) {
			fmt.Fprintf(&b, "- %s: %s\n", row[0], escapeMarkdown(row[1]))
		}
	}
	_, err := io.WriteString(p.stdout, b.String())
	return err
}

func escapeMarkdown(s string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "<", "\\<", "[", "\\[", "`", "\\`").Replace(s)
}
