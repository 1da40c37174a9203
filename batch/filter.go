package batch

import (
	"net/url"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"proofcheck/lexicon"
)

// Filter chooses the records of a scan. The zero value takes all.
type Filter struct {
	From, Until lexicon.Date // of publication, inclusive; a record without a date is taken
	Columns     []string     // in one of these columns, or below it
	Include     []string     // patterns of keys or paths of addresses, of which one must match; none means all
	Exclude     []string     // patterns of which none may match
}

// takes reports whether a record is checked.
func (f *Filter) takes(r *Record) bool {
	if r.Date != 0 && (f.From != 0 && r.Date < f.From || f.Until != 0 && r.Date > f.Until) {
		return false
	}
	if len(f.Columns) > 0 && !anyOf(f.Columns, func(c string) bool {
		c = strings.Trim(c, "/")
		return r.Column == c || strings.HasPrefix(r.Column, c+"/")
	}) {
		return false
	}
	if len(f.Include) > 0 && !anyOf(f.Include, r.Matches) {
		return false
	}
	return !anyOf(f.Exclude, r.Matches)
}

func anyOf(list []string, f func(string) bool) bool {
	for _, s := range list {
		if f(s) {
			return true
		}
	}
	return false
}

// Matches holds a pattern against the key of a record, the path of its address, and the folders above
// both. A pattern without a slash matches at any depth; one with a slash may begin with the host of the address.
func (r *Record) Matches(pattern string) bool {
	names := []string{strings.Trim(r.Key, "/")}
	anywhere := !strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	address := func(u *url.URL) {
		names = append(names, strings.Trim(u.Path, "/"))
		if !anywhere {
			names = append(names, u.Host+"/"+strings.Trim(u.Path, "/"))
		}
	}
	if u, err := url.Parse(r.Key); err == nil && u.Host != "" {
		names = names[:0]
		address(u)
	}
	if u, err := url.Parse(r.URL); err == nil && r.URL != "" {
		address(u)
	}
	for _, name := range names {
		for ; name != "." && name != "/" && name != ""; name = path.Dir(name) {
			target := name
			if anywhere {
				target = path.Base(name)
			}
			if ok, _ := doublestar.Match(strings.Trim(pattern, "/"), target); ok {
				return true
			}
		}
	}
	return false
}
