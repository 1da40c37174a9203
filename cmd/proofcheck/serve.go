package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	reportpage "proofcheck/ledger/page"
	"proofcheck/server"
	"proofcheck/server/page"
	"proofcheck/store"
)

// What holds for the service unless config or flags say something else.
const (
	defaultAddr   = "127.0.0.1:8787"
	defaultTokens = ".proofcheck-tokens.tsv" // beside the config
	defaultAllow  = ".proofcheck-allow.tsv"  // beside the config
	storeOff      = "off"
)

func (p *program) serveFlags() []cli.Flag {
	return append(p.flags("open"),
		p.flag("addr", "a", "HOST:PORT"),
		p.flag("config", "c", "FILE"),
		p.flag("store", "", "FILE|DSN|off"),
		p.flag("tokens", "", "FILE"),
		p.flag("tls-cert", "", "FILE"),
		p.flag("tls-key", "", "FILE"),
		p.flag("log", "", strings.Join(logForms, "|")),
	)
}

// serveRun is one run of the service.
type serveRun struct {
	*program
	config string      // file; "" means the nearest one
	flags  serveConfig // what the command line says
	first  *config     // at the start: address, store, limits and certificates are not reloaded
	log    *slog.Logger
	watch  watch
}

// serve answers requests until it is told to stop.
func (p *program) serve(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	r, err := p.serveRun(c)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hangup := hangups() // before anything that takes time, since the signal ends who does not know it
	opt, err := r.options(ctx)
	if err != nil {
		return err
	}
	s, err := server.New(ctx, opt)
	if err != nil {
		return r.wrongConfig(err)
	}
	l, err := r.listen(s)
	if err != nil {
		return err
	}
	url := r.scheme() + "://" + l.Addr().String() + "/"
	p.complain(p.say("serve.started", "url", url))
	if c.Bool("open") {
		if err := openBrowser(ctx, url); err != nil {
			p.complain(p.say("serve.open", "url", url, "error", r.reason(err)))
		}
	}
	go r.keepFresh(ctx, s, hangup)
	return s.Serve(ctx, l)
}

// serveRun reads the flags and the config.
func (p *program) serveRun(c *cli.Context) (*serveRun, error) {
	r := &serveRun{program: p, config: c.String("config")}
	r.flags = serveConfig{
		addr: c.String("addr"), store: c.String("store"), tokens: c.String("tokens"), cert: c.String("tls-cert"), key: c.String("tls-key"),
	}
	var err error
	if r.flags.log, err = p.choice(c, "log", logForms, ""); err != nil {
		return nil, err
	}
	if (r.flags.cert == "") != (r.flags.key == "") {
		return nil, p.fail("serve.tls-half")
	}
	if r.first, err = r.readRoot(p); err != nil {
		return nil, err
	}
	if r.first.lang != "" && c.String("lang") == "" {
		p.lang = r.first.lang
	}
	var handler slog.Handler = slog.NewTextHandler(p.stderr, nil)
	if cmp.Or(r.flags.log, r.first.serve.log) == "json" {
		handler = slog.NewJSONHandler(p.stderr, nil)
	}
	r.log = slog.New(handler)
	return r, nil
}

// readRoot reads the config of the service.
func (r *serveRun) readRoot(p *program) (*config, error) {
	if r.config == "" {
		return (&configs{p: p, byDir: map[string]*config{}}).forDir(".")
	}
	if _, err := os.Stat(r.config); err != nil {
		return nil, p.fail("config.unreadable", "path", shown(r.config), "error", p.reason(err))
	}
	return p.readConfig(r.config)
}

// wrongConfig says why what was read cannot be used.
func (r *serveRun) wrongConfig(err error) error {
	var unknown *checker.UnknownRuleError
	if errors.As(err, &unknown) {
		return r.fail("usage.rule", "name", unknown.Pattern, "near", unknown.Near)
	}
	return problem(r.reason(err))
}

// options makes the options of the server.
func (r *serveRun) options(ctx context.Context) (opt server.Options, err error) {
	s := &r.first.serve
	opt = server.Options{
		Version: buildVersion(), Rules: rulesHash(), Load: r.load, Page: page.Handler(), Log: r.log,
		Limits: server.Limits{Body: int64(s.maxBody), Jobs: r.first.jobs, Queue: s.queue, Check: seconds(s.timeout)},
		Words:  r.words(),
	}
	if opt.Open, err = r.opener(ctx); err == nil && opt.Open != nil {
		opt.Report = &storePage{open: opt.Open, options: reportpage.Serving{
			Options: reportpage.Options{Lang: r.lang, Units: r.first.units, Score: r.first.scoring()}, User: server.Who, Log: r.log,
		}}
	}
	return opt, err
}

// opener returns what opens the store. One that cannot be used at all is told now; a database server
// that is not there yet may come.
func (r *serveRun) opener(ctx context.Context) (func(context.Context) (*store.Store, error), error) {
	dsn := cmp.Or(r.flags.store, r.first.serve.store)
	if dsn == storeOff {
		return nil, nil
	}
	if dsn == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil, r.fail("serve.no-home")
		}
		dir = filepath.Join(dir, "proofcheck")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, r.fail("serve.no-home")
		}
		dsn = filepath.Join(dir, "serve.db")
	}
	open := func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, dsn) }
	st, err := open(ctx)
	switch {
	case err == nil:
		return open, st.Close()
	case store.Transient(err):
		r.log.Error("audit: the store is not there yet; checks go on", "error", err)
		return open, nil
	}
	return nil, r.fail("serve.store", "error", r.reason(err))
}

func (r *serveRun) scheme() string {
	if cert, _ := r.certificate(); cert != "" {
		return "https"
	}
	return "http"
}

// certificate returns the files for TLS, "" for none.
func (r *serveRun) certificate() (cert, key string) {
	if r.flags.cert != "" {
		return r.flags.cert, r.flags.key
	}
	return r.first.serve.cert, r.first.serve.key
}

// listen opens the address. One that others can reach needs tokens.
func (r *serveRun) listen(s *server.Server) (net.Listener, error) {
	addr := cmp.Or(r.flags.addr, r.first.serve.addr, defaultAddr)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, r.fail("serve.listen", "addr", addr, "error", r.reason(err))
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); (!ok || !tcp.IP.IsLoopback()) && !s.Secured() {
		l.Close()
		return nil, r.fail("serve.public", "addr", addr)
	}
	cert, key := r.certificate()
	if cert == "" {
		return l, nil
	}
	keeper := &certificates{cert: cert, key: key}
	pair, err := keeper.get(nil)
	if err != nil {
		l.Close()
		return nil, r.fail("serve.tls", "cert", shown(cert), "key", shown(key), "error", r.reason(err))
	}
	if end := pair.Leaf.NotAfter; time.Now().After(end) {
		r.complain(r.say("serve.tls-expired", "cert", shown(cert), "date", end.Format(time.DateOnly)))
	}
	return tls.NewListener(l, &tls.Config{GetCertificate: keeper.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}), nil
}
