package ledger

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"proofcheck/store"
)

// UnitRule says who is responsible for some pages.
type UnitRule struct {
	Unit string

	// Paths are patterns of pages: of HOST/PATH of their address, of the path alone (with a slash
	// before it), or of their key in the source. What matches a folder takes all below it. * is
	// anything but a slash, ** anything.
	Paths []string

	// Sections are patterns of sections (栏目), such as 政务公开/*.
	Sections []string
}

// Units are rules; the first one that fits decides.
type Units []UnitRule

// Check returns what is wrong with the patterns, or nil.
func (u Units) Check() error {
	for _, r := range u {
		for _, p := range append(append([]string(nil), r.Paths...), r.Sections...) {
			if !doublestar.ValidatePattern(trimPattern(p)) {
				return fmt.Errorf("ledger: unit %s: malformed pattern %q", r.Unit, p)
			}
		}
	}
	return nil
}

// Of returns who is responsible for a finding: whom the store names, or else what the rules say of
// its page; "" when nobody is known.
func (u Units) Of(r *store.Row) string {
	if unit := r.Unit(); unit != "" {
		return unit
	}
	return u.OfDocument(&r.Document)
}

// OfDocument returns who is responsible for a document.
func (u Units) OfDocument(d *store.Document) string {
	if d.Unit != "" || len(u) == 0 {
		return d.Unit
	}
	names := pageNames(d)
	for i := range u {
		if matchesFolder(u[i].Paths, names) || d.Column != "" && matchesFolder(u[i].Sections, []string{d.Column}) {
			return u[i].Unit
		}
	}
	return ""
}

// pageNames returns the names of a page that patterns are tried on.
func pageNames(d *store.Document) []string {
	names := []string{strings.TrimPrefix(strings.ReplaceAll(d.Key, `\`, "/"), "/")}
	for _, s := range [...]string{d.URL, d.Key} {
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			p := strings.TrimPrefix(u.Path, "/")
			return append(names, u.Host+"/"+p, u.Hostname()+"/"+p, p)
		}
	}
	return names
}

// matchesFolder reports whether one of the names, or a folder it lies in, matches a pattern.
func matchesFolder(patterns, names []string) bool {
	for _, p := range patterns {
		p = trimPattern(p)
		for _, name := range names {
			for at := strings.TrimSuffix(name, "/"); at != "." && at != "/" && at != ""; at = path.Dir(at) {
				if ok, _ := doublestar.Match(p, at); ok {
					return true
				}
			}
		}
	}
	return false
}

func trimPattern(p string) string {
	if _, rest, ok := strings.Cut(p, "://"); ok {
		p = rest
	}
	return strings.Trim(strings.TrimPrefix(p, "./"), "/")
}
