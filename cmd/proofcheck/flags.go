package main

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/report"
)

func (p *program) checkFlags() []cli.Flag {
	flags := []cli.Flag{
		p.listFlag("format", "f", strings.Join(formNames(), "|")),
		p.listFlag("output", "o", "[FORM=]FILE"),
		p.flag("fail-on", "", strings.Join(failOns, "|")),
		p.flag("min-level", "", strings.Join(minLevels, "|")),
		p.listFlag("only", "", "RULE,…"),
		p.listFlag("skip", "", "RULE,…"),
		p.flag("profile", "", strings.Join(checker.Profiles, "|")),
		p.flag("links", "", strings.Join(linkModes, "|")),
		p.listFlag("lexicon", "", "[CATEGORY=]FILE"),
		p.flag("roster", "", "FILE"),
		p.flag("model", "", "FILE"),
		p.flag("typo-model", "", "FILE"),
		p.flag("baseline", "", "FILE"),
		p.flag("write-baseline", "", "FILE"),
		&cli.GenericFlag{Name: "fix", DefaultText: "[=all]", Value: &optionalValue{bare: "safe"}},
	}
	flags = append(flags, p.flags("diff")...)
	flags = append(flags,
		p.flag("stdin-name", "stdin-filename", "NAME"),
		p.flag("files-from", "", "FILE|-"),
		p.listFlag("exclude", "", "GLOB"),
		p.flag("date", "", "YYYY-MM-DD"),
		p.flag("charset", "", "NAME"),
		p.flag("max-findings", "", "N"),
		p.flag("jobs", "j", "N"),
		p.flag("color", "", strings.Join(colors, "|")),
		p.flag("config", "c", "FILE"),
	)
	return append(flags, p.flags("no-config", "print-config", "no-gitignore", "no-builtin", "no-cache", "refresh", "second-opinion", "no-progress", "quiet,q", "verbose,v")...)
}

// formNames returns the names of the report forms.
func formNames() []string {
	var out []string
	for _, f := range report.Forms {
		out = append(out, f.Name)
	}
	return out
}

// settings is what one run of check was asked to do.
type settings struct {
	section // of the command line, which goes before all configs
	configs *configs
	root    *config // of the working directory

	outputs   []output
	failOn    checker.Level // Off means never
	known     string        // file of the baseline
	record    string        // file of a new baseline
	fix       string        // "", safe or all
	diff      bool
	exclude   []string
	gitignore bool
	jobs      int
	color     bool
	progress  bool
	quiet     bool
	verbose   bool
	noCache   bool // of answers of the network
	refresh   bool // ask anew what that cache holds
}

// settings reads flags and the config of the working directory.
func (p *program) settings(c *cli.Context) (*settings, error) {
	s := &settings{
		configs:  &configs{p: p, byDir: map[string]*config{}},
		known:    c.String("baseline"),
		record:   c.String("write-baseline"),
		fix:      c.Generic("fix").(*optionalValue).value,
		diff:     c.Bool("diff"),
		exclude:  c.StringSlice("exclude"),
		progress: !c.Bool("no-progress") && !c.Bool("quiet"),
		quiet:    c.Bool("quiet"),
		verbose:  c.Bool("verbose"),
		noCache:  c.Bool("no-cache"),
		refresh:  c.Bool("refresh"),
	}
	if err := p.findConfig(c, s); err != nil {
		return nil, err
	}
	if s.root.lang != "" && c.String("lang") == "" {
		p.lang = s.root.lang
	}
	if err := p.sectionOf(c, s); err != nil {
		return nil, err
	}
	return s, p.runOf(c, s)
}

// findConfig finds the config of the working directory, or takes the one that flags name.
func (p *program) findConfig(c *cli.Context, s *settings) (err error) {
	if err := p.fixConfig(c, s.configs); err != nil {
		return err
	}
	s.root, err = s.configs.forDir(".")
	return err
}

// fixConfig reads the flags that name a config for everything, or none.
func (p *program) fixConfig(c *cli.Context, cs *configs) (err error) {
	switch path := c.String("config"); {
	case path != "" && c.Bool("no-config"):
		return p.fail("usage.both", "a", "--config", "b", "--no-config")
	case c.Bool("no-config"):
		cs.fixed = p.none()
	case path != "":
		if _, err := os.Stat(path); err != nil {
			return p.fail("config.unreadable", "path", shown(path), "error", p.reason(err))
		}
		cs.fixed, err = p.readConfig(path)
	}
	return err
}

