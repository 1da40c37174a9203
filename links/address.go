package links

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxTarget is the longest target that is taken apart, in bytes. Servers refuse longer ones.
const maxTarget = 16 << 10

var errLongTarget = errors.New("links: the target is longer than 16 KiB")

// Resolve returns the address that a browser goes to for a target on the page at base, which may
// be nil. Like a browser it drops tabs and line breaks, takes backslashes for slashes in http
// addresses, and encodes spaces and characters beyond ASCII (WHATWG URL, RFC 3986 section 5).
func Resolve(base *url.URL, target string) (*url.URL, error) {
	if len(target) > maxTarget {
		return nil, errLongTarget
	}
	if u := plainAddress(target); u != nil {
		return u, nil
	}
	u, err := url.Parse(clean(target))
	if err != nil {
		return nil, err
	}
	if base != nil {
		if u.Scheme == base.Scheme && u.Host == "" && u.Opaque != "" {
			// "https:page.html" is relative to browsers.
			if v, err := url.Parse(u.Opaque); err == nil {
				u = v
			}
		}
		u = base.ResolveReference(u)
	}
	return u, nil
}

// plainAddress returns the address that a target is, nil unless it has a scheme of the web, a host of letters,
// digits, dots and hyphens, and nothing behind that has to be rewritten, decoded or taken out; most have.
func plainAddress(target string) *url.URL {
	rest, web := strings.CutPrefix(target, "http")
	if !web {
		return nil
	}
	scheme := "http"
	if s, ok := strings.CutPrefix(rest, "s"); ok {
		scheme, rest = "https", s
	}
	rest, web = strings.CutPrefix(rest, "://")
	if !web {
		return nil
	}
	host := 0
	for host < len(rest) && rest[host] != '/' {
		if c := rest[host]; !isName(c) && c != '.' && c != '-' {
			return nil
		}
		host++
	}
	query, fragment := len(rest), len(rest)
	for i := host; i < len(rest); i++ {
		switch c := rest[i]; {
		case isName(c), c == '/', c == '-', c == '_', c == '=', c == '&':
		case c == '.':
			if rest[i-1] == '/' && query == len(rest) {
				return nil // a dot segment, perhaps
			}
		case c == '?' && query == len(rest) && fragment == len(rest) && i+1 < len(rest) && rest[i+1] != '#':
			query = i
		case c == '#' && fragment == len(rest) && i+1 < len(rest):
			fragment = i
		default:
			return nil
		}
	}
	if host == 0 {
		return nil
	}
	u := &url.URL{Scheme: scheme, Host: rest[:host], Path: rest[host:min(query, fragment)]}
	if query < fragment {
		u.RawQuery = rest[query+1 : fragment]
	}
	if fragment < len(rest) {
		u.Fragment = rest[fragment+1:]
	}
	return u
}

// clean rewrites a target so that net/url reads what browsers read.
func clean(target string) string {
	plain := true
	for i := 0; i < len(target); i++ {
		if c := target[i]; c <= ' ' || c >= 0x7F || c == '\\' || c == '%' || c == '"' || c == '<' || c == '>' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}' {
			plain = false
			break
		}
	}
	if plain {
		return target
	}
	target = strings.Trim(target, " \t\r\n\f")
	web := isWeb(target)
	var b strings.Builder
	b.Grow(len(target) + 16)
	fragment, query := false, false
	// The host keeps its characters: it is written in Punycode later.
	hostFrom, hostTo := authority(target)
	for i := 0; i < len(target); i++ {
		c := target[i]
		switch {
		case c == '\t' || c == '\n' || c == '\r':
		case c == '\\' && web && !fragment && !query:
			b.WriteByte('/')
		case c == '%' && !(i+2 < len(target) && hexDigit(target[i+1]) && hexDigit(target[i+2])):
			b.WriteString("%25")
		case i >= hostFrom && i < hostTo:
			b.WriteByte(c)
		case c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>^`{|}\\", c) >= 0:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		default:
			query = query || c == '?'
			fragment = fragment || c == '#'
			b.WriteByte(c)
		}
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isWeb reports whether a target has the scheme http or https, or none.
func isWeb(target string) bool {
	scheme := schemeOf(target)
	return scheme == "" || scheme == "http" || scheme == "https"
}

// schemeOf returns the scheme that a target begins with in lower case, "" for none. A single
// letter is the drive of a Windows path, not a scheme.
func schemeOf(target string) string {
	for i := 0; i < len(target); i++ {
		c := target[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case c == ':' && i > 1:
			return strings.ToLower(target[:i])
		default:
			return ""
		}
	}
	return ""
}

// authority returns where the authority of a target stands: what follows "//".
func authority(target string) (from, to int) {
	rest := target
	if s := schemeOf(target); s != "" {
		from = len(s) + 1
		rest = target[from:]
	}
	if !strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, `\\`) {
		return 0, 0
	}
	from += 2
	to = len(target)
	if i := strings.IndexAny(target[from:], `/?#\`); i >= 0 {
		to = from + i
	}
	return from, to
}

// Key returns the form of an address in which two that lead to the same resource are equal: the
// scheme and host in lower case and Punycode, without a default port, dot segments, needless
// escapes, a fragment, or an empty query (RFC 3986 section 6.2).
func Key(u *url.URL) string {
	var b strings.Builder
	b.Grow(len(u.Scheme) + len(u.Host) + len(u.Path) + len(u.RawQuery) + 8)
	b.WriteString(strings.ToLower(u.Scheme))
	b.WriteByte(':')
	if u.Opaque != "" {
		b.WriteString(u.Opaque)
		return b.String()
	}
	b.WriteString("//")
	if u.User != nil {
		b.WriteString(u.User.String())
		b.WriteByte('@')
	}
	b.WriteString(HostKey(u))
	b.WriteString(pathKey(u))
	if u.RawQuery != "" {
		b.WriteByte('?')
		b.WriteString(escapes(u.RawQuery))
	}
	return b.String()
}

// HostKey returns the host of an address in lower case and Punycode, with its port unless that is
// the scheme's own.
func HostKey(u *url.URL) string {
	host, port := ASCIIHost(u.Hostname()), u.Port()
	if port == "" || port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}

// ASCIIHost returns a host name in lower case, Punycode, and without the dot at its end. A name
// that cannot be written so is returned in lower case.
func ASCIIHost(host string) string {
	host = strings.TrimRight(host, ".")
	plain := true
	for i := 0; i < len(host); i++ {
		if c := host[i]; c >= 0x80 || c >= 'A' && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return host
	}
	if a, err := idna.Lookup.ToASCII(host); err == nil {
		return a
	}
	return strings.ToLower(host)
}

func pathKey(u *url.URL) string {
	p := escapes(u.EscapedPath())
	if p == "" || p[0] != '/' {
		p = "/" + p
	}
	if !strings.Contains(p, "/.") {
		return p
	}
	// Remove dot segments (RFC 3986 section 5.2.4). path.Clean would join doubled slashes too,
	// which stand for other resources.
	var out []string
	parts := strings.Split(p[1:], "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch part {
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		case ".":
		default:
			out = append(out, part)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// escapes writes percent escapes in upper case and takes back those of unreserved characters.
func escapes(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) || !hexDigit(s[i+1]) || !hexDigit(s[i+2]) {
			b.WriteByte(s[i])
			continue
		}
		c := unhex(s[i+1])<<4 | unhex(s[i+2])
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
