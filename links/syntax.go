package links

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// empty finds targets that lead nowhere; stop says that nothing else need be checked.
func empty(l *source.Link) (found []Problem, stop bool) {
	t := strings.TrimSpace(l.Target)
	switch {
	case t == "" || strings.EqualFold(t, "about:blank"):
		return []Problem{problem("empty")}, true
	case t == "#":
		p := problem("empty")
		p.Level = Info // a page's script usually takes it
		return []Problem{p}, true
	case len(t) >= len("javascript:") && strings.EqualFold(t[:len("javascript:")], "javascript:"):
		if !followed(l) {
			return nil, true
		}
		return []Problem{problem("script")}, true
	}
	return nil, false
}

var (
	doubledScheme = pattern(`(?i)^https?:/*(https?)(?:[:：]/*|//)`)
	brokenScheme  = pattern(`(?i)^(?:(https?)(?:(?:：|;|；|:：|\.)[/／]*|:[/／]*／[/／]*)|(https?)//|(?:hhttp|htttp|htpp|htp|htt|ttp|tp|http:)(s?)://?|(https?):/?([^/\\]))`)
	drive         = pattern(`^[A-Za-z]:[\\/]`)
	bareHost      = pattern(`(?i)^(?:www\.[a-z0-9-]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:gov|org|com|net|edu|ac))(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:/|$)|(?i)^www[.。．][^/]`)
)

