package page

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"proofcheck/store"
)

// Serving says how a page is served.
type Serving struct {
	Options

	// User names who asks, for the history; nil when nobody can be told apart.
	User func(*http.Request) string

	// May reports whether a request may read or set states; nil allows all. The page itself, which
	// holds nothing of the store, is for everybody.
	May func(r *http.Request, set bool) bool

	Log *slog.Logger // nil is the default one
}

// Bounds of requests.
const (
	maxBody    = 64 << 10 // bytes
	maxRemark  = 1000     // characters
	maxChanges = 10000
)

// Handler serves the page of a store and what it asks for, by paths relative to where it is mounted:
//
//	GET  ""          the page
//	GET  data        what it shows
//	GET  changes     ?since=MILLISECONDS: states that were set after that time
//	POST states      {document, fingerprint, revision, state, remark}: 200, or 409 with what somebody else has set meanwhile
//
// Setting a state needs the header X-Proofcheck: 1, which other sites cannot send, and an Origin, if
// there is one, that is the server's own. Errors are problem documents (RFC 9457). A Handler is safe
// for many goroutines.
func Handler(s *store.Store, serving Serving) http.Handler {
	serving.Options = serving.Options.withDefaults()
	if serving.Log == nil {
		serving.Log = slog.Default()
	}
	h := &handler{store: s, Serving: serving, cache: newCache()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.page)
	mux.HandleFunc("GET /data", h.data)
	mux.HandleFunc("GET /changes", h.changes)
	mux.HandleFunc("POST /states", h.set)
	return mux
}

type handler struct {
	Serving
	store *store.Store
	cache *cache
}

func (h *handler) page(w http.ResponseWriter, _ *http.Request) {
	guard(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy("'self'")+"; frame-ancestors 'none'")
	w.Write([]byte(head(h.Options, policy("'self'")) + foot()))
}

// guard sets what every answer has.
func guard(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

func (h *handler) data(w http.ResponseWriter, r *http.Request) {
	if !h.admit(w, r, false) {
		return
	}
	packed, err := h.cache.get(r.Context(), h.store, func(to io.Writer) error {
		d, err := collect(r.Context(), h.store, h.Options, true)
		if err != nil {
			return err
		}
		return d.write(to)
	})
	if err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed)
		return
	}
	if z, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
		io.Copy(w, z) // the reader has gone when this fails
	}
}

// decision is the state of a finding as requests and answers have it.
type decision struct {
	Document    int64  `json:"document"`
	Fingerprint string `json:"fingerprint"`
	Revision    int64  `json:"revision"`
	State       int    `json:"state"` // number of the Go constant
	Remark      string `json:"remark"`
}

func decisionOf(r *store.Row) decision {
	f := &r.Finding
	return decision{r.Document.ID, f.Fingerprint, f.Revision, int(f.State), f.Remark}
}

func (h *handler) changes(w http.ResponseWriter, r *http.Request) {
	if !h.admit(w, r, false) {
		return
	}
	since, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	if err != nil || since < 0 {
		refuse(w, http.StatusBadRequest, "since: not a time in milliseconds")
		return
	}
	answer := struct {
		Now     int64      `json:"now"`
		Changes []decision `json:"changes"`
	}{time.Now().UnixMilli(), []decision{}}
	seen := map[store.Ref]bool{}
	for e, err := range h.store.Events(r.Context(), time.UnixMilli(since)) {
		if err != nil {
			h.fail(w, r, err)
			return
		}
		if len(seen) == maxChanges {
			break
		}
		seen[e.Ref] = true
	}
	for ref := range seen {
		row, err := h.store.Finding(r.Context(), ref)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			h.fail(w, r, err)
			return
		}
		answer.Changes = append(answer.Changes, decisionOf(row))
	}
	reply(w, http.StatusOK, answer)
}

func (h *handler) set(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Proofcheck") == "" || !own(r) {
		refuse(w, http.StatusForbidden, "states are set by the page only; send the header X-Proofcheck: 1 from the same origin")
		return
	}
	if !h.admit(w, r, true) {
		return
	}
	var d decision
	in := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	in.DisallowUnknownFields()
	if err := in.Decode(&d); err != nil {
		refuse(w, http.StatusBadRequest, "the body is not what is expected: "+err.Error())
		return
	}
	if d.State < 0 || d.State >= len(store.States) || d.Revision <= 0 || len([]rune(d.Remark)) > maxRemark {
		refuse(w, http.StatusUnprocessableEntity, "no such state, no revision, or a remark of more than 1,000 characters")
		return
	}
	actor := ""
	if h.User != nil {
		actor = h.User(r)
	}
	row, err := h.store.SetState(r.Context(), store.Change{
		Ref: store.Ref{Document: d.Document, Fingerprint: d.Fingerprint}, State: store.State(d.State), Remark: &d.Remark, Actor: actor, Revision: d.Revision,
	})
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		reply(w, http.StatusConflict, decisionOf(&conflict.Current))
	case errors.Is(err, store.ErrNotFound):
		refuse(w, http.StatusNotFound, "the store has no such finding")
	case err != nil:
		h.fail(w, r, err)
	default:
		reply(w, http.StatusOK, decisionOf(row))
	}
}

// own reports whether a request comes from a page of this server, or from no page.
func own(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

// admit answers a request that may not be, and reports whether it may.
func (h *handler) admit(w http.ResponseWriter, r *http.Request, set bool) bool {
	guard(w)
	if h.May == nil || h.May(r, set) {
		return true
	}
	if r.Header.Get("Authorization") == "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="proofcheck"`)
		refuse(w, http.StatusUnauthorized, "a token is needed")
		return false
	}
	refuse(w, http.StatusForbidden, "the token does not allow this")
	return false
}

func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	h.Log.Error("report page", "path", r.URL.Path, "error", err)
	refuse(w, http.StatusInternalServerError, "the store could not be read or written; the server's log says why")
}

func reply(w http.ResponseWriter, status int, v any) {
	guard(w)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, detail string) {
	guard(w)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail})
}
