package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"proofcheck/lexicon"
)

// printConfig shows what holds for a path, or for the working directory, as a config file would
// say it.
func (p *program) printConfig(path string, s *settings) error {
	c, err := s.configs.forDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	section, _ := c.sectionFor(cmp.Or(path, "."))
	section = section.merge(s.section)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", p.say("config.from", "path", cmp.Or(shown(near(c.path)), "-")))
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	line("lang", p.lang)
	line("profile", cmp.Or(section.profile, "general"))
	line("only", quoteList(section.only))
	line("skip", quoteList(section.skip))
	if len(section.levels) > 0 {
		b.WriteString("levels:\n")
		for _, k := range slices.Sorted(maps.Keys(section.levels)) {
			fmt.Fprintf(&b, "  %s: %q\n", quoteJSON(k), section.levels[k].String())
		}
	}
	line("min-level", cmp.Or(section.minLevel, lexicon.Info).String())
	line("links", cmp.Or(section.links, linkModes[0]))
	for _, l := range siteLines(&section.site) {
		line(l[0], l[1])
	}
	var files []string
	for _, ref := range section.lexicons {
		files = append(files, ref.path)
	}
	line("lexicon", quoteList(files))
	if section.roster != "" {
		line("roster", quoteJSON(section.roster))
	}
	if section.model != "" {
		line("model", quoteJSON(section.model))
	}
	if section.typoModel != "" {
		line("typo-model", quoteJSON(section.typoModel))
	}
	line("builtin-lexicon", strconv.FormatBool(section.builtin == nil || *section.builtin))
	line("date", section.date.String())
	line("charset", section.charset)
	line("max-findings", strconv.Itoa(section.maxFindings))
	failOn := "never"
	if s.failOn != lexicon.Off {
		failOn = s.failOn.String()
	}
	line("fail-on", failOn)
	line("jobs", strconv.Itoa(s.jobs))
	line("exclude", quoteList(append(slices.Clone(c.exclude), s.exclude...)))
	line("gitignore", strconv.FormatBool(s.gitignore))
	_, err = io.WriteString(p.stdout, b.String())
	return err
}

func quoteList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	var out []string
	for _, s := range list {
		out = append(out, quoteJSON(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// siteLines returns the keys about links with their values.
func siteLines(s *site) [][2]string {
	var remap []string
	for _, m := range s.remap {
		remap = append(remap, m.from+"="+m.to+m.dir)
	}
	text := func(s string) string {
		if s == "" {
			return ""
		}
		return quoteJSON(s)
	}
	only := ""
	if s.publicOnly != nil {
		only = strconv.FormatBool(*s.publicOnly)
	}
	return [][2]string{
		{"own-hosts", quoteList(s.own)}, {"allow-domains", quoteList(s.allowed)}, {"block-domains", quoteList(s.blocked)},
		{"site-root", text(s.root)}, {"base-url", text(s.base)}, {"slugs", s.slugs},
		{"link-exclude", quoteList(s.exclude)}, {"link-include", quoteList(s.include)}, {"link-accept", quoteList(s.accept)},
		{"link-remap", quoteList(remap)}, {"link-headers", quoteList(s.headers)}, {"link-credentials", quoteList(s.credentials)},
		{"link-cache-ttl", quoteList(s.ttl)}, {"public-only", only},
	}
}
