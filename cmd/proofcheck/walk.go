package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"proofcheck/formats"
)

// draft is one document to be checked, or a path that cannot be.
type draft struct {
	path   string // as reports name it; "-" or the name given for it is standard input
	stdin  bool
	named  bool // on the command line, not found in a directory
	format *formats.Format
	err    error // why it cannot be checked
}

// walker finds the drafts that arguments name.
type walker struct {
	p         *program
	configs   *configs
	exclude   []string // patterns of --exclude, from the working directory
	gitignore bool
	stdinName string

	drafts []draft
	seen   map[string]bool // absolute paths of drafts
	others map[string]bool // absolute paths of reports, lexicons and so on, which are no drafts
	dirs   map[string]bool // real paths of directories that have been entered
	notes  []string
}

// add takes one argument: a file, a directory, a pattern or "-".
func (w *walker) add(arg string) error {
	if arg == "-" {
		return w.addStdin()
	}
	info, err := os.Stat(arg)
	if errors.Is(err, fs.ErrNotExist) && isPattern(arg) {
		return w.glob(arg)
	}
	if errors.Is(err, fs.ErrNotExist) {
		w.failed(arg, w.p.missing(arg))
		return nil
	}
	if err != nil {
		w.failed(arg, w.p.fail("walk.unread", "error", w.p.reason(err)))
		return nil
	}
	if !info.IsDir() {
		return w.file(arg, true)
	}
	before := len(w.drafts)
	if err := w.root(arg); err != nil {
		return err
	}
	if len(w.drafts) == before {
		w.notes = append(w.notes, w.p.say("walk.empty", "path", shown(arg)))
	}
	return nil
}

func (w *walker) addStdin() error {
	d := draft{path: "-", stdin: true, named: true, format: formats.Text}
	if w.stdinName != "" {
		d.path = w.stdinName
		if f := formats.ByName(d.path); f != nil {
			d.format = f
		}
	}
	if w.seen["-"] {
		return w.p.fail("walk.stdin-twice")
	}
	w.seen["-"] = true
	w.drafts = append(w.drafts, d)
	return nil
}

// isPattern reports whether an argument may be a pattern that no shell has expanded.
func isPattern(arg string) bool { return strings.ContainsAny(arg, "*?[{") }

func (w *walker) glob(pattern string) error {
	paths, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		w.failed(pattern, w.p.fail("walk.pattern"))
		return nil
	}
	slices.Sort(paths)
	found := false
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && !info.IsDir() && formats.ByName(path) != nil {
			found = true
			if err := w.file(path, false); err != nil {
				return err
			}
		}
	}
	if !found {
		w.failed(pattern, w.p.fail("walk.nothing"))
	}
	return nil
}

// file takes a file, unless it is excluded. One that is not named must have a known extension.
func (w *walker) file(path string, named bool) error {
	format := formats.ByName(path)
	if format == nil && !named {
		return nil
	}
	if format == nil {
		format = formats.Text
	}
	out, err := w.excluded(path)
	if err != nil || out {
		return err
	}
	key := absolute(path)
	if w.seen[key] || w.others[key] && !named {
		return nil
	}
	w.seen[key] = true
	w.drafts = append(w.drafts, draft{path: path, named: named, format: format})
	return nil
}

func (w *walker) failed(path string, err error) {
	w.drafts = append(w.drafts, draft{path: path, named: true, err: err})
}

// excluded reports whether patterns of the command line or of the nearest config leave out a path.
func (w *walker) excluded(path string) (bool, error) {
	if matchesAny(w.exclude, absolute("."), path) {
		return true, nil
	}
	c, err := w.configs.forDir(filepath.Dir(path))
	if err != nil {
		return false, err
	}
	return c.excludes(path), nil
}

// root walks a directory that is named on the command line.
func (w *walker) root(dir string) error {
	var ignores []*ignoreFile
	if w.gitignore {
		ignores = ignoresAbove(absolute(dir))
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		w.failed(dir, w.p.fail("walk.unread", "error", w.p.reason(err)))
		return nil
	}
	var chain []string
	for at := absolute(real); ; at = filepath.Dir(at) {
		chain = append(chain, at)
		if at == filepath.Dir(at) {
			break
		}
	}
	slices.Reverse(chain)
	return w.walk(dir, chain, ignores)
}

