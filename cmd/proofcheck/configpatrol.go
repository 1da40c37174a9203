package main

import (
	"os"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"proofcheck/patrol"
)

// patrolConfig is what the config says of a patrol.
type patrolConfig struct {
	store  string
	state  string // file
	sites  []*patrol.Site
	notify []patrol.Notifier
	always bool
}

var tlsModes = []string{"starttls", "tls", "none"}

func patrolKeys() []mappingKey[patrolConfig] {
	return []mappingKey[patrolConfig]{
		{"store", func(p *configParser, c *patrolConfig, n ast.Node) {
			if c.store = p.text(n); !strings.Contains(c.store, ":") {
				c.store = p.resolve(c.store)
			}
		}},
		{"state", func(p *configParser, c *patrolConfig, n ast.Node) { c.state = p.file(n) }},
		{"always", func(p *configParser, c *patrolConfig, n ast.Node) { c.always = p.isYes(n) }},
		{"sites", func(p *configParser, c *patrolConfig, n ast.Node) {
			for _, item := range p.items(n) {
				c.sites = append(c.sites, p.patrolSite(item))
			}
		}},
		{"webhooks", func(p *configParser, c *patrolConfig, n ast.Node) {
			for _, item := range p.items(n) {
				c.notify = append(c.notify, p.patrolHook(item))
			}
		}},
		{"mails", func(p *configParser, c *patrolConfig, n ast.Node) {
			for _, item := range p.items(n) {
				c.notify = append(c.notify, p.mail(item))
			}
		}},
		{"file", func(p *configParser, c *patrolConfig, n ast.Node) {
			c.notify = append(c.notify, &patrol.File{Path: p.file(n)})
		}},
	}
}

func siteKeys() []mappingKey[patrol.Site] {
	return []mappingKey[patrol.Site]{
		{"name", func(p *configParser, s *patrol.Site, n ast.Node) { s.Name = p.text(n) }},
		{"url", func(p *configParser, s *patrol.Site, n ast.Node) { s.URL = p.address(n) }},
		{"cron", func(p *configParser, s *patrol.Site, n ast.Node) {
			s.Cron = p.text(n)
			var err error
			if s.Schedule, err = patrol.Parse(s.Cron); err != nil {
				p.problem(n, "config.cron", "value", s.Cron, "error", err.Error())
			}
		}},
		{"columns", func(p *configParser, s *patrol.Site, n ast.Node) {
			for _, item := range p.items(n) {
				s.Columns = append(s.Columns, p.patrolColumn(item))
			}
		}},
	}
}

func columnKeys() []mappingKey[patrol.Column] {
	return []mappingKey[patrol.Column]{
		{"name", func(p *configParser, c *patrol.Column, n ast.Node) { c.Name = p.text(n) }},
		{"url", func(p *configParser, c *patrol.Column, n ast.Node) { c.URL = p.text(n) }},
		{"within", func(p *configParser, c *patrol.Column, n ast.Node) {
			var err error
			if c.Within, err = patrol.ParseSpan(p.text(n)); err != nil {
				p.wrongType(n, "config.type.span")
			}
		}},
	}
}

func hookKeys() []mappingKey[patrol.Webhook] {
	secret := func(p *configParser, w *patrol.Webhook, n ast.Node) { w.Secret = []byte(p.secret(n)) }
	return []mappingKey[patrol.Webhook]{
		{"url", func(p *configParser, w *patrol.Webhook, n ast.Node) { w.URL = p.address(n) }},
		{"secret-env", secret},
		{"secret-file", secret},
	}
}

func mailKeys() []mappingKey[patrol.Email] {
	password := func(p *configParser, e *patrol.Email, n ast.Node) { e.Password = p.secret(n) }
	return []mappingKey[patrol.Email]{
		{"host", func(p *configParser, e *patrol.Email, n ast.Node) { e.Host = p.text(n) }},
		{"port", func(p *configParser, e *patrol.Email, n ast.Node) { e.Port = p.count(n) }},
		{"tls", func(p *configParser, e *patrol.Email, n ast.Node) { e.TLS = p.oneOf(n, tlsModes) }},
		{"user", func(p *configParser, e *patrol.Email, n ast.Node) { e.User = p.text(n) }},
		{"password-env", password},
		{"password-file", password},
		{"from", func(p *configParser, e *patrol.Email, n ast.Node) { e.From = p.text(n) }},
		{"to", func(p *configParser, e *patrol.Email, n ast.Node) { e.To = p.list(n) }},
	}
}

// patrol reads the key patrol. Secrets stand in the environment or in files, not in the config.
func (p *configParser) patrol(n ast.Node) *patrolConfig {
	c := &patrolConfig{}
	readKeys(p, n, c, patrolKeys())
	names := map[string]bool{}
	for _, s := range c.sites {
		if names[s.Name] {
			p.problem(n, "config.patrol-twice", "name", s.Name)
		}
		names[s.Name] = true
	}
	return c
}

func (p *configParser) patrolSite(n ast.Node) *patrol.Site {
	s := &patrol.Site{}
	readKeys(p, n, s, siteKeys())
	if s.URL == "" {
		p.problem(n, "config.missing", "key", "url", "in", "sites")
	}
	if s.Schedule == nil && s.Cron == "" {
		p.problem(n, "config.missing", "key", "cron", "in", "sites")
	}
	if s.Name == "" {
		s.Name = s.URL
	}
	return s
}

func (p *configParser) patrolColumn(n ast.Node) patrol.Column {
	c := patrol.Column{Within: patrol.Span{N: 2, Unit: 'w'}}
	readKeys(p, n, &c, columnKeys())
	if c.Name == "" || c.URL == "" {
		p.problem(n, "config.missing", "key", "name, url", "in", "columns")
	}
	return c
}

func (p *configParser) patrolHook(n ast.Node) *patrol.Webhook {
	w := &patrol.Webhook{}
	readKeys(p, n, w, hookKeys())
	if w.URL == "" {
		p.problem(n, "config.missing", "key", "url", "in", "webhooks")
	}
	return w
}

func (p *configParser) mail(n ast.Node) *patrol.Email {
	e := &patrol.Email{Lang: p.lang}
	readKeys(p, n, e, mailKeys())
	if e.Host == "" || e.From == "" || len(e.To) == 0 {
		p.problem(n, "config.missing", "key", "host, from, to", "in", "mails")
	}
	return e
}

// secret takes the name of an environment variable (KEY-env) or a file (KEY-file).
func (p *configParser) secret(n ast.Node) string {
	name := p.text(n)
	var value string
	if strings.HasSuffix(p.key, "-env") {
		value = os.Getenv(name)
	} else if text, err := os.ReadFile(p.resolve(name)); err == nil {
		value = strings.TrimSpace(string(text))
	}
	if value == "" {
		p.problem(n, "config.secret", "value", name, "key", p.key)
	}
	return value
}
