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
	line("own-hosts", quoteList(section.own))
	line("allow-domains", quoteList(section.allowed))
	line("block-domains", quoteList(section.blocked))
	var files []string
	for _, ref := range section.lexicons {
		files = append(files, ref.path)
	}
	line("lexicon", quoteList(files))
	if section.roster != "" {
		line("roster", quoteJSON(section.roster))
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
