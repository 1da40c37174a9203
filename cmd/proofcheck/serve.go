package main

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/server"
	"proofcheck/server/page"
)

// defaultAddr is where the service listens unless it is told otherwise.
const defaultAddr = "127.0.0.1:8787"

func (p *program) serveFlags() []cli.Flag {
	return append(p.flags("open"),
		p.flag("addr", "a", "HOST:PORT"),
		p.flag("config", "c", "FILE"),
	)
}

// serveRun is one run of the service.
type serveRun struct {
	*program
	config string // file; "" means the nearest one
}

// serve answers requests until it is told to stop.
func (p *program) serve(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.argument", "value", c.Args().First())
	}
	r := &serveRun{program: p, config: c.String("config")}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	s, err := server.New(ctx, server.Options{Version: buildVersion(), Rules: rulesHash(), Load: r.load, Page: page.Handler(), Log: log})
	if err != nil {
		return err
	}
	l, err := r.listen(cmp.Or(c.String("addr"), defaultAddr), s)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String() + "/"
	p.complain(p.say("serve.started", "url", url))
	if c.Bool("open") {
		if err := openBrowser(ctx, url); err != nil {
			p.complain(p.say("serve.open", "url", url, "error", r.reason(err)))
		}
	}
	return s.Serve(ctx, l)
}

// listen opens the address. One that others can reach needs tokens.
func (r *serveRun) listen(addr string, s *server.Server) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, r.fail("serve.listen", "addr", addr, "error", r.reason(err))
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); (!ok || !tcp.IP.IsLoopback()) && !s.Secured() {
		l.Close()
		return nil, r.fail("serve.public", "addr", addr)
	}
	return l, nil
}

// load reads config and lexicons.
func (r *serveRun) load(context.Context) (*server.Config, error) {
	cs := &configs{p: r.program, byDir: map[string]*config{}}
	var root *config
	var err error
	if r.config != "" {
		root, err = r.readConfig(r.config)
	} else {
		root, err = cs.forDir(".")
	}
	if err != nil {
		return nil, err
	}
	us := newUnits(r.program, &settings{configs: cs, root: root})
	base, err := r.policy(us, &root.section, cmp.Or(root.failOn, "error"))
	if err != nil {
		return nil, err
	}
	return &server.Config{Base: base}, nil
}

// policy makes a policy of a section.
func (r *serveRun) policy(us *units, s *section, failOn string) (p server.Policy, err error) {
	if p.Check, err = us.options(s); err != nil {
		return p, err
	}
	p.FailOn, _ = lexicon.ParseLevel(failOn) // "never" is no level: Off
	p.Links = cmp.Or(s.links, "local")
	p.Check.Links = checker.Links{Inspector: links.NewInspector(s.site.inspector())}
	u := &unit{section: *s, sets: p.Check.Lexicons}
	p.Lexicons = u.lexiconsUsed()
	return p, nil
}
