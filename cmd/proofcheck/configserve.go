package main

import (
	"net/netip"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// serveConfig is what the key serve says. The zero value says nothing.
type serveConfig struct {
	addr     string
	tokens   string // file
	store    string // file or address; "off" means none
	allow    string // file
	cert     string // files
	key      string
	log      string // text or json
	network  bool
	override *bool
	maxBody  int // bytes
	queue    int
	timeout  int // seconds of one check
	proxies  []netip.Prefix
	policies []policyConfig
	webhooks []webhookConfig
}

// policyConfig says how the drafts of some callers are checked.
type policyConfig struct {
	name                    string
	tokens, sites, channels []string
	locked                  bool
	override                *bool
	failOn                  string
	section
}

// webhookConfig says how a content system's own JSON is read.
type webhookConfig struct {
	name       string
	content    string // JSON pointers
	format     string // a pointer, or one of the formats
	id         string
	url        string
	title      string
	channel    string
	user       string
	scheme     string // standard, header, none
	secretFile string
	header     string // that holds the shared secret
	tolerance  int    // seconds
	policy     string
}

var (
	logForms       = []string{"text", "json"}
	webhookSchemes = []string{"standard", "header", "token"}
)

func serveKeys() []mappingKey[serveConfig] {
	return []mappingKey[serveConfig]{
		{"addr", func(p *configParser, c *serveConfig, n ast.Node) { c.addr = p.text(n) }},
		{"tokens", func(p *configParser, c *serveConfig, n ast.Node) { c.tokens = p.file(n) }},
		{"store", func(p *configParser, c *serveConfig, n ast.Node) { c.store = p.database(n) }},
		{"allow", func(p *configParser, c *serveConfig, n ast.Node) { c.allow = p.file(n) }},
		{"tls-cert", func(p *configParser, c *serveConfig, n ast.Node) { c.cert = p.file(n) }},
		{"tls-key", func(p *configParser, c *serveConfig, n ast.Node) { c.key = p.file(n) }},
		{"log", func(p *configParser, c *serveConfig, n ast.Node) { c.log = p.oneOf(n, logForms) }},
		{"network", func(p *configParser, c *serveConfig, n ast.Node) { c.network = p.isYes(n) }},
		{"override", func(p *configParser, c *serveConfig, n ast.Node) { c.override = p.yesNo(n) }},
		{"max-body", func(p *configParser, c *serveConfig, n ast.Node) { c.maxBody = p.count(n) }},
		{"queue", func(p *configParser, c *serveConfig, n ast.Node) { c.queue = p.count(n) }},
		{"timeout", func(p *configParser, c *serveConfig, n ast.Node) { c.timeout = p.count(n) }},
		{"trusted-proxies", func(p *configParser, c *serveConfig, n ast.Node) { c.proxies = p.prefixes(n) }},
		{"policies", func(p *configParser, c *serveConfig, n ast.Node) {
			c.policies = listOf(p, n, func(n ast.Node) policyConfig { return p.policy(n) })
		}},
		{"webhooks", func(p *configParser, c *serveConfig, n ast.Node) {
			c.webhooks = listOf(p, n, func(n ast.Node) webhookConfig { return p.webhook(n) })
		}},
	}
}

func policyKeys() []mappingKey[policyConfig] {
	keys := []mappingKey[policyConfig]{
		{"name", func(p *configParser, c *policyConfig, n ast.Node) { c.name = p.text(n) }},
		{"tokens", func(p *configParser, c *policyConfig, n ast.Node) { c.tokens = p.list(n) }},
		{"sites", func(p *configParser, c *policyConfig, n ast.Node) { c.sites = p.list(n) }},
		{"channels", func(p *configParser, c *policyConfig, n ast.Node) { c.channels = p.list(n) }},
		{"locked", func(p *configParser, c *policyConfig, n ast.Node) { c.locked = p.isYes(n) }},
		{"override", func(p *configParser, c *policyConfig, n ast.Node) { c.override = p.yesNo(n) }},
		{"fail-on", func(p *configParser, c *policyConfig, n ast.Node) { c.failOn = p.oneOf(n, failOns) }},
	}
	for _, k := range configKeys() {
		if k.part != nil {
			keys = append(keys, mappingKey[policyConfig]{k.name, func(p *configParser, c *policyConfig, n ast.Node) { k.part(p, &c.section, n) }})
		}
	}
	return keys
}

func webhookKeys() []mappingKey[webhookConfig] {
	pointer := func(name string, to func(*webhookConfig) *string) mappingKey[webhookConfig] {
		return mappingKey[webhookConfig]{name, func(p *configParser, c *webhookConfig, n ast.Node) { *to(c) = p.pointer(n) }}
	}
	return []mappingKey[webhookConfig]{
		{"name", func(p *configParser, c *webhookConfig, n ast.Node) { c.name = p.text(n) }},
		pointer("content", func(c *webhookConfig) *string { return &c.content }),
		{"format", func(p *configParser, c *webhookConfig, n ast.Node) { c.format = p.text(n) }},
		pointer("id", func(c *webhookConfig) *string { return &c.id }),
		pointer("url", func(c *webhookConfig) *string { return &c.url }),
		pointer("title", func(c *webhookConfig) *string { return &c.title }),
		pointer("channel", func(c *webhookConfig) *string { return &c.channel }),
		pointer("user", func(c *webhookConfig) *string { return &c.user }),
		{"scheme", func(p *configParser, c *webhookConfig, n ast.Node) { c.scheme = p.oneOf(n, webhookSchemes) }},
		{"secret-file", func(p *configParser, c *webhookConfig, n ast.Node) { c.secretFile = p.file(n) }},
		{"header", func(p *configParser, c *webhookConfig, n ast.Node) { c.header = p.text(n) }},
		{"tolerance", func(p *configParser, c *webhookConfig, n ast.Node) { c.tolerance = p.count(n) }},
		{"policy", func(p *configParser, c *webhookConfig, n ast.Node) { c.policy = p.text(n) }},
	}
}

// prefixes reads addresses and networks.
func (p *configParser) prefixes(n ast.Node) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range p.list(n) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			var addr netip.Addr
			if addr, err = netip.ParseAddr(text); err == nil {
				prefix = netip.PrefixFrom(addr, addr.BitLen())
			}
		}
		if err != nil {
			p.problem(n, "config.proxy", "value", text)
			continue
		}
		out = append(out, prefix)
	}
	return out
}

