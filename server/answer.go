package server

import (
	"net/http"

	"proofcheck/checker"
	"proofcheck/mend"
	"proofcheck/report"
)

// answerJSON is what a check is answered with.
type answerJSON struct {
	Name       string       `json:"name,omitempty"` // of an uploaded file
	ID         string       `json:"id"`
	Verdict    string       `json:"verdict"`
	Counts     countsJSON   `json:"counts"`
	ErrorRate  float64      `json:"error_rate"`
	Characters int64        `json:"characters"`
	Findings   []finding    `json:"findings"`
	Truncated  bool         `json:"truncated,omitempty"`
	Timing     timingJSON   `json:"timing"`
	Versions   versionsJSON `json:"versions"`
	Hash       string       `json:"hash"`
	Policy     string       `json:"policy,omitempty"`
	Override   overrideJSON `json:"override"`
	Audit      string       `json:"audit"` // recorded, pending, lost or off
}

type countsJSON struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
}

type timingJSON struct {
	Queued float64 `json:"queued_ms"`
	Check  float64 `json:"check_ms"`
}

type versionsJSON struct {
	Tool     string        `json:"tool"`
	Rules    string        `json:"rules"`
	Lexicons []lexiconJSON `json:"lexicons"`
	Profile  string        `json:"profile"`
}

type lexiconJSON struct {
	Name    string `json:"name"`
	Hash    string `json:"hash"`
	Entries int    `json:"entries"`
}

type overrideJSON struct {
	Allowed bool `json:"allowed"`
}

// finding is a finding as the command line writes it, with places for editors and the edits of its
// first suggestion.
type finding struct {
	*report.Finding
	Start place  `json:"start"`
	End   place  `json:"end"`
	Edits []edit `json:"edits,omitempty"`
}

// edit replaces a range of the draft; New is escaped for its format.
type edit struct {
	span
	New string `json:"new"`
}

// reply answers with the JSON of the API.
func (s *Server) reply(c *call, w http.ResponseWriter, out *outcome) {
	answers := make([]answerJSON, len(out.documents))
	worst := pass
	for i, j := range out.documents {
		answers[i] = s.answerOf(c, out, j)
		worst = worse(worst, answers[i].Verdict)
	}
	w.Header().Set("Content-Type", "application/json")
	if !out.ask.several {
		writeJSON(w, answers[0])
		return
	}
	for i, j := range out.documents {
		answers[i].Name = j.draft.name
	}
	writeJSON(w, struct {
		Documents []answerJSON `json:"documents"`
		Verdict   string       `json:"verdict"`
	}{answers, worst})
}

func (s *Server) answerOf(c *call, out *outcome, j *judged) answerJSON {
	opt := out.policy.Check
	if out.ask.profile != "" {
		opt.Profile = out.ask.profile
	}
	a := answerJSON{
		ID: j.id, Verdict: out.verdict(j), Counts: countsOf(&j.stats),
		ErrorRate: j.stats.ErrorRate(), Characters: j.stats.Runes, Findings: j.list(),
		Truncated: len(j.findings) >= s.opt.Limits.Findings,
		Timing:    timingJSON{milliseconds(j.waited), milliseconds(j.took)},
		Versions:  versionsJSON{Tool: s.opt.Version, Rules: s.opt.Rules, Lexicons: []lexiconJSON{}, Profile: profile(&opt)},
		Hash:      hexHash(j.hash), Policy: out.policy.Name,
		Override: overrideJSON{out.policy.Override && s.audit != nil && (c.who == nil || c.who.may("override"))},
		Audit:    out.recorded,
	}
	for _, l := range out.policy.Lexicons {
		a.Versions.Lexicons = append(a.Versions.Lexicons, lexiconJSON(l))
	}
	return a
}

func countsOf(stats *checker.Stats) countsJSON {
	n := stats.Findings
	return countsJSON{n[checker.Error], n[checker.Warning], n[checker.Info]}
}

// list returns the findings with their places.
func (j *judged) list() []finding {
	var offsets []int64
	for i, f := range j.findings {
		offsets = append(offsets, f.Start.Offset, f.End.Offset)
		for _, p := range j.patches[i] {
			offsets = append(offsets, p.Start, p.End)
		}
	}
	at := places(j.decoded, offsets)
	out := make([]finding, len(j.findings))
	for i, f := range j.findings {
		out[i] = finding{Finding: report.NewFinding(f), Start: at[f.Start.Offset], End: at[f.End.Offset]}
		for _, p := range j.patches[i] {
			out[i].Edits = append(out[i].Edits, edit{span{at[p.Start], at[p.End]}, mend.Decode(j.encoding, p.Text)})
		}
	}
	return out
}
