package report

import (
	_ "embed"
	"strings"
	"sync"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/wording"
)

//go:embed labels.tsv
var labelTable string

// readLabels reads the table of labels once.
var readLabels = sync.OnceValue(func() wording.Table { return wording.Parse("report: labels.tsv", labelTable) })

// Say returns a word of reports in a language, "zh" or "en", with its {placeholders} filled: name,
// value, name, value … Other packages that write findings down use the same words.
func Say(lang, key string, pairs ...string) string { return labels(lang).say(key, pairs...) }

// CategoryName names a category of rules in a language, or returns it when it has no name.
func CategoryName(lang string, c checker.Category) string { return labels(lang).category(c) }

// RuleName returns the title of a rule in a language, or its ID when the catalogue does not know it.
func RuleName(lang, id string) string { return labels(lang).rule(id) }

// KindName names the category and the rule of a finding, or only the rule when its title says both.
func KindName(lang, rule string) string { return labels(lang).kind(rule) }

// labels are the words of reports in one language, "zh" or "en".
type labels string

// say returns a label with its {placeholders} filled: name, value, name, value …
func (l labels) say(key string, pairs ...string) string {
	return readLabels().Say(string(l), key, pairs...)
}

// item is a label with what it is of.
func (l labels) item(key, value string) string { return l.say(key) + l.say("colon") + value }

func (l labels) level(v lexicon.Level) string { return l.say("level." + v.String()) }

func (l labels) category(c checker.Category) string {
	if key := "category." + string(c); readLabels()[key][0] != "" {
		return l.say(key)
	}
	return string(c)
}

// clause names what an inspection makes of a finding; "" for nothing.
func (l labels) clause(c string) string {
	if c == "" {
		return ""
	}
	return l.say("clause." + c)
}

// rule returns the title of a rule, or its ID when the catalogue does not know it.
func (l labels) rule(id string) string {
	if info := checker.InfoOf(id); info != nil {
		return info.Title(string(l))
	}
	return id
}

// kind names the category and the rule of a finding, or only the rule when its title says both.
func (l labels) kind(id string) string {
	category, rule := l.category(checker.CategoryOf(id)), l.rule(id)
	if strings.HasPrefix(rule, category) {
		return rule
	}
	return category + l.say("colon") + rule
}

// suggestions joins what a finding suggests; "" when it suggests nothing. An empty one deletes
// the text, and is written in words.
func (l labels) suggestions(f *checker.Finding) string {
	out := f.Suggestions()
	for i := range out {
		if out[i] == "" {
			out[i] = l.say("finding.delete")
		}
	}
	return strings.Join(out, l.say("list.or"))
}
