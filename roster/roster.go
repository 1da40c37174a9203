// Package roster reads who holds which post from when until when: a table that the user keeps
// and that no program could ship. The rules for names and posts hold drafts to it.
//
// It does not look anything up and does not know titles of address; that is the work of package
// checker.
package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// Bounds of a roster. They are generous for people and keep a hostile file from taking the machine.
const (
	MaxEntries = 100_000
	MaxName    = 30 // characters of a name
	MaxPost    = 60 // characters of a post
	maxFile    = 32 << 20
)

// An Entry says that somebody held a post.
type Entry struct {
	Name  string
	Posts []string     // the post in the forms in which drafts write it, the full title first
	From  lexicon.Date // the first day; 0 means as long as anybody remembers
	Until lexicon.Date // the last day; 0 means still
	Rank  int          // place in the order of listing, from 1; 0 means none
	Line  int          // of the file, from 1
}

// Holds reports whether the entry holds on a day.
func (e *Entry) Holds(day lexicon.Date) bool {
	return (e.From == 0 || e.From <= day) && (e.Until == 0 || day <= e.Until)
}

// A Roster is a list of entries. It is immutable and safe for concurrent use.
type Roster struct {
	name    string
	hash    string
	entries []Entry
}

// Name returns the name that the roster was read under.
func (r *Roster) Name() string { return r.name }

// Hash returns 16 hex digits that change with the file.
func (r *Roster) Hash() string { return r.hash }

// Entries returns the entries in the order of the file. The slice must not be changed.
func (r *Roster) Entries() []Entry { return r.entries }

// Load reads a roster file, see Parse.
func Load(path string) (*Roster, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	defer file.Close()
	return Parse(path, file)
}

// Parse reads a roster: .csv and .xlsx by the name, anything else as tab-separated text, in UTF-8, UTF-16 or
// GB18030. The first row names the columns name (姓名), post (职务), from (任职日期), to (免职日期)
// and rank (排序); name and post must be there. Forms of a post are separated by |. The
// error names the line and the remedy.
func Parse(name string, r io.Reader) (*Roster, error) {
	digest := sha256.New()
	p := &parser{}
	err := lexicon.Rows(name, io.TeeReader(io.LimitReader(r, maxFile+1), digest), maxFile, p.row)
	if bad := (*lexicon.LineError)(nil); errors.As(err, &bad) {
		return nil, fmt.Errorf("roster: %s:%d: %w", name, bad.Line, bad.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("roster: %s: %w", name, err)
	}
	if p.header == nil {
		return nil, fmt.Errorf("roster: %s: the file is empty; its first row names the columns name, post, from, to, rank", name)
	}
	return &Roster{name: name, hash: hex.EncodeToString(digest.Sum(nil)[:8]), entries: p.entries}, nil
}

// The columns of a roster, by their headers in lower case.
var headers = map[string]string{
	"name": "name", "姓名": "name",
	"post": "post", "title": "post", "职务": "post", "现任职务": "post",
	"from": "from", "任职日期": "from", "任职时间": "from", "起始日期": "from",
	"to": "to", "until": "to", "免职日期": "to", "免职时间": "to", "截止日期": "to",
	"rank": "rank", "排序": "rank", "排名": "rank", "次序": "rank",
	"note": "note", "备注": "note",
}

type parser struct {
	header  []string
	entries []Entry
}

func (p *parser) row(line int, cells []string) error {
	if p.header == nil {
		header, err := readHeader(cells)
		p.header = header
		return at(line, err)
	}
	e := Entry{Line: line}
	for i, c := range cells {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		if i >= len(p.header) {
			return at(line, fmt.Errorf("cell %d has no column in the header", i+1))
		}
		if err := e.set(p.header[i], c); err != nil {
			return at(line, err)
		}
	}
	switch {
	case e.Name == "":
		return at(line, errors.New("there is no name"))
	case len(e.Posts) == 0:
		return at(line, fmt.Errorf("%s has no post", e.Name))
	case e.From != 0 && e.Until != 0 && e.Until < e.From:
		return at(line, fmt.Errorf("%s: to %v is before from %v; swap them", e.Name, e.Until, e.From))
	case len(p.entries) == MaxEntries:
		return at(line, fmt.Errorf("more than %d entries; split the file", MaxEntries))
	}
	p.entries = append(p.entries, e)
	return nil
}

func at(line int, err error) error {
	if err == nil {
		return nil
	}
	return &lexicon.LineError{Line: line, Err: err}
}

func readHeader(cells []string) ([]string, error) {
	out := make([]string, len(cells))
	for i, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if c == "" {
			continue
		}
		column, known := headers[c]
		switch {
		case !known:
			return nil, fmt.Errorf("unknown column %q; the columns are name, post, from, to, rank, note", c)
		case slices.Contains(out, column):
			return nil, fmt.Errorf("two columns mean %s; remove one", column)
		}
		out[i] = column
	}
	if !slices.Contains(out, "name") || !slices.Contains(out, "post") {
		return nil, errors.New("the first row must name the columns name (姓名) and post (职务)")
	}
	return out, nil
}

// set reads a cell that is not empty.
func (e *Entry) set(column, cell string) error {
	switch column {
	case "name":
		// Names of two characters are often spread over the width of three.
		e.Name = strings.Join(strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == '　' }), "")
		if n := utf8.RuneCountInString(e.Name); n < 2 || n > MaxName {
			return fmt.Errorf("the name %q has %d characters; from 2 to %d are allowed", e.Name, n, MaxName)
		}
	case "post":
		for _, post := range strings.Split(cell, "|") {
			if post = strings.TrimSpace(post); post == "" {
				continue
			}
			if n := utf8.RuneCountInString(post); n < 2 || n > MaxPost {
				return fmt.Errorf("the post %q has %d characters; from 2 to %d are allowed", post, n, MaxPost)
			}
			e.Posts = append(e.Posts, post)
		}
	case "from", "to":
		day, ok := lexicon.ParseDate(cell)
		if !ok {
			return fmt.Errorf("%s: %q is not a date; write it as 2021-01-31", column, cell)
		}
		if column == "from" {
			e.From = day
		} else {
			e.Until = day
		}
	case "rank":
		n, err := strconv.Atoi(cell)
		if err != nil || n < 1 || n > MaxEntries {
			return fmt.Errorf("rank: %q is not a whole number from 1", cell)
		}
		e.Rank = n
	}
	return nil
}
