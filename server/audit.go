package server

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"proofcheck/report"
	"proofcheck/store"
)

// Bounds of the audit's pages.
const (
	defaultPage = 100
	maxPage     = 1000
	maxReason   = 1000 // characters
)

// note records the drafts of a request and returns how.
func (s *Server) note(ctx context.Context, c *call, out *outcome) string {
	entries := make([]*store.AuditEntry, len(out.documents))
	a := out.ask
	for i, j := range out.documents {
		counts := countsOf(&j.stats)
		e := &store.AuditEntry{
			Name: j.id, Check: j.id, Kind: store.AuditCheck, At: time.Now(), Token: c.name(), Person: a.user, Policy: out.policy.Name,
			Channel: a.channel, Document: a.id, URL: a.url, Hash: hexHash(j.hash), Verdict: out.verdict(j),
			Errors: counts.Error, Warnings: counts.Warning, Infos: counts.Info, Characters: j.stats.Runes, ErrorRate: j.stats.ErrorRate(),
			Tool: s.opt.Version, Rules: s.opt.Rules,
		}
		for _, f := range j.findings {
			e.Fingerprints = append(e.Fingerprints, f.Fingerprint)
		}
		for _, l := range out.policy.Lexicons {
			e.Lexicons = append(e.Lexicons, l.Hash)
		}
		if a.store {
			e.Content, e.Format = append([]byte{}, j.draft.text...), j.draft.format.Name
		}
		entries[i] = e
		s.recent.add(e)
	}
	how := s.audit.record(ctx, entries...)
	s.metrics.audited(how, len(entries))
	return how
}

// name returns the name of the request's token, "" without one.
func (c *call) name() string {
	if c.who == nil {
		return ""
	}
	return c.who.Name
}

// auditJSON is an entry of the audit.
type auditJSON struct {
	Seq          int64      `json:"seq"`
	ID           string     `json:"id"`
	Check        string     `json:"check"`
	Kind         string     `json:"kind"`
	At           string     `json:"at"`
	Token        string     `json:"token"`
	User         string     `json:"user"`
	Policy       string     `json:"policy"`
	Channel      string     `json:"channel"`
	Document     string     `json:"document"`
	URL          string     `json:"url"`
	Hash         string     `json:"hash"`
	Verdict      string     `json:"verdict"`
	Counts       countsJSON `json:"counts"`
	Characters   int64      `json:"characters"`
	ErrorRate    float64    `json:"error_rate"`
	Fingerprints []string   `json:"fingerprints"`
	Tool         string     `json:"tool"`
	Rules        string     `json:"rules"`
	Lexicons     []string   `json:"lexicons"`
	Reason       string     `json:"reason"`
}

func newAuditJSON(e *store.AuditEntry) auditJSON {
	return auditJSON{
		Seq: e.ID, ID: e.Name, Check: e.Check, Kind: string(e.Kind), At: e.At.UTC().Format(time.RFC3339Nano), Token: e.Token, User: e.Person,
		Policy: e.Policy, Channel: e.Channel, Document: e.Document, URL: e.URL, Hash: e.Hash, Verdict: e.Verdict,
		Counts: countsJSON{e.Errors, e.Warnings, e.Infos}, Characters: e.Characters, ErrorRate: e.ErrorRate,
		Fingerprints: orEmpty(e.Fingerprints), Tool: e.Tool, Rules: e.Rules, Lexicons: orEmpty(e.Lexicons), Reason: e.Reason,
	}
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// auditList answers GET /v1/audit: the entries after one, oldest first, as JSON or CSV.
func (s *Server) auditList(_ *call, w http.ResponseWriter, r *http.Request) *problem {
	after, p := number(r, "after", 0, 1<<62)
	if p != nil {
		return p
	}
	limit, p := number(r, "limit", defaultPage, maxPage)
	if p != nil {
		return p
	}
	format := r.URL.Query().Get("format")
	if format != "" && format != "json" && format != "csv" {
		return wrong("format", format, []string{"json", "csv"})
	}
	st, p := s.store(r.Context())
	if p != nil {
		return p
	}
	entries := []auditJSON{}
	for e, err := range st.Audits(r.Context(), after, int(limit)) {
		if err != nil {
			s.log.Error("audit", "error", err)
			return later("audit-gone", 5)
		}
		entries = append(entries, newAuditJSON(e))
	}
	next := after
	if len(entries) > 0 {
		next = entries[len(entries)-1].Seq
	}
	if format == "csv" {
		writeAuditCSV(w, entries, next)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, struct {
		Entries []auditJSON `json:"entries"`
		Next    int64       `json:"next"` // for after
	}{entries, next})
	return nil
}

// store returns the store of the audit.
func (s *Server) store(ctx context.Context) (*store.Store, *problem) {
	if s.audit == nil {
		return nil, fail("audit-off")
	}
	st, err := s.audit.current(ctx)
	if err != nil {
		return nil, later("audit-gone", 5)
	}
	return st, nil
}

// number reads a number of the query.
func number(r *http.Request, name string, otherwise, most int64) (int64, *problem) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, wrong(name, v, []string{"0–" + strconv.FormatInt(most, 10)})
	}
	return n, nil
}