// syntax finds what keeps browsers from following a target as it is meant. It returns the first
// such mistake, since the others usually come from it.
func syntax(l *source.Link) []Problem {
	t := l.Target
	if wellFormed(t) {
		return nil
	}
	one := func(p Problem, from, to int) []Problem {
		p.From, p.To = from, to
		return []Problem{p}
	}
	if drive().MatchString(t) || len(t) > 5 && strings.EqualFold(t[:5], "file:") {
		return one(problem("file"), 0, 0)
	}
	if strings.HasPrefix(t, `\\`) {
		host, _, _ := strings.Cut(strings.TrimLeft(t, `\`), `\`)
		return one(problem("unc", "host", host), 0, 0)
	}
	if m := doubledScheme().FindStringSubmatchIndex(t); m != nil {
		p := problem("scheme", "scheme", t[:m[1]])
		p.Suggest = strings.ToLower(t[m[2]:m[3]]) + "://" + t[m[1]:]
		return one(p, 0, m[1])
	}
	if p, to, ok := wrongScheme(l); ok {
		return one(p, 0, to)
	}
	if i := strings.IndexAny(t, "\n\r\t"); i >= 0 {
		p := problem("line-break")
		p.Suggest = strings.Join(strings.FieldsFunc(t, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), "")
		return one(p, i, i+1)
	}
	for i, r := range t {
		if r >= 0x80 && source.Invisible(r) {
			p := problem("invisible", "code", fmt.Sprintf("U+%04X", r))
			p.Suggest = strings.Map(func(r rune) rune {
				if source.Invisible(r) {
					return -1
				}
				return r
			}, t)
			p.Safe = true
			return one(p, i, i+utf8.RuneLen(r))
		}
	}
	if found := marks(l); found != nil {
		return found
	}
	if bareHost().MatchString(t) && (strings.Contains(t, "/") || extensionTable()[extension(t)] == "") {
		p := problem("no-scheme")
		p.Suggest = "http://" + t
		return one(p, 0, 0)
	}
	if i := strings.IndexByte(t, ' '); i >= 0 && isWeb(t) {
		p := problem("space")
		from, to := authority(t)
		if i >= from && i < to {
			p.Level = Error
			p.Suggest = strings.ReplaceAll(t[:to], " ", "") + strings.ReplaceAll(t[to:], " ", "%20")
		} else {
			p.Suggest = strings.ReplaceAll(t, " ", "%20")
		}
		return one(p, i, i+1)
	}
	if i := strings.IndexByte(t, '\\'); i >= 0 && isWeb(t) {
		if q := strings.IndexAny(t, "?#"); q < 0 || i < q {
			p := problem("backslash")
			p.Suggest = strings.ReplaceAll(t, `\`, "/")
			return one(p, i, i+1)
		}
	}
	return nil
}

// wrongScheme finds a misspelt beginning of an http address and returns where it ends.
func wrongScheme(l *source.Link) (Problem, int, bool) {
	t := l.Target
	m := brokenScheme().FindStringSubmatchIndex(t)
	if m == nil {
		return Problem{}, 0, false
	}
	end := m[1]
	scheme := "http"
	for _, g := range [...]int{1, 2, 4} {
		if m[2*g] >= 0 {
			scheme = strings.ToLower(t[m[2*g]:m[2*g+1]])
		}
	}
	if m[6] >= 0 && m[7] > m[6] {
		scheme = "https"
	}
	if m[8] >= 0 {
		// "http:/www": one slash is missing. "https:page.html" is relative to browsers and nobody
		// means that either, but only a host name makes it certain.
		end = m[10]
		rest := t[end:]
		if host, _, _ := strings.Cut(rest, "/"); !strings.Contains(host, ".") {
			return Problem{}, 0, false
		}
	}
	if scheme == "http" && m[2] >= 0 && t[m[3]] == '.' {
		return Problem{}, 0, false // "http.html" is a file
	}
	p := problem("scheme", "scheme", t[:end])
	rest := strings.TrimLeft(t[end:], "/")
	host := len(rest) // of a target the path may have such marks in the names of files, of a typed address hardly
	if i := strings.IndexAny(rest, "/?#"); i >= 0 && l.Element != "url" {
		host = i
	}
	p.Suggest = scheme + "://" + fullWidth.Replace(rest[:host]) + rest[host:]
	return p, end, true
}

// fullWidth are the marks that stand for those of an address, and what they stand for.
var fullWidth = strings.NewReplacer("．", ".", "。", ".", "／", "/", "：", ":", "？", "?", "＃", "#", "＝", "=", "＆", "&", "－", "-", "＿", "_", "％", "%")

const chineseMarks = "，。；：！？（）《》〈〉“”‘’、　／．＃＝＆－＿％【】「」『』…"

// closing are marks that end a sentence around an address and never the address itself.
const closing = "，。；：！？、》〉”’】」』…　"

// marks finds Chinese and full-width marks. In the path they may be part of a file's name, so
// there only those at the end count, and those after which a sentence seems to go on.
func marks(l *source.Link) []Problem {
	t := l.Target
	first := strings.IndexAny(t, chineseMarks)
	if first < 0 {
		return nil
	}
	mark := func(at int, suggest string, safe bool) []Problem {
		_, n := utf8.DecodeRuneInString(t[at:])
		p := problem("marks", "mark", t[at:at+n])
		p.From, p.To, p.Suggest, p.Safe = at, at+n, suggest, safe
		return []Problem{p}
	}
	absolute := schemeOf(t) != "" || strings.HasPrefix(t, "//") || strings.HasPrefix(strings.ToLower(t), "www")
	trimmed := strings.TrimRight(t, closing)
	if open := strings.Count(trimmed, "（"); strings.HasSuffix(trimmed, "）") && open < strings.Count(trimmed, "）") {
		trimmed = strings.TrimRight(strings.TrimSuffix(trimmed, "）"), closing)
	}
	if len(trimmed) == first {
		return mark(first, trimmed, absolute)
	}
	if len(trimmed) < len(t) {
		return mark(len(trimmed), trimmed, false)
	}
	if !absolute {
		return nil
	}
	from, to := authority(t)
	if strings.HasPrefix(strings.ToLower(t), "www") {
		from, to = 0, strings.IndexAny(t+"/", "/?#")
	}
	if first >= from && first < to {
		return mark(first, fullWidth.Replace(t[:to])+t[to:], false)
	}
	if l.Element == "url" || strings.ContainsAny(t[first:], "，；。！？") {
		return mark(first, "", false)
	}
	if r, _ := utf8.DecodeRuneInString(t[first:]); strings.ContainsRune("／．？＝＆＃％", r) {
		return mark(first, fullWidth.Replace(t), false)
	}
	return nil
}

var (
	mailAddress = pattern(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$`)
	phoneNumber = pattern(`^\+?[0-9*#][0-9().*# -]*(?:[;,][A-Za-z0-9=+.;,-]*)?$`)
)

// mailto checks the addresses of a mailto target (RFC 6068).
func mailto(t string) []Problem {
	list, query, _ := strings.Cut(t[len("mailto:"):], "?")
	if list == "" && strings.Contains(strings.ToLower(query), "to=") {
		return nil
	}
	at := len("mailto:")
	for address := range strings.SplitSeq(list, ",") {
		plain := strings.TrimSpace(unescape(address))
		if !mailAddress().MatchString(plain) || strings.Contains(plain, "..") {
			p := problem("mailto", "address", plain)
			p.From, p.To = at, at+len(address)
			if fixed := strings.Trim(strings.NewReplacer("＠", "@", "。", ".", "．", ".", " ", "").Replace(plain), ".,;"); fixed != plain && mailAddress().MatchString(fixed) {
				p.Suggest = strings.Replace(t, address, fixed, 1)
			}
			return []Problem{p}
		}
		at += len(address) + 1
	}
	return nil
}

// phone checks the number of a tel or sms target (RFC 3966; browsers take spaces too).
func phone(t string) []Problem {
	_, number, _ := strings.Cut(t, ":")
	plain := strings.TrimPrefix(unescape(number), "//")
	digits := 0
	for _, c := range plain {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if phoneNumber().MatchString(plain) && digits >= 3 && digits <= 20 {
		return nil
	}
	p := problem("tel", "number", plain)
	p.From, p.To = len(t)-len(number), len(t)
	return []Problem{p}
}

func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2]) {
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// wellFormed reports whether nothing can be wrong with the syntax of a target, as of most: ASCII without spaces
// and backslashes, with http(s):// or // before a name or a slash before a path.
func wellFormed(t string) bool {
	for i := range len(t) {
		if c := t[i]; c <= ' ' || c >= 0x7F || c == '\\' || c == '<' || c == '>' || c == '"' || c == '{' {
			return false
		}
	}
	for _, scheme := range [...]string{"http://", "https://", "//"} {
		if rest, ok := strings.CutPrefix(t, scheme); ok {
			return rest != "" && isName(rest[0]) && !strings.HasPrefix(rest, "http")
		}
	}
	return len(t) > 1 && t[0] == '/' && isName(t[1]) && !strings.Contains(t, "//") && strings.IndexByte(t, ':') < 0
}

func isName(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
