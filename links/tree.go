package links

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

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

// A listing holds the names of a folder. A nil *listing stands for a folder that is not there.
type listing struct {
	names  map[string]bool // whether it is a folder
	folded func() map[string]string
}

// A file is what a path leads to.
type file struct {
	name    string // slash path of the regular file; "" when there is none
	problem string // ID; "" when all is well
	actual  string // for case: how it is written
}

type anchorSet struct {
	load func() map[string]struct{} // nil when the file is no page
}

// Local is what a link leads to in a Tree.
type Local struct {
	Problems []Problem
	Name     string // slash path of the file in the tree; "" when there is none
	Anchor   string // fragment, decoded; to be looked up with Anchor when the pages have been added
	Outside  bool   // the link does not lead into the tree, or that is not known
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
		u, err := Resolve(t.opt.BaseURL, target)
		if err != nil || t.opt.BaseURL == nil {
			return Local{Outside: true}
		}
		rest, ok := t.inside(u)
		if !ok {
			return Local{Outside: true}
		}
		target = rest
		if u.Fragment != "" {
			target += "#" + u.EscapedFragment()
		}
	}
	return t.resolve(page, from, target, l)
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
			return Local{Name: page, Anchor: unescape(fragment)}
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

// lookUp finds what a path of the site leads to; a page in Markdown may mean what a generator makes.
func (t *Tree) lookUp(full string, markdown bool) *file {
	key := full
	if markdown {
		key = "m" + full
	}
	if f, ok := t.files.Load(key); ok {
		return f.(*file)
	}
	f := t.find(full, markdown)
	if strings.IndexByte(full, '%') >= 0 && f.name == "" {
		for _, name := range decodings(full) {
			if g := t.find(name, markdown); g.name != "" || g.problem == "" {
				f = g
				break
			}
		}
	}
	if f.name != "" && f.problem == "" {
		if info, err := os.Stat(t.path(f.name)); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
			f.problem = "empty-file"
		}
	}
	t.files.Store(key, f)
	return f
}

// decodings returns the names that a path with escapes may stand for: UTF-8, or GBK as on older sites.
func decodings(full string) []string {
	plain := unescape(full)
	if utf8.ValidString(plain) {
		return []string{plain}
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().String(plain); err == nil {
		return []string{s, plain}
	}
	return []string{plain}
}

// pageExtensions are what a target without an extension may stand for.
var pageExtensions = []string{".html", ".htm", ".shtml", ".md"}

// dynamic are the extensions of pages that are no files.
func dynamic(name string) bool {
	switch extension(name) {
	case "php", "asp", "aspx", "jsp", "jspx", "do", "action", "cgi", "ashx":
		return true
	}
	return false
}

func (t *Tree) find(full string, markdown bool) *file {
	name := strings.Trim(full, "/")
	if name == "" {
		return t.index("")
	}
	slash := strings.HasSuffix(full, "/")
	dir, base := path.Split(name)
	dir = strings.TrimSuffix(dir, "/")
	if list := t.list(dir); list != nil {
		folder, there := list.names[base]
		switch {
		case there && folder:
			if f := t.index(name); f.name != "" || !markdown {
				return f
			}
			return &file{}
		case there && !slash:
			return &file{name: name}
		}
		if !slash || markdown {
			for _, ext := range pageExtensions {
				if folder, there := list.names[base+ext]; there && !folder {
					return &file{name: name + ext}
				}
			}
		}
		if stem, ok := strings.CutSuffix(base, ".html"); ok && markdown {
			if _, there := list.names[stem+".md"]; there {
				return &file{name: path.Join(dir, stem+".md")}
			}
		}
	}
	if actual, ok := t.fold(name); ok {
		return &file{name: actual, problem: "case", actual: actual}
	}
	if dynamic(name) {
		return &file{}
	}
	return &file{problem: "missing"}
}

// index returns the page that a folder stands for.
func (t *Tree) index(dir string) *file {
	list := t.list(dir)
	if list != nil {
		for _, n := range t.opt.Index {
			if folder, there := list.names[n]; there && !folder {
				return &file{name: path.Join(dir, n)}
			}
		}
	}
	return &file{problem: "missing-page"}
}

// fold finds a path whose letters are the same but for their case.
func (t *Tree) fold(name string) (string, bool) {
	actual := ""
	for part := range strings.SplitSeq(name, "/") {
		list := t.list(actual)
		if list == nil {
			return "", false
		}
		if _, ok := list.names[part]; !ok {
			if part, ok = list.folded()[strings.ToLower(part)]; !ok {
				return "", false
			}
		}
		actual = path.Join(actual, part)
	}
	return actual, actual != name
}

// list returns the names of a folder, nil when it is not there under exactly this name.
func (t *Tree) list(dir string) *listing {
	if l, ok := t.dirs.Load(dir); ok {
		return l.(*listing)
	}
	var l *listing
	if dir == "" {
		l = t.read(dir)
	} else if parent := t.list(parentOf(dir)); parent != nil && parent.names[path.Base(dir)] {
		l = t.read(dir)
	}
	t.dirs.Store(dir, l)
	return l
}

func parentOf(dir string) string {
	if i := strings.LastIndexByte(dir, '/'); i >= 0 {
		return dir[:i]
	}
	return ""
}

func (t *Tree) read(dir string) *listing {
	entries, err := os.ReadDir(t.path(dir))
	if err != nil {
		return nil
	}
	l := &listing{names: make(map[string]bool, len(entries))}
	for _, e := range entries {
		folder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			if info, err := os.Stat(filepath.Join(t.path(dir), e.Name())); err == nil {
				folder = info.IsDir()
			}
		}
		l.names[e.Name()] = folder
	}
	l.folded = sync.OnceValue(func() map[string]string {
		out := make(map[string]string, len(l.names))
		for n := range l.names {
			lower := strings.ToLower(n)
			if old, ok := out[lower]; !ok || n < old {
				out[lower] = n
			}
		}
		return out
	})
	return l
}

