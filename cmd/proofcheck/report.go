package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger/page"
)

// report writes the page of a store.
func (p *program) report(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	conf, err := p.storeConfig(c)
	if err != nil {
		return err
	}
	opt := page.Options{Lang: p.lang, Title: c.String("title"), Units: conf.units, Score: conf.scoring()}
	if opt.Filter, err = p.storeFilter(c); err != nil {
		return err
	}
	if opt.MaxFindings, err = p.number(c, "max-findings", 0); err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	s, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	return p.writeTo(c.String("output"), func(w io.Writer) error { return page.Write(ctx, w, s, opt) })
}
