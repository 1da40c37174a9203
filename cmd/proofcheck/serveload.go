package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/server"
)

// load reads config, lexicons, tokens and secrets, and notes which files those were.
func (r *serveRun) load(context.Context) (*server.Config, error) {
	// Its own speaker, since requests and a reload may come at the same time.
	p := &program{speaker: speaker{r.lang}, stderr: r.stderr}
	read := &reading{serveRun: r, p: p, files: map[string]string{}}
	cfg, err := read.config()
	if err != nil {
		r.watch.failed(read.files) // a file that was wrong is watched, too
		return nil, err
	}
	r.watch.set(read.files)
	return cfg, nil
}

// reading is one reading of everything that may change while the service runs.
type reading struct {
	*serveRun
	p     *program
	root  *config
	units *units
	files map[string]string // how each file was before it was first read
}

// reads is called before a file is read.
func (r *reading) reads(path string) {
	if _, ok := r.files[path]; !ok {
		r.files[path] = fileState(path)
	}
}

func (r *reading) config() (*server.Config, error) {
	if r.serveRun.config != "" {
		r.reads(r.serveRun.config)
	}
	var err error
	if r.root, err = r.readRoot(r.p); err != nil {
		return nil, err
	}
	if r.root.path != "" {
		r.reads(r.root.path)
	}
	if r.root.lang != "" {
		r.p.lang = r.root.lang
	}
	r.units = newUnits(r.p, &settings{root: r.root})
	cfg := &server.Config{}
	if cfg.Base, err = r.policy("", &r.root.section, r.root.failOn); err != nil {
		return nil, err
	}
	s := &r.root.serve
	cfg.Base.Override = s.override == nil || *s.override
	cfg.Proxies = s.proxies
	if s.network {
		cfg.Network = &links.ProbeOptions{}
	}
	for i := range s.policies {
		c := &s.policies[i]
		section := r.root.merge(c.section)
		p, err := r.policy(c.name, &section, cmp.Or(c.failOn, r.root.failOn))
		if err != nil {
			return nil, err
		}
		p.Tokens, p.Sites, p.Channels, p.Locked, p.Override = c.tokens, c.sites, c.channels, c.locked, cfg.Base.Override
		if c.override != nil {
			p.Override = *c.override
		}
		cfg.Policies = append(cfg.Policies, p)
	}
	path, must := r.tokensFile()
	r.reads(path)
	if cfg.Tokens, err = r.p.readTokens(path, must); err != nil {
		return nil, err
	}
	for i := range s.webhooks {
		h, err := r.webhook(&s.webhooks[i])
		if err != nil {
			return nil, err
		}
		cfg.Webhooks = append(cfg.Webhooks, h)
	}
	return cfg, nil
}

// policy makes a policy of a section.
func (r *reading) policy(name string, s *section, failOn string) (p server.Policy, err error) {
	p.Name = name
	for _, ref := range s.lexicons {
		r.reads(ref.path)
	}
	for _, path := range []string{s.roster, s.model, s.typoModel} {
		if path != "" {
			r.reads(path)
		}
	}
	if p.Check, err = r.units.options(s); err != nil {
		return p, err
	}
	p.FailOn, _ = lexicon.ParseLevel(cmp.Or(failOn, "error")) // "never" is no level: Off
	p.Links = cmp.Or(s.links, "local")
	p.Check.Links = checker.Links{Inspector: links.NewInspector(s.site.inspector())}
	// What editors ignore for good holds everywhere.
	path := r.allowFile()
	r.reads(path)
	allow := lexicon.Allow
	set, err := r.units.load(lexiconRef{path: path, category: &allow})
	switch {
	case err == nil:
		p.Check.Lexicons = append(slices.Clip(p.Check.Lexicons), set)
	case !missing(path):
		return p, err
	}
	u := &unit{section: *s, sets: p.Check.Lexicons}
	p.Lexicons = u.lexiconsUsed()
	for i := range p.Lexicons {
		p.Lexicons[i].Name = filepath.Base(p.Lexicons[i].Name) // paths of the server are nobody's business
	}
	return p, nil
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func (r *reading) webhook(c *webhookConfig) (h server.Webhook, err error) {
	h = server.Webhook{
		Name: c.name, Content: c.content, Format: c.format, ID: c.id, URL: c.url, Title: c.title, Channel: c.channel, User: c.user,
		Policy: c.policy, Scheme: c.scheme, Header: cmp.Or(c.header, "X-Webhook-Secret"), Tolerance: seconds(c.tolerance),
	}
	if c.secretFile == "" {
		return h, nil
	}
	r.reads(c.secretFile)
	text, err := os.ReadFile(c.secretFile)
	if err != nil {
		return h, r.p.fail("serve.secret", "path", shown(c.secretFile), "error", r.p.reason(err))
	}
	for line := range bytes.Lines(text) {
		if secret := strings.TrimSpace(string(line)); secret != "" && secret[0] != '#' {
			h.Secrets = append(h.Secrets, secret)
		}
	}
	if len(h.Secrets) == 0 {
		return h, r.p.fail("serve.secret", "path", shown(c.secretFile), "error", r.p.say("serve.secret-empty"))
	}
	return h, nil
}

// tokensFile returns the file of the tokens, and whether somebody has named it, so that it must be
// there.
func (r *serveRun) tokensFile() (string, bool) {
	if named := cmp.Or(r.flags.tokens, r.first.serve.tokens); named != "" {
		return named, true
	}
	return filepath.Join(r.first.dir, defaultTokens), false
}

func (r *serveRun) allowFile() string {
	return cmp.Or(r.first.serve.allow, filepath.Join(r.first.dir, defaultAllow))
}

// words keeps the list of what editors ignore for good.
func (r *serveRun) words() *server.Words {
	path := r.allowFile()
	return &server.Words{
		Read: func() ([]lexicon.Entry, error) {
			f, err := os.Open(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			defer f.Close()
			allow := lexicon.Allow
			return lexicon.Parse(path, f, lexicon.Defaults{Category: &allow})
		},
		Write: func(entries []lexicon.Entry) error {
			f, err := createAtomic(path)
			if err != nil {
				return err
			}
			defer f.discard()
			if err := lexicon.Write(f, lexicon.TSV, entries); err != nil {
				return err
			}
			return f.commit()
		},
	}
}
