package lexicon

import (
	"fmt"
	"slices"
	"strings"
)

// A column is one field of an entry as a cell of a table.
type column struct {
	name    string
	aliases []string // other headers that are understood, in lower case
	get     func(*Entry) string
	set     func(*Entry, string) error
}

// columns lists all columns in the order in which they are written.
var columns = []column{
	text("form", func(e *Entry) *string { return &e.Form }, "word", "词语", "词条", "错误", "错词"),
	list("suggest", func(e *Entry) *[]string { return &e.Suggest }, "suggestion", "suggestions", "建议", "正确", "正词"),
	{name: "category", aliases: []string{"类别", "分类"},
		get: func(e *Entry) string { return e.Category.String() },
		set: func(e *Entry, s string) (err error) {
			e.Category, err = named("category", s, ParseCategory, categoryNames[:], categoryAliases)
			return err
		}},
	text("pack", func(e *Entry) *string { return &e.Pack }, "词库", "分组"),
	{name: "level", aliases: []string{"级别", "等级"},
		get: func(e *Entry) string { return e.Level.String() },
		set: func(e *Entry, s string) (err error) {
			e.Level, err = named("level", s, ParseLevel, levelNames[:], levelAliases)
			return err
		}},
	{name: "clause", aliases: []string{"指标", "条款"},
		get: func(e *Entry) string { return e.Clause.String() },
		set: func(e *Entry, s string) (err error) {
			e.Clause, err = named("clause", s, ParseClause, clauseNames[1:], clauseAliases)
			return err
		}},
	text("note", func(e *Entry) *string { return &e.Note }, "说明", "备注"),
	text("source", func(e *Entry) *string { return &e.Source }, "依据", "来源"),
	day("from", func(e *Entry) *Date { return &e.From }, "valid_from", "起始日期"),
	day("until", func(e *Entry) *Date { return &e.Until }, "valid_to", "截止日期"),
	list("not_after", func(e *Entry) *[]string { return &e.NotAfter }, "前非"),
	list("not_before", func(e *Entry) *[]string { return &e.NotBefore }, "后非"),
	list("only_after", func(e *Entry) *[]string { return &e.OnlyAfter }, "前须"),
	list("only_before", func(e *Entry) *[]string { return &e.OnlyBefore }, "后须"),
	flag("whole", func(e *Entry) *bool { return &e.Whole }, "整词"),
	flag("raw", func(e *Entry) *bool { return &e.Raw }, "不查词界"),
	{name: "evasion", aliases: []string{"变体", "变形"},
		get: func(e *Entry) string { return e.Evasion.String() },
		set: func(e *Entry, s string) error {
			v, ok := ParseEvasion(strings.ReplaceAll(s, "|", ","))
			if !ok {
				return fmt.Errorf("unknown evasion %q; use %s", clip(s), strings.Join(evasionNames[:], ", "))
			}
			e.Evasion = v
			return nil
		}},
	list("hit", func(e *Entry) *[]string { return &e.Hit }, "正例", "应报"),
	list("miss", func(e *Entry) *[]string { return &e.Miss }, "反例", "不报"),
}

// What people write into such cells in Chinese.
var (
	categoryAliases = map[string]Category{"错别字": Typo, "错字": Typo, "敏感词": Sensitive, "敏感": Sensitive, "表述": Expression, "白名单": Allow, "放行": Allow}
	levelAliases    = map[string]Level{"错误": Error, "警告": Warning, "提示": Info, "关闭": Off}
	clauseAliases   = map[string]Clause{"建议": Advise, "扣分": Deduct, "单项否决": Veto}
	flagAliases     = map[string]bool{"yes": true, "true": true, "1": true, "x": true, "y": true, "是": true, "no": false, "false": false, "0": false, "n": false, "否": false}
)

// columnOf returns the column with that header, or nil.
func columnOf(header string) *column {
	h := strings.ToLower(strings.TrimSpace(header))
	h = strings.NewReplacer(" ", "_", "-", "_").Replace(h)
	for i := range columns {
		if c := &columns[i]; c.name == h || slices.Contains(c.aliases, h) {
			return c
		}
	}
	return nil
}

func columnNames() string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return strings.Join(names, ", ")
}

func text(name string, field func(*Entry) *string, aliases ...string) column {
	return column{name, aliases,
		func(e *Entry) string { return escape(*field(e)) },
		func(e *Entry, s string) error { *field(e) = unescape(s); return nil }}
}

func list(name string, field func(*Entry) *[]string, aliases ...string) column {
	isGuard := strings.Contains(name, "after") || strings.Contains(name, "before")
	return column{name, aliases,
		func(e *Entry) string { return joinList(*field(e), isGuard) },
		func(e *Entry, s string) (err error) {
			*field(e), err = splitList(s, isGuard)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}}
}

func day(name string, field func(*Entry) *Date, aliases ...string) column {
	return column{name, aliases,
		func(e *Entry) string { return field(e).String() },
		func(e *Entry, s string) error {
			d, ok := ParseDate(s)
			if !ok {
				return fmt.Errorf("%s: %q is not a date; write it as 2021-01-31", name, clip(s))
			}
			*field(e) = d
			return nil
		}}
}

func flag(name string, field func(*Entry) *bool, aliases ...string) column {
	return column{name, aliases,
		func(e *Entry) string {
			if *field(e) {
				return "yes"
			}
			return ""
		},
		func(e *Entry, s string) error {
			v, ok := flagAliases[strings.ToLower(s)]
			if !ok {
				return fmt.Errorf("%s: %q is neither yes nor no; leave the cell empty for no", name, clip(s))
			}
			*field(e) = v
			return nil
		}}
}

func named[T any](what, s string, parse func(string) (T, bool), names []string, aliases map[string]T) (T, error) {
	v, ok := parse(strings.ToLower(s))
	if !ok {
		v, ok = aliases[s]
	}
	if !ok {
		return v, fmt.Errorf("unknown %s %q; use %s", what, clip(s), strings.Join(names, ", "))
	}
	return v, nil
}

// clip shortens what a message quotes.
func clip(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