// serve reads the mapping serve.
func (p *configParser) serve(n ast.Node) serveConfig {
	var c serveConfig
	readKeys(p, n, &c, serveKeys())
	if (c.cert == "") != (c.key == "") {
		p.problem(n, "config.missing", "key", "tls-cert / tls-key", "in", "serve")
	}
	return c
}

func (p *configParser) policy(n ast.Node) policyConfig {
	var c policyConfig
	readKeys(p, n, &c, policyKeys())
	if c.name == "" {
		p.problem(n, "config.missing", "key", "name", "in", "policies")
	}
	return c
}

func (p *configParser) webhook(n ast.Node) webhookConfig {
	var c webhookConfig
	readKeys(p, n, &c, webhookKeys())
	for _, required := range []struct{ key, value string }{{"name", c.name}, {"content", c.content}, {"scheme", c.scheme}} {
		if required.value == "" {
			p.problem(n, "config.missing", "key", required.key, "in", "webhooks")
		}
	}
	if c.secretFile == "" && c.scheme != "token" && c.scheme != "" {
		p.problem(n, "config.missing", "key", "secret-file", "in", "webhooks")
	}
	return c
}

// listOf reads a list of mappings.
func listOf[T any](p *configParser, n ast.Node, read func(ast.Node) T) []T {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		p.wrongType(n, "config.type.mappings")
		return nil
	}
	var out []T
	for _, item := range seq.Values {
		out = append(out, read(item))
	}
	return out
}

func (p *configParser) isYes(n ast.Node) bool {
	b := p.yesNo(n)
	return b != nil && *b
}

// database is a file, an address of a database, or off.
func (p *configParser) database(n ast.Node) string {
	if b, ok := n.(*ast.BoolNode); ok && !b.Value {
		return storeOff // YAML 1.1 readers take off for a boolean
	}
	s := p.text(n)
	if s == storeOff || strings.Contains(s, "://") {
		return s
	}
	if path, ok := strings.CutPrefix(s, "sqlite:"); ok {
		s = path
	}
	return p.resolve(s)
}

// pointer is a JSON pointer (RFC 6901).
func (p *configParser) pointer(n ast.Node) string {
	s := p.text(n)
	if s != "" && s[0] != '/' {
		p.problem(n, "config.pointer", "value", s)
	}
	return s
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