// path returns where a slash path of the tree is on this computer.
func (t *Tree) path(name string) string { return filepath.Join(t.top, filepath.FromSlash(name)) }

// Anchor returns what is wrong with a fragment of a file that Resolve has found. Files that are no
// pages have none.
func (t *Tree) Anchor(name, fragment string) []Problem {
	if name == "" || !judged(fragment) {
		return nil
	}
	v, ok := t.anchors.Load(name)
	if !ok {
		v, _ = t.anchors.LoadOrStore(name, &anchorSet{sync.OnceValue(func() map[string]struct{} { return t.readAnchors(name) })})
	}
	anchors := v.(*anchorSet).load()
	if anchors == nil {
		return nil
	}
	return missingAnchor(anchors, fragment, "missing-anchor")
}

// judged reports whether a fragment names an anchor. Others are for scripts and readers of the
// page: the top, a text fragment, a line of code, a path or state of an application.
func judged(fragment string) bool {
	if fragment == "" || strings.EqualFold(fragment, "top") || strings.Contains(fragment, ":~:") || placeholder(fragment) {
		return false
	}
	switch fragment[0] {
	case '/', '!', '?':
		return false
	case 'L':
		if len(fragment) > 1 && fragment[1] >= '0' && fragment[1] <= '9' {
			return false
		}
	}
	return !strings.ContainsAny(fragment, "=&")
}

func missingAnchor(anchors map[string]struct{}, fragment, id string) []Problem {
	if _, ok := anchors[fragment]; ok {
		return nil
	}
	if _, ok := anchors["user-content-"+fragment]; ok {
		return nil
	}
	near := ""
	for a := range anchors {
		if strings.EqualFold(a, fragment) && (near == "" || a < near) {
			near = a
		}
	}
	if near != "" {
		return []Problem{problem("case-anchor", "name", near)}
	}
	return []Problem{problem(id, "anchor", fragment)}
}

// readAnchors reads a page for its anchors only.
func (t *Tree) readAnchors(name string) map[string]struct{} {
	f := formats.ByName(name)
	if f == nil || f == formats.Text {
		return nil
	}
	if info, err := os.Stat(t.path(name)); err != nil || !info.Mode().IsRegular() {
		return nil // opening a pipe would wait
	}
	in, err := os.Open(t.path(name))
	if err != nil {
		return nil
	}
	defer in.Close()
	page, err := ReadPage(name, in, f, PageOptions{Slugs: t.opt.Slugs}, nil)
	if err != nil || page.Partial {
		return nil // it could not be read to its end, so nothing is known to be missing
	}
	return page.Anchors
}
