package main

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger/page"
	"proofcheck/store"
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

// storePage serves the page of a store that is opened when it is first asked for, and again as long as
// it cannot be.
type storePage struct {
	open    func(context.Context) (*store.Store, error)
	options page.Serving

	mu      sync.Mutex
	handler http.Handler
}

// ServeHTTP implements http.Handler.
func (s *storePage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.handler == nil {
		if st, err := s.open(context.WithoutCancel(r.Context())); err != nil {
			s.options.Log.Error("report page", "error", err)
		} else {
			s.handler = page.Handler(st, s.options)
		}
	}
	handler := s.handler
	s.mu.Unlock()
	if handler == nil {
		http.Error(w, "the store is not there; try again later", http.StatusServiceUnavailable)
		return
	}
	handler.ServeHTTP(w, r)
}
