package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"proofcheck/batch"
	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

// scanRules makes the checkers of a scan: one for all records, and others for those that overrides of the
// config speak of.
type scanRules struct {
	*scanRun
	units  *units
	prober checker.Prober // asks the network about links; nil when nobody does

	mu     sync.Mutex
	byName map[string]*checker.Checker // by the overrides that match
}

// examiner makes the checkers and says what they are made of. The prober, if any, asks the network about links.
func (r *scanRun) examiner(prober checker.Prober) error {
	rules := &scanRules{scanRun: r, units: newUnits(r.program, r.settings), prober: prober, byName: map[string]*checker.Checker{}}
	x := r.scan.Examiner
	x.Ruleset = store.Ruleset{Tool: cmp.Or(revision(), buildVersion())}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%d\x00", rulesHash(), r.lang, x.ReplyDays)
	var err error
	if x.Checker, err = rules.make(&r.section, h); err != nil {
		return err
	}
	root := r.settings.root
	for i := range root.overrides {
		o := &root.overrides[i]
		fmt.Fprintf(h, "paths %q\x00", o.paths)
		s := root.section.merge(o.section).merge(r.settings.section)
		if rules.byName[strconv.Itoa(i)], err = rules.make(&s, h); err != nil { // what is wrong with it is told before anything is read
			return err
		}
	}
	if len(root.overrides) > 0 {
		x.Assign, x.Variant = rules.assign, rules.variant
	}
	x.Ruleset.Rules = hex.EncodeToString(h.Sum(nil)[:16])
	for _, l := range r.scan.Lexicons {
		x.Ruleset.Lexicons = append(x.Ruleset.Lexicons, l.Hash())
	}
	return nil
}

// make makes the checker of a section, and writes what it is made of, but for the entries of lexicons, which the
// scan is told of.
func (r *scanRules) make(s *section, to io.Writer) (*checker.Checker, error) {
	if s.links == "all" && !r.spread {
		return nil, r.fail("usage.choice", "flag", "--links", "value", "all", "values", "local, off")
	}
	opt, err := r.units.options(s)
	if err != nil {
		return nil, err
	}
	if s.links == "off" {
		opt.Skip = append(slices.Clip(opt.Skip), string(checker.Link))
	}
	opt.Links = checker.Links{Inspector: links.NewInspector(s.site.inspector())}
	if s.links == "all" {
		opt.Links.Prober = r.prober
	}
	c, err := checker.New(opt)
	var unknown *checker.UnknownRuleError
	if errors.As(err, &unknown) {
		return nil, r.fail("usage.rule", "name", unknown.Pattern, "near", unknown.Near)
	}
	if err != nil {
		return nil, err
	}
	if err := r.describe(to, s, &opt); err != nil {
		return nil, err
	}
	sets := opt.Lexicons
	if !opt.NoBuiltin {
		sets = slices.Concat([]*lexicon.Set{lexicon.Builtin()}, sets)
	}
	for _, l := range sets {
		if s != &r.section { // which records have which lexicons is a rule; their entries are compared by the scan
			fmt.Fprintf(to, "lexicon %s\x00", l.Name())
		}
		if !slices.Contains(r.scan.Lexicons, l) {
			r.scan.Lexicons = append(r.scan.Lexicons, l)
		}
	}
	return c, nil
}

// describe writes what the findings of a section depend on.
func (r *scanRules) describe(to io.Writer, s *section, opt *checker.Options) error {
	where := s.site
	where.root = "" // files of the site are not looked at, and lie elsewhere on each machine
	fmt.Fprintf(to, "%s\x00%q\x00%q\x00%v\x00%v\x00%v\x00%q\x00%s\x00", opt.Profile, opt.Only, opt.Skip, opt.Levels, opt.MinLevel, opt.Date, siteLines(&where), s.charset)
	if s.links == "all" {
		io.WriteString(to, "network\x00")
	}
	if opt.Model != nil {
		fmt.Fprintf(to, "typo model %016x\x00", opt.Model.Sum())
	}
	for _, path := range []string{s.roster, s.model} {
		if path == "" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return r.fail("roster.unreadable", "path", shown(path), "error", r.reason(err))
		}
		to.Write(text)
	}
	return nil
}

// assign notes in a record which overrides speak of it: by the path of its file, as check does, by its key, or by its
// address.
func (r *scanRules) assign(rec *batch.Record) {
	root := r.settings.root
	var names []string
	for i := range root.overrides {
		o := &root.overrides[i]
		if rec.File != "" && matchesAny(o.paths, root.dir, rec.File) || slices.ContainsFunc(o.paths, rec.Matches) {
			names = append(names, strconv.Itoa(i))
			rec.Charset = cmp.Or(o.charset, rec.Charset)
		}
	}
	rec.Variant = strings.Join(names, ",")
}

// variant returns the checker of records that some overrides speak of.
func (r *scanRules) variant(name string) (*checker.Checker, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.byName[name]; c != nil {
		return c, nil
	}
	root := r.settings.root
	s := root.section
	for n := range strings.SplitSeq(name, ",") {
		i, err := strconv.Atoi(n)
		if err != nil || i < 0 || i >= len(root.overrides) {
			return nil, fmt.Errorf("no override %q", n)
		}
		s = s.merge(root.overrides[i].section)
	}
	s = s.merge(r.settings.section)
	c, err := r.make(&s, io.Discard)
	if err == nil {
		r.byName[name] = c
	}
	return c, err
}
