package server

import (
	"cmp"
	"context"
	"net/http"

	"github.com/aymanbagabas/go-udiff"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/mend"
)

// fixedJSON is a draft that was mended. Offsets are of the decoded draft, in UTF-8.
type fixedJSON struct {
	Name    string `json:"name,omitempty"`
	Content string `json:"content"`
	Edits   []edit `json:"edits"`
	Applied int    `json:"applied"` // findings that were mended
	Left    int    `json:"left"`    // findings that are still there
}

// fix answers POST /v1/fix.
func (s *Server) fix(c *call, w http.ResponseWriter, r *http.Request) *problem {
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	a, p := s.parse(r, b.bytes)
	if p != nil {
		return p
	}
	if a.lang == "" {
		a.lang = c.lang
	}
	c.lang = a.lang
	a.fix = cmp.Or(a.fix, "safe")
	policy := c.policy(c.token(), a)
	if p := c.permitted(policy, a); p != nil {
		return p
	}
	if cmp.Or(a.links, policy.Links) == "all" {
		a.links = "local" // what mends links need not ask the network
	}
	unit, p := c.unit(policy, a)
	if p != nil {
		return p
	}
	documents := make([]*fixedJSON, len(a.drafts))
	for i := range a.drafts {
		leave, _, p := s.gate.enter(r.Context())
		if p != nil {
			return p
		}
		if documents[i], p = s.mend(r.Context(), unit, a, &a.drafts[i], leave); p != nil {
			return p
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if !a.several {
		writeJSON(w, documents[0])
		return nil
	}
	for i := range documents {
		documents[i].Name = a.drafts[i].name
	}
	writeJSON(w, struct {
		Documents []*fixedJSON `json:"documents"`
	}{documents})
	return nil
}

// mend mends a draft as UTF-8 and leaves the gate, whatever happens.
func (s *Server) mend(ctx context.Context, unit *checker.Checker, a *ask, d *draft, leave func()) (*fixedJSON, *problem) {
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, s.opt.Limits.Check)
	defer cancel()
	decoded, err := formats.Decode(d.format, d.text, formats.Options{Charset: d.charset})
	if err != nil {
		return nil, fail("not-text", "name", d.name, "error", err.Error())
	}
	m := mend.Mender{
		Checker: unit, Name: d.name, Format: d.format, All: a.fix == "all",
		Options: formats.Options{Charset: "utf-8", Elements: unit.Elements()},
		Wanted: func(f *checker.Finding) bool {
			return !a.baseline[f.Fingerprint] && (len(a.fingerprints) == 0 || a.fingerprints[f.Fingerprint])
		},
	}
	text, err := m.Bytes(ctx, decoded.Text)
	if err != nil {
		return nil, checkProblem(ctx, d, err, s.opt.Limits.Check)
	}
	j := &judged{draft: &draft{name: d.name, format: d.format, text: text, charset: "utf-8"}}
	if p := s.one(ctx, unit, j, &outcome{ask: &ask{baseline: a.baseline}}, s.opt.Limits.Check); p != nil {
		return nil, p
	}
	out := &fixedJSON{Content: string(text), Edits: []edit{}, Applied: m.Fixed, Left: len(j.findings)}
	whole := &formats.Decoded{Text: decoded.Text, Encoding: "utf-8"}
	edits := udiff.Strings(string(decoded.Text), out.Content)
	var offsets []int64
	for _, e := range edits {
		offsets = append(offsets, int64(e.Start), int64(e.End))
	}
	at := places(whole, offsets)
	for _, e := range edits {
		out.Edits = append(out.Edits, edit{span{at[int64(e.Start)], at[int64(e.End)]}, e.New})
	}
	return out, nil
}
