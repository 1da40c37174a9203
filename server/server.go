// Package server is the HTTP service: a content system, an editor's page or a script sends a draft and
// is told whether it may be published. It checks with the same checker, formats and reports as the
// command line. It reads no flags and no config files: what holds is given by Options and Config,
// and Reload takes a new Config without losing a request.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"proofcheck/store"
)

// Options are what a Server is made with; they hold for its life.
type Options struct {
	Version string // of the program
	Rules   string // hash of the rule catalogue

	// Load reads config, lexicons and tokens. It is called once by New and again by each Reload.
	Load func(ctx context.Context) (*Config, error)

	// Open opens the store of the audit; nil for none. It is called again when the store is gone.
	Open func(ctx context.Context) (*store.Store, error)

	// Words are the words that nothing is reported in, which Load reads too; nil for none.
	Words *Words

	Page   http.Handler // the editor's page, at / and /assets/; nil for none
	Report http.Handler // the report page of the store, at /report/; reading takes the scope audit, other methods override; nil for none
	Log    *slog.Logger // never sees content; nil discards
	Limits Limits
}

// Limits bound what callers can make the service do. A zero field means its default.
type Limits struct {
	Body        int64         // bytes of a request, decompressed; 8 MiB
	Memory      int64         // bytes of all requests that are being read or checked; 8 times Body
	Files       int           // of one upload; 100
	Findings    int           // of one draft; 10,000
	Jobs        int           // checks at a time; the number of processors
	Queue       int           // checks that wait; 64 for each of Jobs
	Wait        time.Duration // that a check waits at most; 2 s
	Check       time.Duration // of one check; 10 s
	Network     time.Duration // of one check that asks the network; 60 s
	Header      time.Duration // until the header has come; 5 s
	Read        time.Duration // until the body has come; 30 s
	Write       time.Duration // until the answer has gone; 60 s
	Idle        time.Duration // between two requests; 60 s
	Stop        time.Duration // until running requests are cut off at the end; 30 s
	Pending     int           // audit entries that wait for a store that does not take them; 20,000
	Record      time.Duration // that an answer waits for its audit entry; 500 ms
	Connections int           // at a time; 4,096
}

// Checks that ask the network wait for others most of their time, so they have a gate of their own.
const (
	networkJobs  = 4
	networkQueue = 16
)

// Server answers requests. It is safe for concurrent use.
type Server struct {
	opt      Options
	log      *slog.Logger
	metrics  *metrics
	routes   []route
	mux      *http.ServeMux
	gate     *gate
	memory   *budget
	audit    *auditor // nil without a store
	recent   *recent
	jobs     *jobs
	network  *gate         // of checks that ask the network
	halt     chan struct{} // closed when the service stops
	end      func()        // ends jobs; called once
	guesses  guesses
	seen     seen
	state    atomic.Pointer[state]
	reload   chan struct{}         // holds one token while nobody reloads
	stale    atomic.Pointer[error] // of the last reload; nil when it went well
	stopping atomic.Bool
}

// New makes a Server. The error is that of Options.Load or says what is wrong with the Config.
func New(ctx context.Context, opt Options) (*Server, error) {
	opt.Limits = opt.Limits.withDefaults()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		opt: opt, log: opt.Log, reload: make(chan struct{}, 1),
		gate:   newGate(opt.Limits.Jobs, opt.Limits.Queue, opt.Limits.Wait),
		memory: &budget{limit: opt.Limits.Memory}, recent: newRecent(),
	}
	if opt.Open != nil {
		s.audit = newAuditor(opt)
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.jobs, s.halt = newJobs(work), make(chan struct{})
	s.network = newGate(networkJobs, networkQueue, opt.Limits.Wait)
	s.end = func() { close(s.halt); cancel(); s.jobs.wg.Wait() }
	s.metrics = newMetrics(s)
	s.reload <- struct{}{}
	s.routes = s.table()
	s.mux = s.newMux()
	if err := s.Reload(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload takes a new Config. When it cannot be read or is wrong, the old one stays, and the error
// says why. Requests that are being answered end with the Config that they began with.
func (s *Server) Reload(ctx context.Context) error {
	select {
	case <-s.reload:
		defer func() { s.reload <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	st, err := s.load(ctx)
	s.metrics.reloaded(err)
	if err != nil {
		s.stale.Store(&err)
		return err
	}
	s.stale.Store(nil)
	s.state.Store(st)
	return nil
}

func (s *Server) load(ctx context.Context) (*state, error) {
	cfg, err := s.opt.Load(ctx)
	if err != nil {
		return nil, err
	}
	return newState(cfg, s.opt.Limits)
}

// Secured reports whether requests need a token.
func (s *Server) Secured() bool { return len(s.state.Load().Tokens) > 0 }

// Serve answers requests on a listener until ctx ends, then lets those that run come to their end
// and closes the listener. The error is nil when all of them did.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if s.audit != nil {
		recording, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer func() { stop(); <-s.audit.done }()
		go s.audit.run(recording)
	}
	crowd := newCrowd(s.opt.Limits.Connections)
	hs := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.opt.Limits.Header,
		ReadTimeout:       s.opt.Limits.Read,
		WriteTimeout:      s.opt.Limits.Read + s.opt.Limits.Write,
		IdleTimeout:       s.opt.Limits.Idle,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		ConnState:         crowd.track,
	}
	served := make(chan error, 1)
	go func() { served <- hs.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.end()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.Limits.Stop)
	defer cancel()
	err := hs.Shutdown(end)
	if err != nil {
		err = errors.Join(err, hs.Close())
	}
	<-served
	return err
}