// walk takes the drafts of a directory and those below it, in order of names. chain is the real
// paths of the directories that lead here from the root of the file system, this one last.
func (w *walker) walk(dir string, chain []string, ignores []*ignoreFile) error {
	real := chain[len(chain)-1]
	if w.dirs[real] {
		return nil
	}
	w.dirs[real] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		w.failed(dir, w.p.fail("walk.unread", "error", w.p.reason(err)))
		return nil
	}
	if w.gitignore {
		f, err := readIgnore(absolute(dir))
		if err != nil {
			w.notes = append(w.notes, w.p.say("walk.unreadable", "path", shown(filepath.Join(dir, ".gitignore")), "error", w.p.reason(err)))
		}
		if f != nil {
			ignores = append(slices.Clip(ignores), f)
		}
	}
	for _, e := range entries {
		if err := w.entry(dir, e, chain, ignores); err != nil {
			return err
		}
	}
	return nil
}

// entry takes one entry of a directory. Hidden ones are left out.
func (w *walker) entry(dir string, e fs.DirEntry, chain []string, ignores []*ignoreFile) error {
	if strings.HasPrefix(e.Name(), ".") {
		return nil
	}
	path := filepath.Join(dir, e.Name())
	real := filepath.Join(chain[len(chain)-1], e.Name())
	mode := e.Type()
	if mode&fs.ModeSymlink != 0 {
		info, err := os.Stat(path)
		if err != nil {
			if formats.ByName(path) != nil || !errors.Is(err, fs.ErrNotExist) {
				w.notes = append(w.notes, w.p.say("walk.link", "path", shown(path), "error", w.p.reason(err)))
			}
			return nil
		}
		if mode = info.Mode().Type(); mode.IsDir() {
			if real, err = filepath.EvalSymlinks(path); err != nil {
				return nil
			}
			if real = absolute(real); slices.Contains(chain, real) {
				w.notes = append(w.notes, w.p.say("walk.loop", "path", shown(path), "target", shown(near(real))))
				return nil
			}
		}
	}
	if ignored(ignores, filepath.Join(absolute(dir), e.Name()), mode.IsDir()) {
		return nil
	}
	if mode.IsDir() {
		out, err := w.excluded(path)
		if err != nil || out {
			return err
		}
		return w.walk(path, append(slices.Clip(chain), real), ignores)
	}
	if !mode.IsRegular() {
		return nil
	}
	return w.file(path, false)
}

// missing says that a path does not exist, and which name beside it is most like it.
func (p *program) missing(path string) error {
	dir, name := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir + "."))
	if err != nil {
		entries = nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	near := nearest(name, names)
	if near == "" || distance(name, near) > max(2, len([]rune(name))/3) {
		return p.fail("walk.missing")
	}
	return p.fail("walk.missing-near", "near", shown(dir+near))
}

// readList reads the paths of --files-from: one a line, or each ended by a NUL.
func (p *program) readList(name string) ([]string, error) {
	in := p.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, p.fail("walk.unreadable", "path", shown(name), "error", p.reason(err))
		}
		defer f.Close()
		in = f
	}
	const most = 64 << 20
	text, err := io.ReadAll(io.LimitReader(bufio.NewReader(in), most))
	if err != nil {
		return nil, p.fail("walk.unreadable", "path", shown(name), "error", p.reason(err))
	}
	separator := "\n"
	if bytes.IndexByte(text, 0) >= 0 {
		separator = "\x00"
	}
	var out []string
	for s := range strings.SplitSeq(string(text), separator) {
		if s = strings.TrimRight(s, "\r"); s != "" {
			out = append(out, s)
		}
	}
	return out, nil
}

// near writes a path that lies below the working directory as seen from there.
func near(path string) string {
	if rel, err := filepath.Rel(absolute("."), path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// shown writes a path for messages and reports: with slashes, and without what would confuse a
// terminal.
func shown(path string) string {
	if runtime.GOOS == "windows" {
		path = filepath.ToSlash(path)
	}
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7F {
			return '\uFFFD'
		}
		return r
	}, path)
}
