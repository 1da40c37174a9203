package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/goccy/go-yaml/ast"

	"proofcheck/checker"
	"proofcheck/lexicon"
)

// configKey is a key of the config file. Exactly one of run and part is set: part is for keys that
// overrides may hold too.
type configKey struct {
	name string
	run  func(*configParser, *config, ast.Node)
	part func(*configParser, *section, ast.Node)
}

// Values that keys and flags take.
var (
	failOns   = []string{"error", "warning", "info", "never"}
	minLevels = []string{"error", "warning", "info"}
	levelSet  = []string{"error", "warning", "info", "off"}
	linkModes = []string{"local", "off", "all"}
	colors    = []string{"auto", "always", "never"}
)

// configKeys lists the keys in the order in which messages name them. A test holds the JSON Schema
// to it.
func configKeys() []configKey {
	return []configKey{
		{name: "lang", run: func(p *configParser, c *config, n ast.Node) { c.lang = p.oneOf(n, languages) }},
		{name: "profile", part: func(p *configParser, s *section, n ast.Node) { s.profile = p.oneOf(n, checker.Profiles) }},
		{name: "only", part: func(p *configParser, s *section, n ast.Node) { s.only = p.list(n) }},
		{name: "skip", part: func(p *configParser, s *section, n ast.Node) { s.skip = p.list(n) }},
		{name: "levels", part: func(p *configParser, s *section, n ast.Node) { s.levels = p.levels(n) }},
		{name: "min-level", part: func(p *configParser, s *section, n ast.Node) { s.minLevel = p.level(n, minLevels) }},
		{name: "links", part: func(p *configParser, s *section, n ast.Node) { s.links = p.oneOf(n, linkModes) }},
		{name: "own-hosts", part: func(p *configParser, s *section, n ast.Node) { s.site.own = p.list(n) }},
		{name: "allow-domains", part: func(p *configParser, s *section, n ast.Node) { s.site.allowed = p.list(n) }},
		{name: "block-domains", part: func(p *configParser, s *section, n ast.Node) { s.site.blocked = p.list(n) }},
		{name: "site-root", part: func(p *configParser, s *section, n ast.Node) { s.site.root = p.file(n) }},
		{name: "base-url", part: func(p *configParser, s *section, n ast.Node) { s.site.base = p.address(n) }},
		{name: "slugs", part: func(p *configParser, s *section, n ast.Node) { s.site.slugs = p.oneOf(n, slugNames) }},
		{name: "link-exclude", part: func(p *configParser, s *section, n ast.Node) { s.site.exclude = p.addressGlobs(n) }},
		{name: "link-include", part: func(p *configParser, s *section, n ast.Node) { s.site.include = p.addressGlobs(n) }},
		{name: "link-accept", part: func(p *configParser, s *section, n ast.Node) { s.site.accept = p.accept(n) }},
		{name: "link-remap", part: func(p *configParser, s *section, n ast.Node) { s.site.remap = p.remap(n) }},
		{name: "link-headers", part: func(p *configParser, s *section, n ast.Node) { s.site.headers = p.headers(n) }},
		{name: "link-credentials", part: func(p *configParser, s *section, n ast.Node) { s.site.credentials = p.credentials(n) }},
		{name: "link-cache-ttl", part: func(p *configParser, s *section, n ast.Node) { s.site.ttl = p.lives(n) }},
		{name: "public-only", part: func(p *configParser, s *section, n ast.Node) { s.site.publicOnly = p.yesNo(n) }},
		{name: "lexicon", part: func(p *configParser, s *section, n ast.Node) { s.lexicons = p.lexicons(n) }},
		{name: "roster", part: func(p *configParser, s *section, n ast.Node) { s.roster = p.file(n) }},
		{name: "model", part: func(p *configParser, s *section, n ast.Node) { s.model = p.file(n) }},
		{name: "typo-model", part: func(p *configParser, s *section, n ast.Node) { s.typoModel = p.file(n) }},
		{name: "builtin-lexicon", part: func(p *configParser, s *section, n ast.Node) { s.builtin = p.yesNo(n) }},
		{name: "date", part: func(p *configParser, s *section, n ast.Node) { s.date = p.date(n) }},
		{name: "charset", part: func(p *configParser, s *section, n ast.Node) { s.charset = p.charset(n) }},
		{name: "max-findings", part: func(p *configParser, s *section, n ast.Node) { s.maxFindings = p.count(n) }},
		{name: "format", run: func(p *configParser, c *config, n ast.Node) { c.formats = p.list(n) }},
		{name: "output", run: func(p *configParser, c *config, n ast.Node) { c.outputs = p.list(n) }},
		{name: "fail-on", run: func(p *configParser, c *config, n ast.Node) { c.failOn = p.oneOf(n, failOns) }},
		{name: "baseline", run: func(p *configParser, c *config, n ast.Node) { c.baseline = p.file(n) }},
		{name: "color", run: func(p *configParser, c *config, n ast.Node) { c.color = p.oneOf(n, colors) }},
		{name: "jobs", run: func(p *configParser, c *config, n ast.Node) { c.jobs = p.count(n) }},
		{name: "exclude", run: func(p *configParser, c *config, n ast.Node) { c.exclude = p.globs(n) }},
		{name: "gitignore", run: func(p *configParser, c *config, n ast.Node) { c.gitignore = p.yesNo(n) }},
		{name: "units", run: func(p *configParser, c *config, n ast.Node) { c.units = p.units(n) }},
		{name: "serve", run: func(p *configParser, c *config, n ast.Node) { c.serve = p.serve(n) }},
		{name: "second-opinion", run: func(p *configParser, c *config, n ast.Node) { c.second = p.secondOpinion(n) }},
		{name: "score", run: func(p *configParser, c *config, n ast.Node) { c.score = p.score(n) }},
		{name: "patrol", run: func(p *configParser, c *config, n ast.Node) { c.patrol = p.patrol(n) }},
		{name: "overrides", run: func(p *configParser, c *config, n ast.Node) { c.overrides = p.overrides(n) }},
	}
}