func writeAuditCSV(w http.ResponseWriter, entries []auditJSON, next int64) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="proofcheck-audit.csv"`)
	h.Set("X-Proofcheck-Next", strconv.FormatInt(next, 10))
	c := csv.NewWriter(w)
	rows := [][]string{{"seq", "id", "check", "kind", "at", "token", "user", "policy", "channel", "document", "url", "hash", "verdict",
		"error", "warning", "info", "characters", "error_rate", "fingerprints", "tool", "rules", "lexicons", "reason"}}
	for _, e := range entries {
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), e.ID, e.Check, e.Kind, e.At, e.Token, e.User, e.Policy, e.Channel, e.Document, e.URL,
			e.Hash, e.Verdict, strconv.Itoa(e.Counts.Error), strconv.Itoa(e.Counts.Warning), strconv.Itoa(e.Counts.Info),
			strconv.FormatInt(e.Characters, 10), strconv.FormatFloat(e.ErrorRate, 'f', 2, 64), strings.Join(e.Fingerprints, " "),
			e.Tool, e.Rules, strings.Join(e.Lexicons, " "), e.Reason})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = report.Inert(row[i])
		}
		_ = c.Write(row) // an error means that the client has gone
	}
	c.Flush()
}

// checkOf answers GET /v1/checks/{id}: what the audit has about a check.
func (s *Server) checkOf(_ *call, w http.ResponseWriter, r *http.Request) *problem {
	st, p := s.store(r.Context())
	if p != nil {
		return p
	}
	id := r.PathValue("id")
	list, err := st.AuditOf(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return fail("check-unknown", "id", short(id))
	}
	if err != nil {
		return later("audit-gone", 5)
	}
	out := struct {
		Entries []auditJSON `json:"entries"`
		Format  string      `json:"format,omitempty"`
		Content *string     `json:"content,omitempty"` // where it was kept
	}{Entries: []auditJSON{}}
	for _, e := range list {
		out.Entries = append(out.Entries, newAuditJSON(e))
	}
	content, format, err := st.AuditContent(r.Context(), id)
	if err == nil {
		text := string(content)
		out.Content, out.Format = &text, format
	} else if !errors.Is(err, store.ErrNotFound) {
		return later("audit-gone", 5)
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, out)
	return nil
}

// override answers POST /v1/checks/{id}/override: somebody publishes in spite of what was found.
func (s *Server) override(c *call, w http.ResponseWriter, r *http.Request) *problem {
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	var in struct {
		Reason string `json:"reason"`
		User   string `json:"user"`
	}
	if p := decodeJSON(b.bytes, &in); p != nil {
		return p
	}
	in.Reason = strings.TrimSpace(clean(in.Reason))
	switch {
	case in.Reason == "":
		return fail("option-missing", "name", "reason")
	case utf8.RuneCountInString(in.Reason) > maxReason:
		return fail("option-long", "name", "reason", "limit", strconv.Itoa(maxReason))
	case len(in.User) > maxOption:
		return fail("option-long", "name", "user", "limit", strconv.Itoa(maxOption))
	}
	checked, p := s.checked(r.Context(), r.PathValue("id"))
	if p != nil {
		return p
	}
	if !c.named(checked.Policy).Override {
		return fail("override-refused", "name", checked.Policy)
	}
	e := &store.AuditEntry{
		Name: newID(), Check: checked.Name, Kind: store.AuditOverride, At: time.Now(), Token: c.name(), Person: clean(in.User), Policy: checked.Policy,
		Channel: checked.Channel, Document: checked.Document, URL: checked.URL, Hash: checked.Hash, Verdict: checked.Verdict,
		Tool: s.opt.Version, Rules: s.opt.Rules, Reason: in.Reason,
	}
	how := s.audit.record(r.Context(), e)
	s.metrics.audited(how, 1)
	if how == auditLost {
		return later("audit-gone", 5) // what is not recorded is no override
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, map[string]string{"id": e.Name, "check": e.Check, "audit": how})
	return nil
}

// checked finds the check of an ID: in memory, or in the store.
func (s *Server) checked(ctx context.Context, id string) (*store.AuditEntry, *problem) {
	if s.audit == nil {
		return nil, fail("audit-off")
	}
	if e := s.recent.find(id); e != nil {
		return e, nil
	}
	st, p := s.store(ctx)
	if p != nil {
		return nil, p
	}
	list, err := st.AuditOf(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && list[0].Kind != store.AuditCheck:
		return nil, fail("check-unknown", "id", short(id))
	case err != nil:
		return nil, later("audit-gone", 5)
	}
	return list[0], nil
}

// named returns the policy of a name, the base one where there is none of it any more.
func (st *state) named(name string) *Policy {
	for _, p := range st.policies {
		if p.Name == name {
			return p
		}
	}
	return st.policies[0]
}
