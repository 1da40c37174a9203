package main

import (
	"os"
	"slices"
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

// patrol reads the key patrol. Secrets stand in the environment or in files, not in the config.
func (p *configParser) patrol(n ast.Node) *patrolConfig {
	c := &patrolConfig{}
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "store":
			c.store = p.text(v.Value)
			if !strings.Contains(c.store, ":") {
				c.store = p.resolve(c.store)
			}
		case "state":
			c.state = p.file(v.Value)
		case "always":
			b := p.yesNo(v.Value)
			c.always = b != nil && *b
		case "sites":
			for _, item := range p.items(v.Value) {
				c.sites = append(c.sites, p.patrolSite(item))
			}
		case "webhooks":
			for _, item := range p.items(v.Value) {
				c.notify = append(c.notify, p.patrolHook(item))
			}
		case "mails":
			for _, item := range p.items(v.Value) {
				c.notify = append(c.notify, p.mail(item))
			}
		case "file":
			c.notify = append(c.notify, &patrol.File{Path: p.file(v.Value)})
		default:
			p.unknown(v, []string{"store", "state", "always", "sites", "webhooks", "mails", "file"})
		}
	}
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
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "name":
			s.Name = p.text(v.Value)
		case "url":
			s.URL = p.address(v.Value)
		case "cron":
			s.Cron = p.text(v.Value)
			var err error
			if s.Schedule, err = patrol.Parse(s.Cron); err != nil {
				p.problem(v.Value, "config.cron", "value", s.Cron, "error", err.Error())
			}
		case "columns":
			for _, item := range p.items(v.Value) {
				s.Columns = append(s.Columns, p.patrolColumn(item))
			}
		default:
			p.unknown(v, []string{"name", "url", "cron", "columns"})
		}
	}
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
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "name":
			c.Name = p.text(v.Value)
		case "url":
			c.URL = p.text(v.Value)
		case "within":
			var err error
			if c.Within, err = patrol.ParseSpan(p.text(v.Value)); err != nil {
				p.wrongType(v.Value, "config.type.span")
			}
		default:
			p.unknown(v, []string{"name", "url", "within"})
		}
	}
	if c.Name == "" || c.URL == "" {
		p.problem(n, "config.missing", "key", "name, url", "in", "columns")
	}
	return c
}

// secret takes the name of an environment variable (KEY-env) or a file (KEY-file).
func (p *configParser) secret(v *ast.MappingValueNode) string {
	name := p.text(v.Value)
	var value string
	if strings.HasSuffix(p.key, "-env") {
		value = os.Getenv(name)
	} else if text, err := os.ReadFile(p.resolve(name)); err == nil {
		value = strings.TrimSpace(string(text))
	}
	if value == "" {
		p.problem(v.Value, "config.secret", "value", name, "key", p.key)
	}
	return value
}

func (p *configParser) patrolHook(n ast.Node) *patrol.Webhook {
	w := &patrol.Webhook{}
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "url":
			w.URL = p.address(v.Value)
		case "secret-env", "secret-file":
			w.Secret = []byte(p.secret(v))
		default:
			p.unknown(v, []string{"url", "secret-env", "secret-file"})
		}
	}
	if w.URL == "" {
		p.problem(n, "config.missing", "key", "url", "in", "webhooks")
	}
	return w
}

func (p *configParser) mail(n ast.Node) *patrol.Email {
	e := &patrol.Email{Lang: p.lang}
	for _, v := range p.pairs(n) {
		switch p.key = keyText(v); p.key {
		case "host":
			e.Host = p.text(v.Value)
		case "port":
			e.Port = p.count(v.Value)
		case "tls":
			if i, ok := v.Value.(*ast.StringNode); ok && slices.Contains([]string{"starttls", "tls", "none"}, i.Value) {
				e.TLS = i.Value
			} else {
				p.problem(v.Value, "config.value", "value", brief(v.Value), "key", p.key, "values", "starttls, tls, none")
			}
		case "user":
			e.User = p.text(v.Value)
		case "password-env", "password-file":
			e.Password = p.secret(v)
		case "from":
			e.From = p.text(v.Value)
		case "to":
			e.To = p.list(v.Value)
		default:
			p.unknown(v, []string{"host", "port", "tls", "user", "password-env", "password-file", "from", "to"})
		}
	}
	if e.Host == "" || e.From == "" || len(e.To) == 0 {
		p.problem(n, "config.missing", "key", "host, from, to", "in", "mails")
	}
	return e
}
