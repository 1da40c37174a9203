package main

import (
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger"
	"proofcheck/lexicon"
)

// lexiconMine proposes entries from the decisions in a store. What lint would refuse is left out.
func (p *program) lexiconMine(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	if _, err := p.storeConfig(c); err != nil {
		return err
	}
	filter, err := p.storeFilter(c)
	if err != nil {
		return err
	}
	least, err := p.number(c, "least", 2)
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	s, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	entries, err := ledger.Mine(ctx, s, ledger.MineOptions{Lang: p.lang, Filter: filter, Least: max(1, least)})
	if err != nil {
		return p.fail("store.failed", "error", p.reason(err))
	}
	refused := map[string]bool{}
	for _, i := range lexicon.Lint(entries, lexicon.LintOptions{With: []*lexicon.Set{lexicon.Builtin()}}) {
		if i.Level == lexicon.Error {
			refused[i.Form] = true
		}
	}
	entries = slices.DeleteFunc(entries, func(e lexicon.Entry) bool { return refused[e.Form] })
	if err := p.writeLexicon(c.String("output"), lexicon.TSV, entries); err != nil {
		return err
	}
	p.complain(p.say("lexicon.mined", "n", strconv.Itoa(len(entries)), "refused", strconv.Itoa(len(refused))))
	return nil
}
