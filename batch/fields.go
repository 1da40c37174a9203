package batch

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"proofcheck/formats"
	"proofcheck/lexicon"
)

// Fields says which columns of a table hold what: the names of columns by the names of fields (id,
// url, title, content, date, column, unit, format, charset, asked, replied). Several columns
// joined by "+" make one content. A field that is missing is looked for by the usual names.
type Fields map[string]string

//go:embed fields.tsv
var fieldTable string

// usual holds the usual names of columns by field.
var usual = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(fieldTable) {
		if name, list, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			out[name] = strings.Split(list, ",")
		}
	}
	return out
})

// FieldNames lists the fields that can be mapped.
func FieldNames() []string { return slices.Sorted(maps.Keys(usual())) }

// ParseFields reads a mapping such as title=标题,content=问题+答复.
func ParseFields(text string) (Fields, error) {
	f := Fields{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, column, ok := strings.Cut(part, "=")
		name, column = strings.TrimSpace(name), strings.TrimSpace(column)
		if !ok || column == "" {
			return nil, fmt.Errorf("%q: not of the form FIELD=COLUMN", part)
		}
		if _, known := usual()[name]; !known {
			return nil, fmt.Errorf("%q: no such field; use one of %s", name, strings.Join(FieldNames(), ", "))
		}
		f[name] = column
	}
	return f, nil
}

// binding is a mapping that is bound to the columns of one table.
type binding map[string][]int

// bind finds the columns. A column that the mapping names must be there, and so must the content.
func (f Fields) bind(columns []string) (binding, error) {
	at := map[string]int{}
	for i, c := range slices.Backward(columns) {
		at[strings.TrimSpace(c)] = i
	}
	b := binding{}
	for name := range usual() {
		if column, ok := f[name]; ok {
			for part := range strings.SplitSeq(column, "+") {
				i, ok := at[strings.TrimSpace(part)]
				if !ok {
					return nil, fmt.Errorf("no column %q; there are %s", part, strings.Join(columns, ", "))
				}
				b[name] = append(b[name], i)
			}
			continue
		}
		for _, column := range usual()[name] {
			if i, ok := at[column]; ok {
				b[name] = []int{i}
				break
			}
		}
	}
	if b["content"] == nil && b["title"] == nil {
		return nil, fmt.Errorf("no column is known to hold the content; name it, as in content=%s", slices.Concat(columns, []string{"…"})[0])
	}
	return b, nil
}

// record makes a record of the values of a row.
func (b binding) record(opt SourceOptions, value func(column int) string) *Record {
	get := func(field string) string {
		var parts []string
		for _, i := range b[field] {
			if v := value(i); v != "" {
				parts = append(parts, v)
			}
		}
		return strings.Join(parts, "\n\n")
	}
	r := &Record{Key: get("id"), URL: get("url"), Title: get("title"), Column: get("column"), Unit: get("unit"), Charset: "utf-8",
		Content: []byte(get("content")), Date: dateIn(get("date")), Asked: timeIn(get("asked")), Replied: timeIn(get("replied"))}
	r.Size = int64(len(r.Content))
	if name := strings.ToLower(get("format")); name != "" {
		for _, f := range formats.All {
			if f.Name == name || slices.Contains(f.Extensions, "."+name) || slices.Contains(f.MediaTypes, name) {
				r.Format = f
			}
		}
	}
	if r.Format == nil {
		if r.Format = opt.Format; r.Format == nil {
			r.Format = guess(r.Content)
		}
	}
	if r.Key == "" {
		r.Key = r.URL
	}
	if r.Date == 0 && !r.Asked.IsZero() {
		r.Date = lexicon.DateOf(r.Asked)
	}
	return r
}

// guess takes a content that has a tag for HTML, and else for plain text.
func guess(content []byte) *formats.Format {
	head := strings.ToLower(string(content[:min(len(content), 4096)]))
	for _, tag := range []string{"</p>", "<p>", "<p ", "<br", "</div>", "<html", "</span>", "<!doctype", "</h", "<img", "<a "} {
		if strings.Contains(head, tag) {
			return formats.HTML
		}
	}
	return formats.Text
}

// timeIn reads a point in time as exports write it, in China's time when it says no other; zero when
// it is none.
func timeIn(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, china); err == nil {
			return t
		}
	}
	if d := dateIn(s); d != 0 {
		return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, china)
	}
	return time.Time{}
}

// china is the time of the whole country.
var china = time.FixedZone("CST", 8*3600)
