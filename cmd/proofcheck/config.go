package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"proofcheck/checker"
	"proofcheck/ledger"
	"proofcheck/lexicon"
)

// configName is the file that is looked for in the directory of a draft and those above it.
const configName = ".proofcheck.yaml"

// config is what a config file says. The zero value says nothing.
type config struct {
	path string // of the file, "" without one
	dir  string // what relative paths begin at, absolute

	// Of the run; the config of the working directory alone counts.
	lang      string
	formats   []string
	outputs   []string
	failOn    string
	baseline  string
	color     string
	jobs      int
	exclude   []string
	gitignore *bool
	second    *secondOpinion
	units     ledger.Units // who is responsible for which pages
	score     *ledger.Score
	patrol    *patrolConfig

	section
	overrides []override

	serve serveConfig // of the service
}

// section is what can be said of all drafts or of some.
type section struct {
	profile     string
	only, skip  []string
	levels      map[string]checker.Level
	minLevel    checker.Level
	links       string
	site        site
	lexicons    []lexiconRef
	roster      string // file of names and posts, absolute
	model       string // file that learn made, absolute
	typoModel   string // file of the statistical detector, absolute; "" for the built-in one
	builtin     *bool
	date        lexicon.Date
	charset     string
	maxFindings int
}

// override is a section for the drafts whose paths match.
type override struct {
	paths []string
	section
}

// lexiconRef names a lexicon file and what its entries have where it says nothing.
type lexiconRef struct {
	path     string // absolute
	category *lexicon.Category
	level    lexicon.Level
	pack     string
	evasion  lexicon.Evasion
}

// merge puts what t says over s. Lists of rules and lexicons are replaced, as flags do; levels
// are added.
func (s section) merge(t section) section {
	if t.profile != "" {
		s.profile = t.profile
	}
	if t.only != nil {
		s.only = t.only
	}
	if t.skip != nil {
		s.skip = t.skip
	}
	if t.levels != nil {
		levels := map[string]checker.Level{}
		for _, m := range []map[string]checker.Level{s.levels, t.levels} {
			for k, v := range m {
				levels[k] = v
			}
		}
		s.levels = levels
	}
	if t.minLevel != checker.Off {
		s.minLevel = t.minLevel
	}
	if t.links != "" {
		s.links = t.links
	}
	s.site = s.site.merge(t.site)
	if t.lexicons != nil {
		s.lexicons = t.lexicons
	}
	if t.model != "" {
		s.model = t.model
	}
	if t.typoModel != "" {
		s.typoModel = t.typoModel
	}
	if t.roster != "" {
		s.roster = t.roster
	}
	if t.builtin != nil {
		s.builtin = t.builtin
	}
	if t.date != 0 {
		s.date = t.date
	}
	if t.charset != "" {
		s.charset = t.charset
	}
	if t.maxFindings != 0 {
		s.maxFindings = t.maxFindings
	}
	return s
}

// sectionFor returns what the config says of one draft, and which of its overrides match: drafts
// with the same answer are checked alike.
func (c *config) sectionFor(path string) (section, string) {
	s, key := c.section, c.path
	for i := range c.overrides {
		if o := &c.overrides[i]; matchesAny(o.paths, c.dir, path) {
			s = s.merge(o.section)
			key += "\x00" + string(rune('0'+i))
		}
	}
	return s, key
}

// excludes reports whether the config leaves out a path.
func (c *config) excludes(path string) bool { return matchesAny(c.exclude, c.dir, path) }

// matchesAny reports whether a path, or a directory it lies in, matches one of the patterns,
// which count from dir. A pattern without a slash matches at any depth.
func matchesAny(patterns []string, dir, file string) bool {
	if len(patterns) == 0 {
		return false
	}
	rel, err := filepath.Rel(dir, absolute(file))
	if err != nil {
		return false
	}
	rel = filepath.ToSlash(rel)
	return slices.ContainsFunc(patterns, func(p string) bool { return matchPath(p, rel) })
}

// matchPath matches a pattern against a slash-separated relative path and all directories above.
func matchPath(pattern, rel string) bool {
	anywhere := !hasSlash(pattern)
	for at := rel; at != "." && at != "/" && at != ""; at = path.Dir(at) {
		name := at
		if anywhere {
			name = path.Base(at)
		}
		if ok, _ := doublestar.Match(trimSlash(pattern), name); ok {
			return true
		}
	}
	return false
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// configs finds and keeps the config files of directories. It is safe for several goroutines.
type configs struct {
	p     *program
	fixed *config // of --config or --no-config: the one for everything

	mu    sync.Mutex
	byDir map[string]*config
}

// none is what holds where no config file is.
func (p *program) none() *config { return &config{dir: absolute(".")} }

// forDir returns the config of a directory: that of its own file, or of the nearest directory
// above that has one.
func (cs *configs) forDir(dir string) (*config, error) {
	if cs.fixed != nil {
		return cs.fixed, nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.find(absolute(dir))
}

func (cs *configs) find(dir string) (*config, error) {
	if c, ok := cs.byDir[dir]; ok {
		return c, nil
	}
	c, err := cs.p.readConfig(filepath.Join(dir, configName))
	if errors.Is(err, fs.ErrNotExist) {
		if above := filepath.Dir(dir); above != dir {
			c, err = cs.find(above)
		} else {
			c, err = cs.p.none(), nil
		}
	}
	if err != nil {
		return nil, err
	}
	cs.byDir[dir] = c
	return c, nil
}

// readConfig reads a config file. An error names file, line and column.
func (p *program) readConfig(path string) (*config, error) {
	const most = 1 << 20
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, p.fail("config.large", "path", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, p.fail("config.unreadable", "path", path, "error", p.reason(err))
	}
	c := &config{path: path, dir: filepath.Dir(absolute(path))}
	if err := p.parseConfig(text, c); err != nil {
		return nil, err
	}
	return c, nil
}
