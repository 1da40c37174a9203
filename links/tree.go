package links

import (
	"net/url"
	"path"
	"strings"
	"sync"

	"proofcheck/formats"
	"proofcheck/source"
)

// TreeOptions say how a folder becomes a site.
type TreeOptions struct {
	// Rooted says that the folder is what the site serves at "/". Without it, targets that begin
	// with a slash or lead out of the folder are not judged.
	Rooted  bool
	BaseURL *url.URL // where the folder is published; links to it are looked up in the folder
	Index   []string // names of the page that a folder stands for; DefaultIndex when nil
	Slugs   Slugs    // how Markdown headings become anchors
	Mounts  []*Tree  // other sites that lie in folders, each with a BaseURL; links to them are looked up there
}

// DefaultIndex are the names of the page that a folder stands for, in order.
var DefaultIndex = []string{"index.html", "index.htm", "index.shtml", "default.html", "default.htm", "index.md", "_index.md", "README.md", "readme.md"}

// Tree resolves links in a folder as the site that serves it does. Listings, files and anchors are
// looked up once. It is safe for concurrent use; the folder should not change meanwhile.
type Tree struct {
	top     string
	opt     TreeOptions
	dirs    sync.Map // slash path → *listing
	files   sync.Map // slash path → *file
	anchors sync.Map // slash path → *anchorSet
}

// NewTree returns the Tree of a folder.
func NewTree(top string, opt TreeOptions) *Tree {
	if opt.Index == nil {
		opt.Index = DefaultIndex
	}
	return &Tree{top: top, opt: opt}
}

// Local is what a link leads to in a Tree.
type Local struct {
	Problems []Problem
	Name     string // slash path of the file in the tree; "" when there is none
	Anchor   string // fragment, decoded; to be looked up with Anchor when the pages have been added
	Outside  bool   // the link does not lead into the tree, or that is not known
	Tree     *Tree  // that Name is in: the one that was asked, or one of its mounts; nil without Name
}

// Add makes the anchors of a page known that has been read; those of others are read when they are
// asked for.
func (t *Tree) Add(name string, p *Page) {
	anchors := p.Anchors
	if p.Partial {
		anchors = nil
	}
	t.anchors.Store(name, &anchorSet{func() map[string]struct{} { return anchors }})
}

// Resolve returns what a link on a page leads to. page is the slash path of the page in the tree,
// base that of its base element.
func (t *Tree) Resolve(page string, base *url.URL, l *source.Link) Local {
	target := l.Target
	if placeholder(target) || strings.TrimSpace(target) == "" {
		return Local{Outside: true}
	}
	from := "/" + page
	if base != nil && (base.Scheme != "" || base.Host != "") {
		rest, ok := t.inside(base)
		if !ok {
			return Local{Outside: schemeOf(target) != "" || target[0] != '#'}
		}
		from = rest
	} else if base != nil && base.Path != "" {
		from, _ = join(from, base.Path)
	}
	if schemeOf(target) != "" || strings.HasPrefix(target, "//") {
		if t.opt.BaseURL == nil && len(t.opt.Mounts) == 0 {
			return Local{Outside: true}
		}
		u, err := Resolve(t.opt.BaseURL, target)
		if err != nil {
			return Local{Outside: true}
		}
		in, rest := t.home(u)
		if in == nil {
			return Local{Outside: true}
		}
		if u.Fragment != "" {
			rest += "#" + u.EscapedFragment()
		}
		if in != t {
			return in.resolve("", "/", rest, l)
		}
		target = rest
	}
	return t.resolve(page, from, target, l)
}

// Holds reports whether an address is published from the tree or one of its mounts.
func (t *Tree) Holds(u *url.URL) bool {
	in, _ := t.home(u)
	return in != nil
}

// Rooted reports whether the tree is known to be all of a site.
func (t *Tree) Rooted() bool { return t.opt.Rooted }

// home returns the tree that an address is published from, nil when there is none, and its path there.
func (t *Tree) home(u *url.URL) (*Tree, string) {
	if rest, ok := t.inside(u); ok {
		return t, rest
	}
	for _, m := range t.opt.Mounts {
		if rest, ok := m.inside(u); ok {
			return m, rest
		}
	}
	return nil, ""
}

// inside returns the part of an address below the tree's own.
func (t *Tree) inside(u *url.URL) (string, bool) {
	b := t.opt.BaseURL
	if b == nil || !strings.EqualFold(HostKey(u), HostKey(b)) {
		return "", false
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(b.EscapedPath(), "/"))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}

func (t *Tree) resolve(page, from, target string, l *source.Link) Local {
	target, fragment, _ := strings.Cut(target, "#")
	target, _, _ = strings.Cut(target, "?")
	if target == "" {
		if from == "/"+page {
			return Local{Name: page, Anchor: unescape(fragment), Tree: t}
		}
		target = path.Base(from)
	}
	if strings.IndexByte(target, '\\') >= 0 {
		target = strings.ReplaceAll(target, `\`, "/")
	}
	if !t.opt.Rooted && target[0] == '/' && t.opt.BaseURL == nil {
		return Local{Outside: true}
	}
	full, out := join(from, target)
	if out {
		if !t.opt.Rooted {
			return Local{Outside: true}
		}
		return Local{Problems: []Problem{problem("outside")}}
	}
	f := t.lookUp(full, formats.ByName(page) == formats.Markdown)
	local := Local{Name: f.name, Anchor: unescape(fragment)}
	if f.name != "" {
		local.Tree = t
	}
	if f.problem != "" {
		p := problem(f.problem)
		if f.problem == "case" {
			p.Args = []string{"name", f.actual}
			p.Suggest = recase(l.Target, f.actual)
		}
		local.Problems = []Problem{p}
	}
	return local
}

// recase writes a target with the letters of the file it leads to, "" when that is not plain.
func recase(target, actual string) string {
	end := strings.IndexAny(target+"#", "?#")
	from := max(strings.LastIndex(target[:end], "../")+3, 0)
	if from == 2 {
		from = 0
	}
	for from < end && (target[from] == '/' || strings.HasPrefix(target[from:], "./")) {
		from++
	}
	written := target[from:end]
	at := len(actual) - len(written)
	if at < 0 || !strings.EqualFold(actual[at:], written) {
		return ""
	}
	return target[:from] + actual[at:] + target[end:]
}

// join resolves a path against the page's; out says that it leads out of the root. A slash at the
// end stays.
func join(from, target string) (full string, out bool) {
	if target[0] != '/' {
		target = from[:strings.LastIndexByte(from, '/')+1] + target
	}
	if strings.Contains(target, "/.") || strings.Contains(target, "//") {
		depth := 0
		for part := range strings.SplitSeq(target, "/") {
			switch part {
			case "..":
				if depth--; depth < 0 {
					return "", true
				}
			case "", ".":
			default:
				depth++
			}
		}
		slash := strings.HasSuffix(target, "/") || strings.HasSuffix(target, "/.") || strings.HasSuffix(target, "/..")
		target = path.Clean(target)
		if slash && target != "/" {
			target += "/"
		}
	}
	return target, false
}
