package lexicon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"

	xunicode "golang.org/x/text/encoding/unicode"
)

// Bounds of lexicon files. They are generous for people and keep a hostile file from
// taking the machine.
const (
	MaxFile    = 256 << 20 // bytes of a file
	MaxLine    = 64 << 10  // bytes of a row
	MaxForm    = 64        // characters of a form
	MaxEntries = 2_000_000 // entries of a file
	maxCell    = 4096      // bytes of any other cell
	maxErrors  = 100       // errors collected before reading stops
)

// Defaults are what the entries of a file have where it says nothing. The zero value
// suits files of any kind.
type Defaults struct {
	// Category of entries without one. The name of the directory goes before it when it
	// is that of a category. A nil Category means typo for an entry with a suggestion,
	// sensitive for one without.
	Category *Category

	Pack    string  // "" means the file's name without directory and extension
	Level   Level   // Off means warning for expressions, off for allow, error for the rest
	Evasion Evasion // of sensitive entries without one
}

// A LineError says what is wrong with one line of a file.
type LineError struct {
	File string
	Line int // from 1
	Err  error
}

// Error returns file, line and cause.
func (e *LineError) Error() string { return fmt.Sprintf("lexicon: %s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

// Errors are all errors of a file, in its order.
type Errors []*LineError

// Error returns them one a line.
func (e Errors) Error() string {
	var b strings.Builder
	for i, err := range e {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(err.Error())
	}
	return b.String()
}

// Unwrap lets errors.Is and errors.As look into each.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, err := range e {
		out[i] = err
	}
	return out
}

// Parse reads the entries of one file. Its name tells the format: .csv and .xlsx are
// what they say, everything else is tab-separated with a header, or a list of words, one a
// line, when its first line is no header. UTF-8, UTF-16 and GB18030 are
// recognised.
//
// Lines that are wrong are left out and reported together as Errors beside the entries that
// are right.
func Parse(name string, r io.Reader, def Defaults) ([]Entry, error) {
	var entries []Entry
	err := parse(name, r, def, func(e *Entry) error {
		entries = append(entries, *e)
		return nil
	})
	return entries, err
}

// parse hands each entry to emit, which may keep its strings and slices.
func parse(name string, r io.Reader, def Defaults, emit func(*Entry) error) error {
	raw, err := readAll(r, MaxFile)
	if err != nil {
		return fmt.Errorf("lexicon: %s: %w", name, err)
	}
	return parseBytes(name, raw, def, emit)
}

func parseBytes(name string, raw []byte, def Defaults, emit func(*Entry) error) error {
	p := &parser{name: name, def: def, emit: emit}
	if p.def.Pack == "" {
		base := path.Base(filepath.ToSlash(name))
		p.def.Pack = strings.TrimSuffix(base, path.Ext(base))
	}
	if c, ok := ParseCategory(path.Base(path.Dir(filepath.ToSlash(name)))); ok {
		p.def.Category = &c
	}
	err := rows(name, raw, p.row)
	if stop := (*LineError)(nil); errors.As(err, &stop) {
		stop.File = name
		p.errs = append(p.errs, stop)
		err = nil
	}
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("lexicon: %s: %w", name, err)
	}
	if len(p.errs) > 0 {
		return p.errs
	}
	return nil
}

// Rows reads a table of at most limit bytes and hands the cells of each row to row, with its line from
// 1; empty rows and those that begin with # are left out. Formats and encodings are those of
// Parse. The cells are valid during the call only. What row returns ends the reading; the table's own mistakes are a
// *LineError where they have a line.
func Rows(name string, r io.Reader, limit int64, row func(line int, cells []string) error) error {
	raw, err := readAll(r, limit)
	if err != nil {
		return err
	}
	return rows(name, raw, row)
}

func rows(name string, raw []byte, row func(line int, cells []string) error) error {
	if isXLSX(raw) {
		return readXLSX(raw, row)
	}
	decoded, err := decode(raw)
	if err != nil {
		return err
	}
	if strings.EqualFold(path.Ext(name), ".csv") {
		return readCSV(decoded, row)
	}
	return readTSV(decoded, row)
}

// readAll reads at most limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, fmt.Errorf("larger than %d MiB; split the file", limit>>20)
	}
	return buf.Bytes(), nil
}

// decode returns text as UTF-8 without byte order mark.
func decode(raw []byte) (string, error) {
	var err error
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe\x00\x00")):
		raw, err = utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewDecoder().Bytes(raw)
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		raw, err = xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().Bytes(raw)
	case !utf8.Valid(raw):
		raw, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
		if err == nil && bytes.ContainsRune(raw, utf8.RuneError) {
			err = errors.New("neither UTF-8 nor GB18030; save the file as UTF-8")
		}
	}
	if err == nil && !utf8.Valid(raw) {
		err = errors.New("not valid UTF-8; save the file as UTF-8")
	}
	return string(raw), err
}

// errEnough stops reading after maxErrors errors.
var errEnough = errors.New("too many errors")

