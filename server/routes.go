package server

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// route is one operation of the API. openapi.json describes all of them; a test holds it to this
// table.
type route struct {
	method, path string
	scope        string // "" means that no token is asked for
	handle       func(*call, http.ResponseWriter, *http.Request) *problem
}

func (s *Server) table() []route {
	return []route{
		{"POST", "/v1/check", "check", s.check},
		{"POST", "/v1/fix", "check", s.fix},
		{"POST", "/v1/links", "links", s.startLinks},
		{"GET", "/v1/links/{id}", "links", s.linksStatus},
		{"GET", "/v1/links/{id}/events", "links", s.linksEvents},
		{"DELETE", "/v1/links/{id}", "links", s.cancelLinks},
		{"GET", "/v1/rules", "check", s.rules},
		{"POST", "/v1/webhooks/{name}", "", s.webhook}, // has schemes of its own
		{"GET", "/v1/allow", "check", s.allowed},
		{"POST", "/v1/allow", "override", s.allow},
		{"DELETE", "/v1/allow", "override", s.disallow},
		{"GET", "/v1/checks/{id}", "audit", s.checkOf},
		{"POST", "/v1/checks/{id}/override", "override", s.override},
		{"GET", "/v1/audit", "audit", s.auditList},
		{"GET", "/openapi.json", "", s.openapi},
		{"GET", "/healthz", "", s.healthz},
		{"GET", "/readyz", "", s.readyz},
		{"GET", "/metrics", "admin", s.metrics.serve},
	}
}

// call is one request.
type call struct {
	*state
	who   *caller // nil without tokens
	lang  string
	route string // pattern, for metrics and log
}

type callKey struct{}

// Who names the token of a request that a Server has let through to Options.Report; "" without tokens.
func Who(r *http.Request) string {
	if c, ok := r.Context().Value(callKey{}).(*call); ok && c.who != nil {
		return c.who.Name
	}
	return ""
}

// newMux maps paths to routes, so that a wrong method is told by a problem document.
func (s *Server) newMux() *http.ServeMux {
	byPath := map[string]map[string]route{}
	for _, r := range s.routes {
		if byPath[r.path] == nil {
			byPath[r.path] = map[string]route{}
		}
		byPath[r.path][r.method] = r
	}
	mux := http.NewServeMux()
	for path, methods := range byPath {
		allow := slices.Sorted(maps.Keys(methods))
		if _, ok := methods["GET"]; ok {
			allow = append(allow, "HEAD")
		}
		mux.HandleFunc(path, s.answer(path, func(c *call, w http.ResponseWriter, r *http.Request) *problem {
			method := r.Method
			if method == http.MethodHead {
				method = http.MethodGet
			}
			rt, ok := methods[method]
			if !ok {
				return &problem{code: "method-not-allowed", args: []string{"methods", strings.Join(allow, ", ")}, allow: strings.Join(allow, ", ")}
			}
			if p := s.admit(c, r, rt.scope); p != nil {
				return p
			}
			return rt.handle(c, w, r)
		}))
	}
	if s.opt.Report != nil {
		report := http.StripPrefix("/report", s.opt.Report)
		mux.HandleFunc("/report/", s.answer("/report/", func(c *call, w http.ResponseWriter, r *http.Request) *problem {
			// The page itself holds nothing of the store. What it shows and sets is somebody's.
			scope := "audit"
			switch {
			case r.URL.Path == "/report/":
				scope = ""
			case r.Method != http.MethodGet && r.Method != http.MethodHead:
				scope = "override"
			}
			if p := s.admit(c, r, scope); p != nil {
				return p
			}
			report.ServeHTTP(w, r)
			return nil
		}))
	}
	mux.HandleFunc("/", s.answer("/", func(c *call, w http.ResponseWriter, r *http.Request) *problem {
		if s.opt.Page == nil || strings.HasPrefix(r.URL.Path, "/v1/") {
			return fail("not-found", "path", short(r.URL.Path))
		}
		if p := s.admit(c, r, ""); p != nil {
			return p
		}
		w.Header().Del("Cache-Control") // the page knows better
		s.opt.Page.ServeHTTP(w, r)
		return nil
	}))
	return mux
}

// answer wraps a handler: a problem that it returns is written, a panic harms no other request.
func (s *Server) answer(path string, handle func(*call, http.ResponseWriter, *http.Request) *problem) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(callKey{}).(*call)
		c.route = path
		rec := w.(*recorder)
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.metrics.panics.Inc()
			s.log.Error("panic", "route", path, "panic", v, "stack", string(debug.Stack()))
			if rec.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			fail("crashed").write(w, c.lang, r.URL.Path)
		}()
		if p := handle(c, w, r); p != nil {
			p.write(w, c.lang, r.URL.Path)
		}
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c := &call{state: s.state.Load(), lang: language(r)}
	rec := &recorder{ResponseWriter: w}
	s.metrics.running.Inc()
	defer func() {
		s.metrics.running.Dec()
		took := time.Since(start)
		if rec.status == 0 {
			rec.status = http.StatusOK // as net/http does
		}
		s.metrics.request(c.route, r.Method, rec.status, took)
		level := slog.LevelInfo
		if rec.status >= 500 {
			level = slog.LevelWarn
		}
		if !s.log.Enabled(context.Background(), level) {
			return
		}
		who := ""
		if c.who != nil {
			who = c.who.Name
		}
		s.log.Log(context.Background(), level, "request", "method", r.Method, "route", c.route, "status", rec.status,
			"bytes", rec.bytes, "ms", float64(took.Microseconds())/1000, "token", who, "client", c.Proxies.client(r).String())
	}()
	s.mux.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), callKey{}, c)))
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// short cuts what a caller sent for a message.
func short(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
