package links

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"proofcheck/source"
)

// host checks where an address leads by its host name alone. Hosts with which nothing is wrong are remembered,
// since few have most links.
func (in *Inspector) host(u *url.URL, l *source.Link) []Problem {
	if _, ok := in.plain.Load(u.Host); ok && u.User == nil {
		return nil
	}
	out := in.hostOf(u, l)
	if len(out) == 0 && u.User == nil && !in.own[ASCIIHost(u.Hostname())] && len(u.Host) < maxHost && in.known.Add(1) <= maxKnown {
		in.plain.Store(u.Host, true)
	}
	return out
}

// hostOf is host without remembering.
func (in *Inspector) hostOf(u *url.URL, l *source.Link) []Problem {
	host := ASCIIHost(u.Hostname())
	if host == "" {
		return []Problem{problem("malformed", "error", "no host")}
	}
	if u.User != nil && followed(l) {
		return []Problem{problem("credentials", "host", host)}
	}
	if p, ok := unreachable(host); ok {
		return []Problem{p}
	}
	if domain, note, ok := in.isBlocked(host); ok {
		if note != "" {
			note = " (" + note + ")"
		}
		return []Problem{problem("blocked", "domain", domain, "note", note)}
	}
	own := in.own[host]
	if own && u.Scheme != "" && followed(l) {
		p := problem("own-absolute")
		if from, to := authority(l.Target); to > from {
			if p.Suggest = l.Target[to:]; p.Suggest == "" {
				p.Suggest = "/"
			}
		}
		return []Problem{p}
	}
	if own {
		return nil
	}
	if p, ok := strange(host); ok {
		return []Problem{p}
	}
	var out []Problem
	if hostTable()["short"][host] {
		out = append(out, problem("short-link", "host", host))
	}
	if in.testHost(host) {
		out = append(out, problem("test-host", "host", host))
	}
	if len(in.allowed) > 0 && !below(in.allowed, host) {
		out = append(out, problem("external", "host", host))
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		out = append(out, problem("port", "port", port))
	}
	return out
}

// maxKnown bounds the hosts that an Inspector remembers, maxHost the length of their names.
const (
	maxKnown = 10_000
	maxHost  = 256
)

// strange finds names that pretend to be others.
func strange(host string) (Problem, bool) {
	if p, ok := lookAlike(host); ok {
		return p, true
	}
	return mixedScript(host)
}

// unreachable finds hosts that readers of a public site cannot reach.
func unreachable(host string) (Problem, bool) {
	if addr, ok := hostAddr(host); ok {
		switch reason := private(addr); {
		case addr.IsLoopback() || addr.IsUnspecified():
			return problem("localhost", "host", host), true
		case reason:
			return problem("private", "host", host), true
		}
		return Problem{}, false
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return problem("localhost", "host", host), true
	}
	if !strings.Contains(host, ".") {
		return problem("intranet", "host", host), true
	}
	for h, ok := host, true; ok; _, h, ok = strings.Cut(h, ".") {
		if hostTable()["intranet"][h] {
			return problem("intranet", "host", host), true
		}
	}
	return Problem{}, false
}

// hostAddr reads a host as an IP address, in any of the ways that browsers do: 0x7f.1 is 127.0.0.1.
func hostAddr(host string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.WithZone("").Unmap(), true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 0, 32)
		if err != nil || strings.Contains(p, "_") {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return netip.Addr{}, false
			}
			value |= n << (24 - 8*i)
		} else if i > 0 && n >= 1<<(8*(4-i)) {
			return netip.Addr{}, false
		} else {
			value |= n
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

// testHost reports whether a host name says that it is for tests or examples. Developers elsewhere
// have public sites with names such as dev; below the own domain they are for trials.
func (in *Inspector) testHost(host string) bool {
	for h, ok := host, true; ok; _, h, ok = strings.Cut(h, ".") {
		if hostTable()["test"][h] {
			return true
		}
	}
	labels := strings.Split(host, ".")
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return false
	}
	related := strings.HasSuffix(domain, "."+government)
	for own := range in.own {
		if d, err := publicsuffix.EffectiveTLDPlusOne(own); err == nil && d == domain {
			related = true
		}
	}
	for _, label := range labels[:max(0, len(labels)-strings.Count(domain, ".")-1)] {
		label = strings.TrimRight(label, "0123456789")
		first, last := strings.IndexByte(label, '-'), strings.LastIndexByte(label, '-')
		for _, part := range [...]string{label, label[:max(first, 0)], label[last+1:]} {
			if hostTable()["test-label"][part] || related && hostTable()["test-label-own"][part] {
				return true
			}
		}
	}
	return false
}