// parser turns rows into entries.
type parser struct {
	name   string
	def    Defaults
	emit   func(*Entry) error
	header []*column // nil before the first row; empty for a list of words
	errs   Errors
	count  int
}

// row takes the cells of a row that is neither empty nor a comment.
func (p *parser) row(line int, cells []string) error {
	if p.header == nil {
		header, err := readHeader(cells)
		if err != nil {
			return &LineError{p.name, line, err}
		}
		if p.header = header; len(header) > 0 {
			return nil
		}
	}
	e, err := p.entry(cells)
	if err == nil {
		if p.count++; p.count > MaxEntries {
			return &LineError{p.name, line, fmt.Errorf("more than %d entries; split the file", MaxEntries)}
		}
		e.Origin = fmt.Sprintf("%s:%d", p.name, line)
		err = p.emit(e)
	}
	if err != nil {
		p.errs = append(p.errs, &LineError{p.name, line, err})
		if len(p.errs) == maxErrors {
			p.errs = append(p.errs, &LineError{p.name, line, fmt.Errorf("more than %d errors; the rest of the file was not read", maxErrors)})
			return errEnough
		}
	}
	return nil
}

// readHeader returns the columns, none when the row is the first of a list of words.
func readHeader(cells []string) ([]*column, error) {
	header := make([]*column, len(cells))
	known := 0
	var unknown string
	for i, c := range cells {
		if strings.TrimSpace(c) == "" {
			continue
		}
		if header[i] = columnOf(c); header[i] == nil {
			unknown = c
			continue
		}
		known++
		for _, before := range header[:i] {
			if before == header[i] {
				return nil, fmt.Errorf("two columns are named %s; remove one", before.name)
			}
		}
	}
	form := false
	for _, c := range header {
		form = form || c != nil && c.name == "form"
	}
	switch {
	case form && unknown != "":
		return nil, fmt.Errorf("unknown column %q; the columns are %s", clip(unknown), columnNames())
	case form:
		return header, nil
	case len(cells) == 1:
		return []*column{}, nil
	case known > 0:
		return nil, errors.New("no column is named form; name the column of the words that are looked for so")
	default:
		return nil, fmt.Errorf("the first row is no header, and there are %d columns; write a header such as form, suggest, level", len(cells))
	}
}

// entry makes an entry of a row.
func (p *parser) entry(cells []string) (*Entry, error) {
	e := &Entry{}
	var category, level, evasion bool
	if len(p.header) == 0 {
		e.Form = unescape(strings.TrimSpace(cells[0]))
		if len(cells) > 1 {
			return nil, fmt.Errorf("%d columns in a list of words; write one word a line, or a header", len(cells))
		}
	}
	for i, c := range cells {
		c = strings.TrimSpace(c)
		if c == "" || len(p.header) == 0 {
			continue
		}
		if i >= len(p.header) || p.header[i] == nil {
			return nil, fmt.Errorf("cell %d (%q) has no column in the header", i+1, clip(c))
		}
		if len(c) > maxCell {
			return nil, fmt.Errorf("%s: longer than %d bytes", p.header[i].name, maxCell)
		}
		if err := p.header[i].set(e, c); err != nil {
			return nil, err
		}
		category = category || p.header[i].name == "category"
		level = level || p.header[i].name == "level"
		evasion = evasion || p.header[i].name == "evasion"
	}
	if !category {
		e.Category = p.def.category(e)
	}
	if !level {
		e.Level = p.def.level(e.Category)
	}
	if !evasion && e.Category == Sensitive {
		e.Evasion = p.def.Evasion
	}
	if e.Pack == "" {
		e.Pack = p.def.Pack
	}
	return e, e.check()
}

func (d *Defaults) category(e *Entry) Category {
	switch {
	case d.Category != nil:
		return *d.Category
	case len(e.Suggest) > 0:
		return Typo
	}
	return Sensitive
}

func (d *Defaults) level(c Category) Level {
	switch {
	case c == Allow:
		return Off
	case d.Level != Off:
		return d.Level
	case c == Expression:
		return Warning
	}
	return Error
}

// check reports what makes an entry impossible; Lint reports what makes it doubtful.
func (e *Entry) check() error {
	if e.Form == "" {
		return errors.New("empty form")
	}
	if n := utf8.RuneCountInString(e.Form); n > MaxForm {
		return fmt.Errorf("form %q has %d characters; %d are allowed", clip(e.Form), n, MaxForm)
	}
	if !utf8.ValidString(e.Form) {
		return fmt.Errorf("form %q is not valid UTF-8", e.Form)
	}
	for _, r := range e.Form {
		if unicode.IsControl(r) {
			return fmt.Errorf("form %q holds the control character %U; remove it", clip(e.Form), r)
		}
	}
	if foldString(e.Form) == "" {
		return fmt.Errorf("form %+q consists of invisible characters", clip(e.Form))
	}
	if e.From != 0 && e.Until != 0 && e.From > e.Until {
		return fmt.Errorf("from %v is after until %v; swap them", e.From, e.Until)
	}
	return nil
}
