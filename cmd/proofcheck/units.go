package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/report"
	"proofcheck/roster"
	"proofcheck/typo"
)

// unit is a checker and what else the drafts have in common that it checks.
type unit struct {
	section
	checker *checker.Checker
	sets    []*lexicon.Set
}

// units makes the checkers of a run: one for each different answer of config files and flags.
type units struct {
	p     *program
	s     *settings
	byKey map[string]*unit
	sets  map[string]*lexicon.Set // loaded lexicons, by what they were loaded from

	rosters map[string]*roster.Roster // by their paths
	models  map[string]*typo.Site     // by their paths
	typos   map[string]*typo.Model    // by their paths

	trees   map[string]*links.Tree   // by what they were made from
	probers map[string]*links.Prober // of the networks that are asked, likewise
	cache   *links.Cache             // nil until the network is asked or a local link is broken
	opening sync.Once
	history bool // that of broken local links is kept
}

// close ends what the network still does.
func (us *units) close() {
	for _, p := range us.probers {
		p.Close()
	}
	us.cache.Close()
}

// forDraft returns the unit of a draft.
func (us *units) forDraft(d *draft) (*unit, error) {
	dir := filepath.Dir(d.path)
	if d.stdin && d.path == "-" {
		dir = "."
	}
	c, err := us.s.configs.forDir(dir)
	if err != nil {
		return nil, err
	}
	section, key := c.sectionFor(d.path)
	if u, ok := us.byKey[key]; ok {
		return u, nil
	}
	u, err := us.make(section.merge(us.s.section))
	if err == nil {
		us.byKey[key] = u
	}
	return u, err
}

func (us *units) make(s section) (*unit, error) {
	u := &unit{section: s}
	opt, err := us.options(&s)
	if err != nil {
		return nil, err
	}
	u.sets = opt.Lexicons
	if s.links == "off" {
		opt.Skip = append(slices.Clip(opt.Skip), string(checker.Link))
	}
	if opt.Links, err = us.linksFor(&s); err != nil {
		return nil, err
	}
	c, err := checker.New(opt)
	var unknown *checker.UnknownRuleError
	if errors.As(err, &unknown) {
		return nil, us.p.fail("usage.rule", "name", unknown.Pattern, "near", unknown.Near)
	}
	u.checker = c
	return u, err
}

// options returns what a section says to a checker, except for links.
func (us *units) options(s *section) (opt checker.Options, err error) {
	opt = checker.Options{
		Lang: us.p.lang, Profile: s.profile, Only: s.only, Skip: s.skip, Levels: s.levels, MinLevel: s.minLevel,
		NoBuiltin: s.builtin != nil && !*s.builtin, Date: s.date,
	}
	for _, ref := range s.lexicons {
		set, err := us.load(ref)
		if err != nil {
			return opt, err
		}
		opt.Lexicons = append(opt.Lexicons, set)
	}
	if opt.Roster, err = us.roster(s.roster); err != nil {
		return opt, err
	}
	if opt.Site, err = us.model(s.model); err != nil {
		return opt, err
	}
	opt.Model, err = us.typoModel(s.typoModel)
	return opt, err
}

// roster reads a roster file, nil for no path.
func (us *units) roster(path string) (*roster.Roster, error) {
	if path == "" {
		return nil, nil
	}
	if r, ok := us.rosters[path]; ok {
		return r, nil
	}
	r, err := roster.Load(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission):
		return nil, us.p.fail("roster.unreadable", "path", shown(path), "error", us.p.reason(err))
	case err != nil:
		return nil, us.p.fail("roster.wrong", "error", err.Error())
	}
	us.rosters[path] = r
	return r, nil
}

