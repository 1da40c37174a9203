package checker

import (
	"strings"

	"proofcheck/lexicon"
)

// profile is the levels that a profile sets, by pattern.
type profile map[string]Level

// readProfile reads the rows of one profile from data/profiles.tsv: profile, pattern, level.
func readProfile(name string) profile {
	p := profile{}
	for _, row := range readTable("data/profiles.tsv") {
		if row["profile"] != name {
			continue
		}
		level, ok := lexicon.ParseLevel(row["level"])
		if !ok {
			panic("checker: data/profiles.tsv: unknown level " + row["level"])
		}
		p[row["pattern"]] = level
	}
	return p
}

// longest returns the level of the longest pattern that matches.
func longest(levels map[string]Level, id, pack string) (Level, bool) {
	best, level := -1, Off
	for p, l := range levels {
		if len(p) > best && matchPattern(p, id, pack) {
			best, level = len(p), l
		}
	}
	return level, best >= 0
}

// matchPattern reports whether a pattern names a rule: its ID, its category, "pack:name" of
// a lexicon entry, or any of these with * for any characters.
func matchPattern(pattern, id, pack string) bool {
	if name, ok := strings.CutPrefix(pattern, "pack:"); ok {
		return pack != "" && glob(name, pack)
	}
	return glob(pattern, id) || glob(pattern, string(CategoryOf(id)))
}

func glob(pattern, s string) bool {
	head, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], next
	}
}

// knownPattern reports whether a pattern names at least one rule or pack.
func (c *Checker) knownPattern(pattern string) bool {
	if name, ok := strings.CutPrefix(pattern, "pack:"); ok {
		for _, p := range c.packNames() {
			if glob(name, p) {
				return true
			}
		}
		return false
	}
	for _, r := range Rules() {
		if matchPattern(pattern, r.ID, "") {
			return true
		}
	}
	return false
}

// nearest returns the name of a rule, category or pack that is most like a wrong one.
func (c *Checker) nearest(name string) string {
	best, least := "", 1<<30
	try := func(s string) {
		if d := distance(name, s); d < least {
			best, least = s, d
		}
	}
	for _, r := range Rules() {
		try(r.ID)
	}
	for _, k := range Categories {
		try(string(k))
	}
	for _, p := range c.packNames() {
		try("pack:" + p)
	}
	for _, d := range []string{"proofcheck-disable", "proofcheck-enable", "proofcheck-disable-next", "proofcheck-ignore"} {
		if strings.HasPrefix(name, "proofcheck-") {
			try(d)
		}
	}
	return best
}

// distance is the number of bytes to insert, delete or replace between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
