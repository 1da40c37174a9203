package server

import (
	_ "embed"
	"fmt"
	"net/http"
	"strconv"

	"proofcheck/checker"
	"proofcheck/report"
)

//go:embed openapi.json
var openAPI []byte

// openapi answers GET /openapi.json. The document is written by hand; a test holds it to the routes
// and to what the handlers answer.
func (s *Server) openapi(_ *call, w http.ResponseWriter, _ *http.Request) *problem {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // an error means that the client has gone
	return nil
}

// maxBodyHeader tells the page how large a draft may be.
const maxBodyHeader = "Proofcheck-Max-Body"

// rules answers GET /v1/rules.
func (s *Server) rules(c *call, w http.ResponseWriter, _ *http.Request) *problem {
	out := []report.Rule{}
	for _, i := range checker.Catalogue() {
		out = append(out, report.NewRule(i, c.lang))
	}
	w.Header().Set(maxBodyHeader, strconv.FormatInt(s.opt.Limits.Body, 10))
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, out)
	return nil
}

// healthz answers GET /healthz: the process is there.
func (s *Server) healthz(_ *call, w http.ResponseWriter, _ *http.Request) *problem {
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, map[string]string{"status": "ok"})
	return nil
}

// readyJSON says whether requests should be sent here, and what is amiss although they can be.
type readyJSON struct {
	Status string            `json:"status"` // ok, degraded or stopping
	Parts  map[string]string `json:"parts"`  // ok, or what is wrong
}

// readyz answers GET /readyz. The status is 503 only when checks cannot be answered.
func (s *Server) readyz(_ *call, w http.ResponseWriter, _ *http.Request) *problem {
	if s.stopping.Load() {
		return fail("stopping")
	}
	out := readyJSON{Status: "ok", Parts: map[string]string{"config": "ok"}}
	if err := s.stale.Load(); err != nil {
		out.Parts["config"] = "the last reload failed; what was read before holds"
		out.Status = "degraded"
	}
	if s.audit != nil {
		out.Parts["audit"] = "ok"
		switch pending, lost, amiss := s.audit.state(); {
		case amiss != nil && lost > 0:
			out.Parts["audit"] = fmt.Sprintf("the store does not take entries: %d wait, %d are lost", pending, lost)
		case amiss != nil:
			out.Parts["audit"] = fmt.Sprintf("the store does not take entries: %d wait", pending)
		case lost > 0:
			out.Parts["audit"] = fmt.Sprintf("%d entries were lost since the start", lost)
		}
		if out.Parts["audit"] != "ok" {
			out.Status = "degraded"
		}
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, out)
	return nil
}
