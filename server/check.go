package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/mend"
	"proofcheck/source"
)

// check answers POST /v1/check.
func (s *Server) check(c *call, w http.ResponseWriter, r *http.Request) *problem {
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	a, p := s.parse(r, b.bytes)
	if p != nil {
		return p
	}
	return s.judge(c, w, r, a)
}

// judge checks the drafts of a request and answers in the form that it accepts.
func (s *Server) judge(c *call, w http.ResponseWriter, r *http.Request, a *ask) *problem {
	if a.lang == "" {
		a.lang = c.lang
	}
	c.lang = a.lang
	form, p := formFor(r)
	if p != nil {
		return p
	}
	policy := c.policy(c.token(), a)
	if p := c.permitted(policy, a); p != nil {
		return p
	}
	unit, p := c.unit(policy, a)
	if p != nil {
		return p
	}
	out := &outcome{ask: a, policy: policy, lang: a.lang, network: c.Network != nil && cmp.Or(a.links, policy.Links) == "all"}
	if form != nil {
		out.begin(form, s)
	}
	if p := s.run(r.Context(), unit, out); p != nil {
		return p
	}
	out.recorded = s.note(r.Context(), c, out)
	w.Header().Set("X-Proofcheck-Audit", out.recorded)
	if form != nil {
		return out.end(w)
	}
	s.reply(c, w, out)
	return nil
}

// token returns the token of the request, nil without one.
func (c *call) token() *Token {
	if c.who == nil {
		return nil
	}
	return c.who.Token
}

// permitted says whether a policy lets a request have its options.
func (c *call) permitted(p *Policy, a *ask) *problem {
	switch {
	case a.links == "all" && c.Network == nil:
		return fail("network-off")
	case p.Locked && (a.profile != "" || len(a.only)+len(a.skip)+len(a.allow)+len(a.baseline) > 0 || a.minLevel != checker.Off || a.links != ""):
		return fail("policy-locked", "name", p.Name)
	}
	return nil
}

// unit returns the checker of a request.
func (c *call) unit(p *Policy, a *ask) (*checker.Checker, *problem) {
	unit, err := c.units.get(p, a)
	var unknown *checker.UnknownRuleError
	if errors.As(err, &unknown) {
		return nil, fail("rule-unknown", "name", short(unknown.Pattern), "near", unknown.Near)
	}
	if err != nil {
		return nil, fail("option-wrong", "name", "allow", "value", short(err.Error()), "values", "—")
	}
	return unit, nil
}

// outcome is what a request's drafts have come to.
type outcome struct {
	ask       *ask
	policy    *Policy
	lang      string
	network   bool // links are asked about over it
	documents []*judged
	report    *reportWriter // nil: the JSON of the API
	recorded  string        // how the audit has it
}

// judged is one draft that was checked.
type judged struct {
	draft    *draft
	id       string
	decoded  *formats.Decoded
	encoding string
	findings []*checker.Finding
	patches  [][]mend.Patch // of the findings' first fixes
	stats    checker.Stats
	hash     [sha256.Size]byte
	waited   time.Duration
	took     time.Duration
}

// run checks the drafts of a request, each when it is its turn.
func (s *Server) run(ctx context.Context, unit *checker.Checker, out *outcome) *problem {
	gate, limit := s.gate, s.opt.Limits.Check
	if out.network {
		gate, limit = s.network, s.opt.Limits.Network
	}
	for i := range out.ask.drafts {
		j := &judged{draft: &out.ask.drafts[i], id: newID()}
		leave, waited, p := gate.enter(ctx)
		if p != nil {
			return p
		}
		j.waited = waited
		p = func() *problem {
			defer leave() // also when a draft brings out a panic
			return s.one(ctx, unit, j, out, limit)
		}()
		if p != nil {
			return p
		}
		out.documents = append(out.documents, j)
		s.metrics.checked(out.verdict(j), &j.stats, j.waited, j.took)
	}
	return nil
}

// one checks a draft.
func (s *Server) one(ctx context.Context, unit *checker.Checker, j *judged, out *outcome, limit time.Duration) *problem {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	d := j.draft
	opt := formats.Options{Charset: d.charset, Elements: unit.Elements()}
	var err error
	if j.decoded, err = formats.Decode(d.format, d.text, opt); err != nil {
		return fail("not-text", "name", d.name, "error", err.Error())
	}
	j.hash = sha256.Sum256(d.text)
	doc := d.format.Split(d.name, bytes.NewReader(d.text), opt)
	if out.report != nil {
		out.report.follow(doc, d, out.ask.title)
	}
	known := 0
	for f, err := range unit.Check(ctx, doc, &j.stats) {
		if err != nil {
			return checkProblem(ctx, d, err, limit)
		}
		if out.ask.baseline[f.Fingerprint] {
			known++
			continue
		}
		j.findings = append(j.findings, f)
		j.patches = append(j.patches, firstPatches(doc, d.format, f))
	}
	j.encoding = doc.Encoding
	if known > 0 {
		recount(&j.stats, j.findings)
	}
	if out.report != nil {
		for _, f := range j.findings {
			out.report.finding(f)
		}
		out.report.stats.Add(&j.stats)
	}
	j.took = time.Since(start)
	return nil
}

func firstPatches(doc *source.Document, format *formats.Format, f *checker.Finding) []mend.Patch {
	if len(f.Fixes) == 0 {
		return nil
	}
	return mend.Of(doc, format, &f.Fixes[0])
}

// recount counts the findings anew when some were left out.
func recount(stats *checker.Stats, findings []*checker.Finding) {
	stats.Findings, stats.ByRule, stats.ByClause, stats.Weighted = nil, nil, nil, 0
	for _, f := range findings {
		stats.Count(f)
	}
}

// checkProblem says why a draft was not checked to its end.
func checkProblem(ctx context.Context, d *draft, err error, limit time.Duration) *problem {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &problem{code: "check-timeout", args: []string{"seconds", strconv.FormatFloat(limit.Seconds(), 'f', -1, 64)}, retry: 10}
	case ctx.Err() != nil:
		return fail("body-cut", "error", "the client has gone")
	}
	return fail("not-text", "name", d.name, "error", short(err.Error()))
}

// Verdicts, from the best to the worst.
const (
	pass  = "pass"
	warn  = "warn"
	block = "block"
)

// verdict says whether a draft may be published.
func (o *outcome) verdict(j *judged) string {
	v := pass
	for _, f := range j.findings {
		if o.policy.FailOn != checker.Off && f.Level >= o.policy.FailOn {
			return block
		}
		if f.Level >= checker.Warning {
			v = warn
		}
	}
	return v
}

// newID returns an identifier that cannot be guessed.
func newID() string { return strings.ToLower(rand.Text()) }

func hexHash(hash [sha256.Size]byte) string { return hex.EncodeToString(hash[:]) }

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func worse(a, b string) string {
	rank := map[string]int{pass: 0, warn: 1, block: 2}
	if rank[b] > rank[a] {
		return b
	}
	return cmp.Or(a, pass)
}