// model opens what learn made of the articles of a site, nil for no path.
func (us *units) model(path string) (*typo.Site, error) {
	if path == "" {
		return nil, nil
	}
	if m, ok := us.models[path]; ok {
		return m, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, us.p.fail("model.unreadable", "path", shown(path), "error", us.p.reason(err))
	}
	m, err := typo.OpenSite(string(data))
	if err != nil {
		return nil, us.p.fail("model.wrong", "path", shown(path))
	}
	us.models[path] = m
	return m, nil
}

// typoModel opens a model of the statistical detector, nil for no path.
func (us *units) typoModel(path string) (*typo.Model, error) {
	if path == "" {
		return nil, nil
	}
	if m, ok := us.typos[path]; ok {
		return m, nil
	}
	data, err := readModel(path)
	if err != nil {
		return nil, us.p.fail("typo-model.unreadable", "path", shown(path), "error", us.p.reason(err))
	}
	m, err := typo.Open(data)
	if err == nil {
		err = m.Verify()
	}
	if err != nil {
		return nil, us.p.fail("typo-model.wrong", "path", shown(path))
	}
	us.typos[path] = m
	return m, nil
}

// readModel reads a file into memory once: models have tens of megabytes.
func readModel(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	const most = 1 << 30
	var text strings.Builder
	text.Grow(int(min(info.Size(), most)))
	_, err = io.Copy(&text, io.LimitReader(f, most))
	return text.String(), err
}

// load reads a lexicon file. Its compiled form is kept in the user's cache, so that a big one
// loads quickly the next time.
func (us *units) load(ref lexiconRef) (*lexicon.Set, error) {
	key := ref.path + "\x00" + ref.pack + "\x00" + ref.level.String() + "\x00" + ref.evasion.String()
	if ref.category != nil {
		key += "\x00" + ref.category.String()
	}
	if set, ok := us.sets[key]; ok {
		return set, nil
	}
	set, err := us.p.loadLexicon(ref)
	if err == nil {
		us.sets[key] = set
	}
	return set, err
}

func (p *program) loadLexicon(ref lexiconRef) (*lexicon.Set, error) {
	opt := lexicon.LoadOptions{Defaults: lexicon.Defaults{Category: ref.category, Pack: ref.pack, Level: ref.level, Evasion: ref.evasion}}
	if dir, err := os.UserCacheDir(); err == nil {
		opt.CacheDir = filepath.Join(dir, "proofcheck")
	}
	set, err := lexicon.Load(ref.path, opt)
	if err != nil {
		return nil, p.lexiconProblem(ref.path, err)
	}
	return set, nil
}

// lexiconProblem says that a lexicon file cannot be used.
func (p *program) lexiconProblem(path string, err error) error {
	var lines lexicon.Errors
	if errors.As(err, &lines) {
		return p.fail("lexicon.wrong", "path", shown(path), "error", lines.Error())
	}
	return p.fail("lexicon.unreadable", "path", shown(path), "error", p.reason(err))
}

func newUnits(p *program, s *settings) *units {
	return &units{p: p, s: s, byKey: map[string]*unit{}, sets: map[string]*lexicon.Set{}, trees: map[string]*links.Tree{}, probers: map[string]*links.Prober{}, rosters: map[string]*roster.Roster{}, models: map[string]*typo.Site{}, typos: map[string]*typo.Model{}}
}

// least is the level from which findings are reported.
func (u *unit) least() checker.Level { return max(u.minLevel, checker.Info) }

// profileName returns the profile that holds when none is named, too.
func (u *unit) profileName() string { return cmp.Or(u.profile, checker.Profiles[0]) }

// lexiconsUsed names the lexicons for reports, the built-in one first.
func (u *unit) lexiconsUsed() []report.Lexicon {
	sets := u.sets
	if u.builtin == nil || *u.builtin {
		sets = append([]*lexicon.Set{lexicon.Builtin()}, sets...)
	}
	var out []report.Lexicon
	for _, s := range sets {
		out = append(out, report.Lexicon{Name: shown(s.Name()), Hash: s.Hash(), Entries: s.Len()})
	}
	return out
}
