package lexicon

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Cells write a tab as \t, a line break as \n or \r, and the characters that mean
// something (\ | # [ ] -) with a backslash where they would. Before any
// other character a backslash is itself.
const escapable = `\|#[]-`

var cellEscaper = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func escape(s string) string { return cellEscaper.Replace(s) }

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if c, ok := escaped(s[i+1]); ok {
				b.WriteByte(c)
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escaped returns what a backslash and c stand for.
func escaped(c byte) (byte, bool) {
	switch {
	case c == 't':
		return '\t', true
	case c == 'n':
		return '\n', true
	case c == 'r':
		return '\r', true
	}
	return c, strings.IndexByte(escapable, c) >= 0
}

// joinList writes the items of a list cell. In guards, neighbours that are single
// characters become one set in brackets.
func joinList(items []string, sets bool) string {
	var b strings.Builder
	for i := 0; i < len(items); i++ {
		if i > 0 {
			b.WriteByte('|')
		}
		j := i
		for sets && j < len(items) && utf8.RuneCountInString(items[j]) == 1 {
			j++
		}
		if j-i > 1 || j-i == 1 && strings.TrimSpace(items[i]) == "" {
			b.WriteByte('[')
			for _, c := range items[i:j] {
				b.WriteString(escapeItem(c, true))
			}
			b.WriteByte(']')
			i = j - 1
			continue
		}
		b.WriteString(escapeItem(items[i], false))
	}
	return b.String()
}

func escapeItem(s string, inSet bool) string {
	s = strings.ReplaceAll(escape(s), "|", `\|`)
	if inSet {
		return strings.NewReplacer("]", `\]`, "[", `\[`, "-", `\-`).Replace(s)
	}
	if strings.HasPrefix(s, "[") {
		return `\` + s
	}
	return s
}

// splitList is the inverse of joinList. Empty items are left out.
func splitList(s string, sets bool) ([]string, error) {
	var items []string
	for s != "" {
		var item string
		item, s = cutItem(s)
		item = strings.TrimSpace(item)
		if sets && strings.HasPrefix(item, "[") {
			set, err := expandSet(item)
			if err != nil {
				return nil, err
			}
			items = append(items, set...)
			continue
		}
		if item = unescape(item); item != "" {
			items = append(items, item)
		}
	}
	return items, nil
}

// cutItem returns what stands before the first | that no backslash precedes, and the rest.
func cutItem(s string) (item, rest string) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// expandSet returns the characters of a set such as [甲乙0-9].
func expandSet(s string) ([]string, error) {
	const most = 2000 // characters of one set
	var items []string
	closed, inRange := false, false
	for i := 1; i < len(s); {
		if closed {
			return nil, fmt.Errorf("%q: something follows the ]; separate items by |", clip(s))
		}
		plain := true
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\\' && i+1 < len(s) {
			if c, ok := escaped(s[i+1]); ok {
				r, n, plain = rune(c), 2, false
			}
		}
		i += n
		switch {
		case plain && r == ']':
			closed = true
			continue
		case plain && r == '-' && len(items) > 0 && i < len(s) && s[i] != ']':
			inRange = true
			continue
		}
		if inRange {
			first, _ := utf8.DecodeRuneInString(items[len(items)-1])
			if r < first || int(r-first) > most {
				return nil, fmt.Errorf("%q: the range %c-%c is empty or too long", clip(s), first, r)
			}
			for c := first + 1; c < r; c++ {
				items = append(items, string(c))
			}
			inRange = false
		}
		if items = append(items, string(r)); len(items) > most {
			return nil, fmt.Errorf("%q: more than %d characters in a set", clip(s), most)
		}
	}
	if !closed {
		return nil, fmt.Errorf("%q: no ] ends the set; write a [ that is meant as such as \\[", clip(s))
	}
	if len(items) == 0 {
		return nil, errors.New("the set [] is empty; leave the cell empty instead")
	}
	return items, nil
}
