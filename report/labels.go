package report

import (
	_ "embed"
	"strings"
	"sync"

	"proofcheck/checker"
	"proofcheck/lexicon"
)

//go:embed labels.tsv
var labelTable string

// readLabels returns the Chinese and the English label by key. The table is embedded: a mistake
// in it is a mistake of this program, which a test finds.
var readLabels = sync.OnceValue(func() map[string][2]string {
	out := map[string][2]string{}
	for line := range strings.Lines(labelTable) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			panic("report: labels.tsv: not three columns: " + line)
		}
		out[cells[0]] = [2]string{cells[1], cells[2]}
	}
	return out
})

// labels are the words of reports in one language, "zh" or "en".
type labels string

// say returns a label with its {placeholders} filled: name, value, name, value …
func (l labels) say(key string, pairs ...string) string {
	texts, ok := readLabels()[key]
	if !ok {
		panic("report: no label " + key)
	}
	text := texts[0]
	if l == "en" {
		text = texts[1]
	}
	if len(pairs) == 0 {
		return text
	}
	args := make([]string, len(pairs))
	for i, p := range pairs {
		if i%2 == 0 {
			p = "{" + p + "}"
		}
		args[i] = p
	}
	return strings.NewReplacer(args...).Replace(text)
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
func (l labels) kind(f *checker.Finding) string {
	category, rule := l.category(f.Category()), l.rule(f.Rule)
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
