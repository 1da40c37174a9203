package lexicon

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// An Issue is something wrong or doubtful about an entry, found by Lint or Test.
type Issue struct {
	Code   string // what is wrong, such as "duplicate"
	Level  Level
	Origin string // file:line of the entry, "" when it has none
	Form   string // of the entry

	detail []string // name, value, name, value … of the message
}

// Message says what is wrong, in Chinese for lang "zh" and in English for any other.
func (i *Issue) Message(lang string) string {
	kind := issueKinds()[i.Code]
	message := kind.en
	if lang == "zh" {
		message = kind.zh
	}
	return strings.NewReplacer(i.detail...).Replace(message)
}

// String returns origin, level, form, message in English and code in one line.
func (i *Issue) String() string {
	origin := i.Origin
	if origin == "" {
		origin = "-"
	}
	return fmt.Sprintf("%s: %v: %s: %s [%s]", origin, i.Level, i.Form, i.Message("en"), i.Code)
}

type issueKind struct {
	level  Level
	zh, en string
}

//go:embed lint.tsv
var lintTable string

// issueKinds returns the kinds of issues by code. The table is embedded, so a mistake in it is
// a mistake of the program.
var issueKinds = sync.OnceValue(func() map[string]issueKind {
	kinds := map[string]issueKind{}
	err := readTSV(lintTable, func(_ int, cells []string) error {
		level, ok := ParseLevel(cells[1])
		if !ok || len(cells) != 4 {
			return fmt.Errorf("wrong row %q", cells)
		}
		kinds[cells[0]] = issueKind{level, cells[2], cells[3]}
		return nil
	})
	if err != nil {
		panic("lexicon: lint.tsv: " + err.Error())
	}
	return kinds
})

// newIssue makes an issue of e; detail is name, value, name, value … of its message.
func newIssue(e *Entry, code string, detail ...string) Issue {
	for k := 0; k < len(detail); k += 2 {
		detail[k] = "{" + detail[k] + "}"
	}
	return Issue{Code: code, Level: issueKinds()[code].level, Origin: e.Origin, Form: e.Form, detail: detail}
}

// name says which entry is meant.
func (e *Entry) name() string {
	if e.Origin != "" {
		return e.Origin
	}
	return e.Form
}
