package links

import (
	"fmt"
	"html"
	"strings"
	"unicode"
)

// Slugs says how a publisher makes anchors of Markdown headings.
type Slugs uint8

// The styles. GitHub is the zero value.
const (
	GitHub Slugs = iota // github-slugger, as of GitHub, Gatsby, VitePress, Hexo …
	Hugo                // Hugo's own, autoHeadingIDType github
	Pandoc              // Pandoc's auto_identifiers
	slugStyles
)

var slugNames = [slugStyles]string{"github", "hugo", "pandoc"}

// String returns github, hugo or pandoc.
func (s Slugs) String() string {
	if s < slugStyles {
		return slugNames[s]
	}
	return fmt.Sprintf("slugs(%d)", uint8(s))
}

// ParseSlugs returns the style of a name.
func ParseSlugs(name string) (Slugs, bool) {
	for s := range slugStyles {
		if s.String() == name {
			return s, true
		}
	}
	return GitHub, false
}

// slug returns the anchor of a heading's text, without the number that tells equal ones apart.
func (s Slugs) slug(text string) string {
	if s == Pandoc {
		return pandocSlug(text)
	}
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(text)) {
		switch {
		case r == ' ' || s == Hugo && unicode.IsSpace(r):
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(r)
		case s == GitHub && (unicode.IsMark(r) || unicode.Is(unicode.Pc, r)):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// pandocSlug follows the manual: no punctuation but _ - . and what stands before the first letter
// is dropped.
func pandocSlug(text string) string {
	var b strings.Builder
	begun := false
	for _, r := range strings.ToLower(strings.Join(strings.Fields(text), " ")) {
		begun = begun || unicode.IsLetter(r)
		switch {
		case !begun:
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}

// slugger makes the anchors of one page, in the order of its headings.
type slugger struct {
	style Slugs
	seen  map[string]int
}

func (s *slugger) next(text string) string {
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	base := s.style.slug(text)
	id := base
	for n := s.seen[base]; ; {
		if _, taken := s.seen[id]; !taken {
			s.seen[id] = 0
			s.seen[base] = n
			return id
		}
		n++
		id = fmt.Sprint(base, "-", n)
	}
}

// headingText returns what a Markdown heading says: code and emphasis without their marks, links
// and pictures as their words, no tags.
func headingText(raw string) string {
	if !strings.ContainsAny(raw, "`*_[]<&\\!~$") {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		c := raw[i]
		switch c {
		case '\\':
			if i+1 < len(raw) && asciiPunct(raw[i+1]) {
				i++
			}
			b.WriteByte(raw[i])
			i++
		case '`':
			n := 1
			for i+n < len(raw) && raw[i+n] == '`' {
				n++
			}
			end := strings.Index(raw[i+n:], raw[i:i+n])
			if end < 0 {
				i += n
				continue
			}
			code := raw[i+n : i+n+end]
			if len(code) > 2 && code[0] == ' ' && code[len(code)-1] == ' ' {
				code = code[1 : len(code)-1]
			}
			b.WriteString(code)
			i += 2*n + end
		case '*', '~':
			i++
		case '_':
			// An underscore inside of a word is itself.
			if i > 0 && i+1 < len(raw) && wordByte(raw[i-1]) && wordByte(raw[i+1]) {
				b.WriteByte(c)
			}
			i++
		case '!':
			if i+1 < len(raw) && raw[i+1] == '[' {
				i++
				continue
			}
			b.WriteByte(c)
			i++
		case '[':
			i++
		case ']':
			i++
			if i < len(raw) && raw[i] == '(' {
				i += closeParen(raw[i:])
			} else if i < len(raw) && raw[i] == '[' {
				if end := strings.IndexByte(raw[i:], ']'); end > 0 {
					i += end + 1
				}
			}
		case '<':
			end := strings.IndexByte(raw[i:], '>')
			if end > 1 && (raw[i+1] == '/' || wordByte(raw[i+1])) {
				i += end + 1
				continue
			}
			b.WriteByte(c)
			i++
		case '&':
			end := strings.IndexByte(raw[i:], ';')
			if end > 1 && end < 32 {
				b.WriteString(html.UnescapeString(raw[i : i+end+1]))
				i += end + 1
				continue
			}
			b.WriteByte(c)
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// closeParen returns how long the target of a link in parentheses is.
func closeParen(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 1
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func asciiPunct(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}