// The methods below read one value each. Where it is wrong they note the problem and return the
// zero value.

func (p *configParser) text(n ast.Node) string {
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	p.wrongType(n, "config.type.text")
	return ""
}

func (p *configParser) oneOf(n ast.Node, values []string) string {
	s, ok := n.(*ast.StringNode)
	if !ok || !slices.Contains(values, s.Value) {
		p.problem(n, "config.value", "value", brief(n), "key", p.key, "values", strings.Join(values, ", "))
		return ""
	}
	return s.Value
}

func (p *configParser) charset(n ast.Node) string {
	name := p.text(n)
	if name != "" && !readable(name) {
		p.problem(n, "config.value", "value", name, "key", p.key, "values", strings.Join(charsets, ", "))
	}
	return name
}

func (p *configParser) level(n ast.Node, values []string) checker.Level {
	// YAML 1.1 readers take off for a boolean, and people write it either way.
	if b, ok := n.(*ast.BoolNode); ok && !b.Value && slices.Contains(values, "off") {
		return checker.Off
	}
	l, _ := lexicon.ParseLevel(p.oneOf(n, values))
	return l
}

// list takes a list of texts, or one text.
func (p *configParser) list(n ast.Node) []string {
	out := []string{}
	switch n := n.(type) {
	case *ast.StringNode:
		return []string{n.Value}
	case *ast.SequenceNode:
		for _, v := range n.Values {
			out = append(out, p.text(v))
		}
	default:
		p.wrongType(n, "config.type.list")
	}
	return out
}

func (p *configParser) globs(n ast.Node) []string {
	list := p.list(n)
	for _, g := range list {
		if !doublestar.ValidatePattern(trimSlash(g)) {
			p.problem(n, "config.glob", "value", g)
		}
	}
	return list
}

// file is a path; relative ones count from the config file.
func (p *configParser) file(n ast.Node) string { return p.resolve(p.text(n)) }

func (p *configParser) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.dir, filepath.FromSlash(path))
}

func (p *configParser) count(n ast.Node) int {
	if i, ok := n.(*ast.IntegerNode); ok {
		if v, err := strconv.Atoi(i.Token.Value); err == nil && v >= 0 {
			return v
		}
	}
	p.wrongType(n, "config.type.count")
	return 0
}

func (p *configParser) yesNo(n ast.Node) *bool {
	if b, ok := n.(*ast.BoolNode); ok {
		return &b.Value
	}
	p.wrongType(n, "config.type.bool")
	return nil
}

func (p *configParser) date(n ast.Node) lexicon.Date {
	if s, ok := n.(*ast.StringNode); ok {
		if d, ok := lexicon.ParseDate(s.Value); ok {
			return d
		}
	}
	p.wrongType(n, "config.type.date")
	return 0
}

func (p *configParser) levels(n ast.Node) map[string]checker.Level {
	out := map[string]checker.Level{}
	for _, v := range p.pairs(n) {
		p.key = brief(v.Key)
		out[keyText(v)] = p.level(v.Value, levelSet)
	}
	return out
}

// lexicons takes paths, or mappings with a path and what its entries have where it says nothing.
func (p *configParser) lexicons(n ast.Node) []lexiconRef {
	out := []lexiconRef{}
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		return append(out, p.lexicon(n))
	}
	for _, v := range seq.Values {
		out = append(out, p.lexicon(v))
	}
	return out
}

func (p *configParser) lexicon(n ast.Node) lexiconRef {
	var ref lexiconRef
	if s, ok := n.(*ast.StringNode); ok {
		ref.path = p.resolve(s.Value)
		return ref
	}
	keys := []string{"path", "category", "level", "pack", "evasion"}
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "path":
			ref.path = p.file(v.Value)
		case "category":
			if c, ok := lexicon.ParseCategory(p.oneOf(v.Value, []string{"typo", "sensitive", "expression", "allow"})); ok {
				ref.category = &c
			}
		case "level":
			ref.level = p.level(v.Value, minLevels)
		case "pack":
			ref.pack = p.text(v.Value)
		case "evasion":
			e, ok := lexicon.ParseEvasion(strings.Join(p.list(v.Value), ","))
			if !ok {
				p.problem(v.Value, "config.value", "value", brief(v.Value), "key", p.key, "values", lexicon.AllEvasions.String())
			}
			ref.evasion = e
		default:
			p.unknown(v, keys)
		}
	}
	if ref.path == "" {
		p.problem(n, "config.missing", "key", "path", "in", "lexicon")
	}
	return ref
}

func (p *configParser) overrides(n ast.Node) []override {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		p.wrongType(n, "config.type.overrides")
		return nil
	}
	var out []override
	for _, item := range seq.Values {
		var o override
		names := []string{"paths"}
		for _, k := range configKeys() {
			if k.part != nil {
				names = append(names, k.name)
			}
		}
		for _, v := range p.pairs(item) {
			p.key = keyText(v)
			if p.key == "paths" {
				o.paths = p.globs(v.Value)
			} else if k := findKey(p.key); k != nil && k.part != nil {
				k.part(p, &o.section, v.Value)
			} else {
				p.unknown(v, names)
			}
		}
		if len(o.paths) == 0 {
			p.problem(item, "config.missing", "key", "paths", "in", "overrides")
		}
		out = append(out, o)
	}
	return out
}

func findKey(name string) *configKey {
	keys := configKeys()
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}
