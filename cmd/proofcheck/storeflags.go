package main

import (
	"context"
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// storeFlags are the flags that choose findings of a store.
func (p *program) storeFlags() []cli.Flag {
	states := make([]string, len(store.States))
	for i, s := range store.States {
		states[i] = s.String()
	}
	return []cli.Flag{
		p.flag("store", "", "FILE|DSN"),
		p.listFlag("state", "", strings.Join(states, "|")),
		p.listFlag("only", "", "RULE,…"),
		p.flag("min-level", "", strings.Join(minLevels, "|")),
		p.listFlag("source", "", "NAME"),
		p.flag("column", "", "PATH"),
		p.flag("from", "", "DATE"),
		p.flag("until", "", "DATE"),
		p.flag("config", "c", "FILE"),
	}
}

// openStore opens the store that --store names; one that does not exist is an error.
func (p *program) openStore(ctx context.Context, c *cli.Context) (*store.Store, error) {
	name := c.String("store")
	if name == "" {
		return nil, p.fail("store.none")
	}
	s, err := store.OpenExisting(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, p.fail("store.missing", "path", shown(name))
	}
	if err != nil {
		return nil, p.fail("store.failed", "error", err.Error())
	}
	return s, nil
}

// storeFilter reads the flags that choose findings.
func (p *program) storeFilter(c *cli.Context) (f store.Filter, err error) {
	for _, name := range splitList(c.StringSlice("state")) {
		s, ok := ledger.ParseState(name)
		if !ok {
			return f, p.fail("usage.choice", "flag", "--state", "value", name, "values", "open, fixed, accepted, false_alarm")
		}
		f.States = append(f.States, s)
	}
	for _, rule := range splitList(c.StringSlice("only")) {
		f.Rules = append(f.Rules, strings.TrimSuffix(rule, "/*"))
	}
	level, err := p.choice(c, "min-level", minLevels, "info")
	if err != nil {
		return f, err
	}
	f.Level, _ = lexicon.ParseLevel(level)
	f.Documents.Sources = c.StringSlice("source")
	f.Documents.Column = c.String("column")
	for flag, at := range map[string]*lexicon.Date{"from": &f.Documents.From, "until": &f.Documents.Until} {
		if day := c.String(flag); day != "" {
			var ok bool
			if *at, ok = lexicon.ParseDate(day); !ok {
				return f, p.fail("usage.date", "value", day)
			}
		}
	}
	return f, nil
}

// storeConfig reads the config that --config names, or the nearest one above the working directory.
func (p *program) storeConfig(c *cli.Context) (*config, error) {
	s := &settings{configs: &configs{p: p, byDir: map[string]*config{}}}
	if err := p.findConfig(c, s); err != nil {
		return nil, err
	}
	if s.root.lang != "" && c.String("lang") == "" {
		p.lang = s.root.lang
	}
	return s.root, nil
}
