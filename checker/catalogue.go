package checker

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"proofcheck/lexicon"
)

//go:embed data/*.tsv data/rules
var data embed.FS

// RuleInfo is what the catalogue says of a rule, in both languages.
type RuleInfo struct {
	ID       string
	Level    Level          // without profile and options
	Clause   lexicon.Clause // what an inspection makes of it
	Weight   float64        // of one error in the error rate by CY/T 266-2023: 3, 2, 1, 0.5, 0.1 or 0
	Standard string         // with clause
	Quoted   Level          // level inside quoted speech; Off means the same as outside
	Wrong    string         // an example
	Right    string         // the example mended
	zh, en   phrases
}

type phrases struct{ title, reason, message string }

// Title returns a short name of the rule in a language, "zh" or "en".
func (i *RuleInfo) Title(lang string) string { return i.phrases(lang).title }

// Reason returns a sentence that says why.
func (i *RuleInfo) Reason(lang string) string { return i.phrases(lang).reason }

func (i *RuleInfo) phrases(lang string) *phrases {
	if lang == "en" {
		return &i.en
	}
	return &i.zh
}

// catalogue is read once; it is not changed afterwards.
type catalogue struct {
	infos    map[string]*RuleInfo
	messages map[string]phrases // by rule ID and suffix; only message is set
}

var readCatalogue = sync.OnceValue(func() *catalogue {
	c := &catalogue{infos: map[string]*RuleInfo{}, messages: map[string]phrases{}}
	files, err := data.ReadDir("data/rules")
	if err != nil {
		panic("checker: the embedded catalogue is missing: " + err.Error())
	}
	for _, f := range files {
		c.read(path.Join("data/rules", f.Name()))
	}
	return c
})

// read adds one embedded file. Mistakes in it are mistakes in this program; a test reads
// all files.
func (c *catalogue) read(name string) {
	for _, row := range readTable(name) {
		id := row["id"]
		c.messages[id] = phrases{message: row["message_zh"]}
		c.messages[id+"@en"] = phrases{message: row["message_en"]}
		if strings.Contains(id, ".") {
			continue
		}
		level, ok := lexicon.ParseLevel(row["level"])
		if !ok {
			panic(fmt.Sprintf("checker: %s: %s: unknown level %q", name, id, row["level"]))
		}
		clause, ok := lexicon.ParseClause(row["clause"])
		if !ok {
			panic(fmt.Sprintf("checker: %s: %s: unknown clause %q", name, id, row["clause"]))
		}
		quoted, _ := lexicon.ParseLevel(row["quoted"])
		var weight float64
		fmt.Sscan(row["weight"], &weight)
		c.infos[id] = &RuleInfo{
			ID: id, Level: level, Clause: clause, Weight: weight, Standard: row["standard"], Quoted: quoted,
			Wrong: row["wrong"], Right: row["right"],
			zh: phrases{row["title_zh"], row["reason_zh"], row["message_zh"]},
			en: phrases{row["title_en"], row["reason_en"], row["message_en"]},
		}
	}
}

// readTable reads an embedded TSV file with a header. Lines that begin with # are comments.
func readTable(name string) []map[string]string {
	b, err := data.ReadFile(name)
	if err != nil {
		panic("checker: " + err.Error())
	}
	return parseTable(name, b)
}

// table reads a file of data once, when it is first asked for, a row at a time.
func table[T any](name string, of func(row map[string]string) T) func() []T {
	return sync.OnceValue(func() []T {
		var out []T
		for _, row := range readTable(name) {
			out = append(out, of(row))
		}
		return out
	})
}

// column is for tables of which one column is all that is wanted.
func column(name string) func(row map[string]string) string {
	return func(row map[string]string) string { return row[name] }
}

func parseTable(name string, b []byte) []map[string]string {
	var header []string
	var rows []map[string]string
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if header == nil {
			header = cells
			continue
		}
		row := make(map[string]string, len(header))
		for i, c := range cells {
			if i >= len(header) {
				panic(fmt.Sprintf("checker: %s: more cells than columns: %s", name, line))
			}
			row[header[i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

// message fills a message of the catalogue. Unknown keys are mistakes of the program.
func (c *catalogue) message(key, lang string, args []string) string {
	if lang == "en" {
		key += "@en"
	}
	m, ok := c.messages[key]
	if !ok {
		panic("checker: no message " + key)
	}
	return fill(m.message, args)
}

// fill puts values in the place of {names}; args are names and values by turns. An unknown name stays.
func fill(message string, args []string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(message, '{')
		n := -1
		if i >= 0 {
			n = strings.IndexByte(message[i:], '}')
		}
		if n < 0 {
			b.WriteString(message)
			return b.String()
		}
		b.WriteString(message[:i])
		name, value := message[i+1:i+n], message[i:i+n+1]
		for k := 0; k+1 < len(args); k += 2 {
			if args[k] == name {
				value = args[k+1]
				break
			}
		}
		b.WriteString(value)
		message = message[i+n+1:]
	}
}

// Catalogue returns what is known of every rule, sorted by ID. The values must not be changed.
func Catalogue() []*RuleInfo {
	c := readCatalogue()
	out := make([]*RuleInfo, 0, len(Rules()))
	for _, r := range Rules() {
		if i := c.infos[r.ID]; i != nil {
			out = append(out, i)
		}
	}
	return out
}

// InfoOf returns what is known of a rule, or nil.
func InfoOf(id string) *RuleInfo { return readCatalogue().infos[id] }