// sectionOf reads the flags that a config can hold for some drafts.
func (p *program) sectionOf(c *cli.Context, s *settings) (err error) {
	s.only, s.skip = splitList(c.StringSlice("only")), splitList(c.StringSlice("skip"))
	s.profile, err = p.choice(c, "profile", checker.Profiles, s.profile)
	if err != nil {
		return err
	}
	level, err := p.choice(c, "min-level", minLevels, "")
	if err != nil {
		return err
	}
	s.minLevel, _ = lexicon.ParseLevel(level)
	if s.links, err = p.choice(c, "links", linkModes, ""); err != nil {
		return err
	}
	if paths := c.StringSlice("lexicon"); paths != nil {
		// Those of the config stay: the flag adds.
		s.lexicons = slices.Clone(s.root.lexicons)
		for _, path := range paths {
			s.lexicons = append(s.lexicons, lexiconArgument(path))
		}
	}
	if path := c.String("roster"); path != "" {
		s.roster = absolute(path)
	}
	if path := c.String("model"); path != "" {
		s.model = absolute(path)
	}
	if path := c.String("typo-model"); path != "" {
		s.typoModel = absolute(path)
	}
	if c.Bool("no-builtin") {
		s.builtin = new(bool)
	}
	if day := c.String("date"); day != "" {
		var ok bool
		if s.date, ok = lexicon.ParseDate(day); !ok {
			return p.fail("usage.date", "value", day)
		}
	}
	if err := p.charsetOf(c, &s.section); err != nil {
		return err
	}
	s.maxFindings, err = p.number(c, "max-findings", 0)
	return err
}

// charsetOf reads the flag for the encoding of the drafts.
func (p *program) charsetOf(c *cli.Context, s *section) error {
	if s.charset = c.String("charset"); c.IsSet("charset") && !readable(s.charset) {
		return p.fail("usage.choice", "flag", "--charset", "value", s.charset, "values", strings.Join(charsets, ", "))
	}
	return nil
}

// lexiconArgument reads the path of a lexicon, with a category before it for the entries that do
// not say theirs: allow=words.txt.
func lexiconArgument(arg string) lexiconRef {
	if name, path, ok := strings.Cut(arg, "="); ok {
		if category, ok := lexicon.ParseCategory(name); ok {
			return lexiconRef{path: absolute(path), category: &category}
		}
	}
	return lexiconRef{path: absolute(arg)}
}

// runOf reads the flags that concern the run as a whole.
func (p *program) runOf(c *cli.Context, s *settings) error {
	failOn, err := p.choice(c, "fail-on", failOns, cmp.Or(s.root.failOn, "error"))
	if err != nil {
		return err
	}
	s.failOn, _ = lexicon.ParseLevel(failOn) // "never" is no level: Off
	color, err := p.choice(c, "color", colors, cmp.Or(s.root.color, "auto"))
	if err != nil {
		return err
	}
	s.color = color == "always" || color == "auto" && p.colorful()
	if s.jobs, err = p.number(c, "jobs", cmp.Or(s.root.jobs, runtime.NumCPU())); err != nil {
		return err
	}
	s.jobs = max(1, s.jobs)
	if s.fix != "" && s.fix != "safe" && s.fix != "all" {
		return p.fail("usage.choice", "flag", "--fix", "value", s.fix, "values", "all")
	}
	s.gitignore = !c.Bool("no-gitignore") && (s.root.gitignore == nil || *s.root.gitignore)
	if s.known == "" && s.record == "" {
		s.known = s.root.baseline
	}
	if s.known != "" && s.record != "" {
		return p.fail("usage.both", "a", "--baseline", "b", "--write-baseline")
	}
	if s.quiet && s.verbose {
		return p.fail("usage.both", "a", "--quiet", "b", "--verbose")
	}
	names, outputs := splitList(c.StringSlice("format")), c.StringSlice("output")
	if names == nil && outputs == nil {
		names = s.root.formats
		for _, o := range s.root.outputs {
			outputs = append(outputs, inDir(s.root.dir, o))
		}
	}
	s.outputs, err = p.chooseOutputs(names, outputs, s)
	return err
}

// inDir resolves the path of an output of a config, which may name its form.
func inDir(dir, output string) string {
	form, path, ok := strings.Cut(output, "=")
	if !ok {
		form, path = "", output
	} else {
		form += "="
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return form + path
}

// choice reads a flag that takes one of a few values.
func (p *program) choice(c *cli.Context, flag string, values []string, otherwise string) (string, error) {
	v := c.String(flag)
	if !c.IsSet(flag) {
		return otherwise, nil
	}
	if !slices.Contains(values, v) {
		return "", p.fail("usage.choice", "flag", "--"+flag, "value", v, "values", strings.Join(values, ", "))
	}
	return v, nil
}

// number reads a flag that takes a count.
func (p *program) number(c *cli.Context, flag string, otherwise int) (int, error) {
	if !c.IsSet(flag) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(c.String(flag))
	if err != nil || n < 0 {
		return 0, p.fail("usage.number", "flag", "--"+flag, "value", c.String(flag))
	}
	return n, nil
}

// splitList splits values at commas.
func splitList(values []string) []string {
	var out []string
	for _, v := range values {
		for s := range strings.SplitSeq(v, ",") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}
