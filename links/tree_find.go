package links

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

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
