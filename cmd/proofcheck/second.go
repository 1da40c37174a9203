package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/goccy/go-yaml/ast"

	"proofcheck/checker"
	"proofcheck/opinion"
)

// secondOpinion says which language model may be asked about findings of the statistical detector.
// Nothing is sent without --second-opinion.
type secondOpinion struct {
	endpoint, model string
	keyEnv          string // environment variable that holds the key
	timeout         int    // seconds
	budget          int    // questions of a run
}

func secondOpinionKeys() []mappingKey[secondOpinion] {
	return []mappingKey[secondOpinion]{
		{"endpoint", func(p *configParser, c *secondOpinion, n ast.Node) { c.endpoint = p.text(n) }},
		{"model", func(p *configParser, c *secondOpinion, n ast.Node) { c.model = p.text(n) }},
		{"key-env", func(p *configParser, c *secondOpinion, n ast.Node) { c.keyEnv = p.text(n) }},
		{"timeout", func(p *configParser, c *secondOpinion, n ast.Node) { c.timeout = p.count(n) }},
		{"budget", func(p *configParser, c *secondOpinion, n ast.Node) { c.budget = p.count(n) }},
	}
}

func (p *configParser) secondOpinion(n ast.Node) *secondOpinion {
	var c secondOpinion
	readKeys(p, n, &c, secondOpinionKeys())
	if c.endpoint == "" || c.model == "" {
		p.problem(n, "config.missing", "key", "endpoint / model", "in", "second-opinion")
	}
	return &c
}

// asker asks for second opinions while drafts are checked. A nil asker asks nothing.
type asker struct {
	*program
	client *opinion.Client
	once   sync.Once // the first failure is told
}

// newAsker makes the asker that --second-opinion wants.
func (p *program) newAsker(s *settings) (*asker, error) {
	c := s.root.second
	if c == nil {
		return nil, p.fail("second.no-config")
	}
	opt := opinion.Options{Endpoint: c.endpoint, Model: c.model, Timeout: time.Duration(c.timeout) * time.Second, Budget: c.budget}
	if c.keyEnv != "" {
		if opt.Key = os.Getenv(c.keyEnv); opt.Key == "" {
			return nil, p.fail("second.no-key", "name", c.keyEnv)
		}
	}
	if dir, err := os.UserCacheDir(); err == nil && !s.noCache {
		opt.Cache = filepath.Join(dir, "proofcheck", "opinions")
	}
	client, err := opinion.New(opt)
	if err != nil {
		return nil, p.fail("second.wrong", "value", c.endpoint)
	}
	return &asker{program: p, client: client}, nil
}

// warn says what leaves the machine.
func (a *asker) warn() string { return a.say("second.warning", "host", a.client.Host()) }

// ask asks about a finding of the statistical detector. One that is rejected becomes information.
func (a *asker) ask(ctx context.Context, f *checker.Finding) {
	if a == nil || f.Rule != "typo/context" || f.Level < checker.Warning || len(f.Fixes) == 0 {
		return
	}
	v, err := a.client.Ask(ctx, opinion.Question{Before: f.Before, Text: f.Text, After: f.After, Suggestion: f.Fixes[0].Text})
	if err != nil && ctx.Err() == nil && !errors.Is(err, opinion.ErrStopped) {
		a.once.Do(func() { a.complain(a.say("second.failed", "error", a.reason(err))) })
	}
	switch v {
	case opinion.Confirmed:
		f.Message += a.say("second.confirmed")
	case opinion.Rejected:
		f.Level = checker.Info
		f.Message += a.say("second.rejected")
	}
}

// summary says how many questions were sent.
func (a *asker) summary() string { return a.say("second.asked", "n", strconv.Itoa(a.client.Asked())) }