// below reports whether a host is one of the domains or a subdomain of one.
func below(domains map[string]bool, host string) bool {
	for h, ok := host, true; ok; _, h, ok = strings.Cut(h, ".") {
		if domains[h] {
			return true
		}
	}
	return false
}

func (in *Inspector) isBlocked(host string) (domain, note string, ok bool) {
	if len(in.blocked) == 0 {
		return "", "", false
	}
	for h, more := host, true; more; _, h, more = strings.Cut(h, ".") {
		if note, ok := in.blocked[h]; ok {
			return h, note, true
		}
	}
	return "", "", false
}

const government = "gov.cn"

// lookAlike finds host names that readers take for a government's.
func lookAlike(host string) (Problem, bool) {
	if host == government || strings.HasSuffix(host, "."+government) {
		return Problem{}, false
	}
	shown := host
	if u, err := idna.Display.ToUnicode(host); err == nil {
		shown = u
	}
	if strings.Contains(host, "."+government+".") || strings.HasPrefix(host, government+".") {
		return problem("look-alike", "host", shown), true
	}
	if like := skeleton(shown); like != shown && (like == government || strings.HasSuffix(like, "."+government)) {
		return problem("look-alike", "host", shown), true
	}
	if below(hostTable()["look-alike"], host) {
		return problem("look-alike", "host", shown), true
	}
	for label := range strings.SplitSeq(host, ".") {
		for part := range hostTable()["look-alike-part"] {
			if label == part || strings.HasSuffix(label, "-"+part) || strings.HasPrefix(label, part+"-") {
				return problem("look-alike", "host", shown), true
			}
		}
	}
	if strings.HasSuffix(host, ".cn") || strings.HasSuffix(host, ".com") || strings.HasSuffix(host, ".net") {
		domain, _ := publicsuffix.EffectiveTLDPlusOne(host)
		name, _, _ := strings.Cut(domain, ".")
		if strings.HasSuffix(name, "-gov") || strings.HasPrefix(name, "gov-") || strings.HasSuffix(name, "gov") && strings.HasSuffix(domain, "gov.cn") {
			return problem("look-alike-maybe", "host", shown), true
		}
	}
	return Problem{}, false
}

// skeleton writes a host name with the letters that its own look like.
func skeleton(host string) string {
	var b strings.Builder
	for _, r := range host {
		if s, ok := skeletonTable()[r]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "vv", "w")
}

// mixedScript finds labels in which Latin stands beside letters that look like it, and labels that
// are wholly made of such letters although their domain is a Latin one (UTS 39 section 5.1).
func mixedScript(host string) (Problem, bool) {
	if !strings.Contains(host, "xn--") {
		return Problem{}, false
	}
	shown, err := idna.Display.ToUnicode(host)
	if err != nil {
		return Problem{}, false
	}
	for label := range strings.SplitSeq(shown, ".") {
		latin, other, alike := false, false, true
		for _, r := range label {
			switch {
			case r < 0x80 && !unicode.IsLetter(r):
			case unicode.Is(unicode.Latin, r):
				latin = true
			case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee):
				other = true
				if _, ok := skeletonTable()[r]; !ok {
					alike = false
				}
			default:
				alike = false
			}
		}
		if other && (latin || alike) {
			return problem("mixed-script", "host", shown), true
		}
	}
	return Problem{}, false
}

// textDiffers finds links whose words are an address in another domain than the link's.
func (in *Inspector) textDiffers(u *url.URL, text string) (Problem, bool) {
	if len(text) < 4 || len(text) > 300 || strings.IndexByte(text, '.') < 0 {
		return Problem{}, false
	}
	shown := strings.ToLower(strings.Trim(strings.TrimSpace(text), "<>()（）“”\"'，。；、"))
	host := shown
	if s := schemeOf(shown); s == "http" || s == "https" {
		host = strings.TrimLeft(shown[len(s)+1:], "/")
	} else if !strings.HasPrefix(shown, "www.") && !knownTop(shown) {
		return Problem{}, false
	}
	if i := strings.IndexAny(host, "/?#: …"); i >= 0 {
		host = host[:i]
	}
	host = ASCIIHost(host)
	for i := 0; i < len(host); i++ {
		if c := host[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-') {
			return Problem{}, false
		}
	}
	want, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return Problem{}, false
	}
	real := ASCIIHost(u.Hostname())
	if got, err := publicsuffix.EffectiveTLDPlusOne(real); err == nil && got == want {
		return Problem{}, false
	}
	return problem("text-differs", "text", text, "host", real), true
}

// knownTop reports whether a text without a scheme is surely a host name and no file's name.
func knownTop(shown string) bool {
	host, _, _ := strings.Cut(shown, "/")
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || strings.ContainsAny(host, " 　@") {
		return false
	}
	switch host[dot+1:] {
	case "cn", "com", "net", "org", "edu", "gov":
		return true
	}
	return false
}
