package links

import (
	"net/url"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"proofcheck/source"
)

// Options say what belongs to the site whose drafts are checked. The zero value holds for a draft
// of which nothing is known.
type Options struct {
	Page    *url.URL  // where the draft will be published; nil when that is not known
	Own     []string  // host names of the own site, besides that of Page
	Allowed []string  // domains that external links may lead to; none means any
	Blocked []Blocked // domains that no link may lead to
}

// Blocked is a domain that has been retired or must not be linked.
type Blocked struct {
	Domain string // its subdomains are meant too
	Note   string // why; may be empty
}

// Inspector judges single references without the network and without the files around them. It
// does not change once made and is safe for concurrent use.
type Inspector struct {
	opt     Options
	own     map[string]bool
	allowed map[string]bool
	blocked map[string]string

	plain sync.Map // hosts, with ports, with which nothing is wrong
	known atomic.Int64
}

// NewInspector returns an Inspector.
func NewInspector(opt Options) *Inspector {
	in := &Inspector{opt: opt, own: map[string]bool{}, allowed: map[string]bool{}, blocked: map[string]string{}}
	for _, h := range opt.Own {
		in.own[ASCIIHost(h)] = true
	}
	if opt.Page != nil {
		in.own[ASCIIHost(opt.Page.Hostname())] = true
	}
	for _, d := range opt.Allowed {
		in.allowed[domainKey(d)] = true
	}
	for _, b := range opt.Blocked {
		in.blocked[domainKey(b.Domain)] = b.Note
	}
	return in
}

func domainKey(d string) string {
	return ASCIIHost(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(d), "*."), "."))
}

// Own reports whether a host belongs to the own site.
func (in *Inspector) Own(host string) bool { return in.own[ASCIIHost(host)] }

// Check returns what is wrong with a reference. text is what readers see of it, "" for an image or
// a script.
func (in *Inspector) Check(l *source.Link, text string) []Problem {
	return in.CheckOn(in.opt.Page, l, text)
}

// CheckOn is Check for a reference on the page at an address, which may be nil.
func (in *Inspector) CheckOn(page *url.URL, l *source.Link, text string) []Problem {
	found := in.checkOn(page, l, text)
	if l.Element == "url" {
		for i := range found {
			found[i].Level = spoken(&found[i])
		}
	}
	return found
}

// spoken returns the level of a problem of an address that a text speaks of without making a link of it: hosts that
// only some can reach and parts that readers are to put in are usual there.
func spoken(p *Problem) Level {
	switch p.ID {
	case "localhost", "private", "intranet", "test-host", "malformed", "port":
		return Info
	}
	return min(p.Level, Warning)
}

func (in *Inspector) checkOn(page *url.URL, l *source.Link, text string) []Problem {
	target := l.Target
	if plainRelative(target) {
		return in.file(nil, l, target, text)
	}
	if placeholder(target) {
		return nil
	}
	if found, stop := empty(l); stop {
		return found
	}
	scheme := schemeOf(target)
	switch scheme {
	case "mailto":
		return mailto(target)
	case "tel", "sms":
		return phone(target)
	}
	if found := syntax(l); len(found) > 0 {
		return found
	}
	switch scheme {
	case "http", "https", "":
		return in.web(page, l, text)
	}
	return nil
}

// plainRelative reports whether a target is a path in the site with nothing unusual about it; most
// are.
func plainRelative(t string) bool {
	if len(t) < 2 || t[0] == '/' && t[1] == '/' || strings.HasPrefix(t, "www") || strings.HasPrefix(t, "ht") {
		return false
	}
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '/' || c == '.' || c == '-' || c == '_' || c == '#' || c == '?' || c == '=' || c == '&' {
			continue
		}
		return false
	}
	return true
}

// placeholder reports whether a program will put the target in later.
func placeholder(t string) bool {
	for i := 1; i < len(t); i++ {
		switch c := t[i]; t[i-1] {
		case '{':
			if c == '{' || c == '%' {
				return true
			}
		case '<':
			if c == '%' || c == '?' {
				return true
			}
		case '$':
			if c == '{' {
				return true
			}
		case '@', '%':
			if c == t[i-1] {
				return true
			}
		}
	}
	return strings.HasPrefix(t, "data:") || strings.HasPrefix(t, "blob:")
}

// problem makes a Problem with the level of its ID.
func problem(id string, args ...string) Problem {
	return Problem{ID: id, Level: LevelOf(id), Args: args}
}

// web checks what follows once a target reads as an address of the web.
func (in *Inspector) web(page *url.URL, l *source.Link, text string) []Problem {
	u, err := Resolve(nil, l.Target)
	if err != nil {
		return []Problem{malformed(err)}
	}
	var out []Problem
	if u.Host != "" {
		out = in.host(u, l)
		if page != nil && page.Scheme == "https" && u.Scheme == "http" && resource(l) {
			p := problem("mixed-content")
			p.Suggest = "https" + l.Target[len("http"):]
			out = append(out, p)
		}
		if p, ok := in.textDiffers(u, text); ok {
			out = append(out, p)
		}
	}
	return append(out, in.file(u, l, l.Target, text)...)
}

func malformed(err error) Problem {
	if e, ok := err.(*url.Error); ok {
		err = e.Err
	}
	return problem("malformed", "error", err.Error())
}

// resource reports whether browsers load the target with the page.
func resource(l *source.Link) bool {
	switch l.Element {
	case "a", "area", "url", "autolink", "definition", "blockquote", "q", "ins", "del", "base":
		return false
	}
	return true
}

// followed reports whether readers go to the target by clicking.
func followed(l *source.Link) bool {
	switch l.Element {
	case "a", "area", "url", "autolink", "definition":
		return l.Attribute != "ping"
	}
	return false
}

// file checks the kind of file that a target names against its danger and the words of the link.
func (in *Inspector) file(u *url.URL, l *source.Link, target, text string) []Problem {
	if !followed(l) {
		return nil
	}
	name := target
	if u != nil {
		name = u.Path
	} else if i := strings.IndexAny(name, "?#"); i >= 0 {
		name = name[:i]
	}
	ext := extension(name)
	class := extensionTable()[ext]
	switch class {
	case "":
		return nil
	case "program":
		return []Problem{problem("executable", "extension", ext)}
	case "installer":
		return []Problem{problem("installer", "extension", ext)}
	}
	switch class {
	case "word", "excel", "slides", "pdf", "ofd", "archive", "image", "text":
		if claim, promised := promise(text); promised != "" && promised != class {
			return []Problem{problem("extension-differs", "text", claim, "extension", ext)}
		}
	}
	return nil
}

// extension returns the extension of a path in lower case, without the dot.
func extension(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || len(name)-dot > 8 || strings.IndexByte(name[dot:], '/') >= 0 {
		return ""
	}
	return strings.ToLower(name[dot+1:])
}

// promise returns the words of a link that say what kind of file it leads to, and that kind.
func promise(text string) (words, class string) {
	if text == "" || len(text) > 300 {
		return "", ""
	}
	lower := strings.ToLower(strings.TrimSpace(text))
	ext := extension(path.Base(lower))
	if class := extensionTable()[ext]; class != "" {
		return "." + ext, class
	}
	for claim, class := range claimTable() {
		if strings.Contains(lower, claim) {
			words, found := claim, class
			// Two promises in one text promise nothing.
			for other, c := range claimTable() {
				if c != found && strings.Contains(lower, other) {
					return "", ""
				}
			}
			return words, found
		}
	}
	return "", ""
}
