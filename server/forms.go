package server

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"proofcheck/checker"
	"proofcheck/report"
	"proofcheck/source"
)

// forms maps media types to the report forms that answer them. JSON is not among them: it is the
// answer of the API itself.
var forms = []struct{ media, form string }{
	{"application/sarif+json", "sarif"},
	{"text/html", "html"},
	{"text/csv", "csv"},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
	{"application/x-ndjson", "jsonl"},
	{"application/vnd.proofcheck.report+json", "json"},
	{"application/vnd.reviewdog.rdjson+json", "rdjson"},
	{"application/xml", "junit"},
	{"text/plain", "text"},
}

// formFor chooses the form of the answer by the query parameter "report" or the Accept header; nil
// is the JSON of the API.
func formFor(r *http.Request) (*report.Form, *problem) {
	if name := r.URL.Query().Get("report"); name != "" {
		if f := report.ByName(name); f != nil {
			return f, nil
		}
		var names []string
		for _, f := range report.Forms {
			names = append(names, f.Name)
		}
		return nil, wrong("report", name, names)
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return nil, nil
	}
	best, quality := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if v, err := strconv.ParseFloat(params["q"], 64); err == nil {
			q = v
		}
		if q <= quality {
			continue
		}
		switch {
		case media == "*/*", media == "application/*", media == "application/json":
			best, quality = "json-answer", q
		case slices.ContainsFunc(forms, func(f struct{ media, form string }) bool { return f.media == media }):
			best, quality = media, q
		case media == "text/*":
			best, quality = "text/plain", q
		}
	}
	if best == "json-answer" {
		return nil, nil
	}
	values := []string{"application/json"}
	for _, f := range forms {
		if f.media == best {
			return report.ByName(f.form), nil
		}
		values = append(values, f.media)
	}
	return nil, fail("not-acceptable", "values", strings.Join(values, ", "))
}

// reportWriter writes a report form into memory.
type reportWriter struct {
	form   *report.Form
	buf    bytes.Buffer
	writer report.Writer
	stats  checker.Stats
	err    error
}

// begin starts a report in place of the JSON of the API.
func (o *outcome) begin(form *report.Form, s *Server) {
	rw := &reportWriter{form: form}
	rw.writer = form.New(&rw.buf, report.Options{Lang: o.lang, Verbose: form.Name == "jsonl"})
	opt := o.policy.Check
	if o.ask.profile != "" {
		opt.Profile = o.ask.profile
	}
	rw.err = rw.writer.Begin(&report.Run{
		Version: s.opt.Version, Rules: s.opt.Rules, Lexicons: o.policy.Lexicons, Profile: profile(&opt), Started: time.Now(),
	})
	o.report = rw
}

// follow lets the report see a draft's segments while it is checked.
func (rw *reportWriter) follow(doc *source.Document, d *draft, title string) {
	segments, number := doc.Segments, 0
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		for seg, err := range segments {
			if err == nil {
				if number == 0 {
					rw.document(doc, d, title)
				}
				if rw.form.Segments && seg.Kind != source.Directive && rw.err == nil {
					rw.err = rw.writer.Segment(number, seg)
				}
				number++
			}
			if !yield(seg, err) {
				return
			}
		}
		if number == 0 {
			rw.document(doc, d, title)
		}
	}
}

func (rw *reportWriter) document(doc *source.Document, d *draft, title string) {
	if rw.err == nil {
		rw.err = rw.writer.Document(&report.Document{Name: doc.Name, Format: doc.Format, Encoding: doc.Encoding, Title: title, Escape: d.format.Escape})
	}
}

func (rw *reportWriter) finding(f *checker.Finding) {
	if rw.err == nil {
		rw.err = rw.writer.Finding(f)
	}
}

// end answers with the finished report. A page of it is a file to be kept: it may run its own
// script, and nothing of this site's.
func (o *outcome) end(w http.ResponseWriter) *problem {
	rw := o.report
	if rw.err == nil {
		rw.err = rw.writer.End(&rw.stats)
	}
	if rw.err != nil {
		panic(rw.err) // memory does not fail: a mistake of the form
	}
	media := "text/plain; charset=utf-8"
	for _, f := range forms {
		if f.form == rw.form.Name {
			media = f.media
		}
	}
	if strings.HasPrefix(media, "text/") && !strings.Contains(media, "charset") {
		media += "; charset=utf-8"
	}
	worst := pass
	for _, j := range o.documents {
		worst = worse(worst, o.verdict(j))
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("X-Proofcheck-Verdict", worst)
	if rw.form.Name == "html" {
		h.Set("Content-Security-Policy", "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:")
	}
	if ext := rw.form.Extensions; len(ext) > 0 {
		h.Set("Content-Disposition", `attachment; filename="proofcheck`+ext[0]+`"`)
	}
	_, _ = w.Write(rw.buf.Bytes()) // an error means that the client has gone
	return nil
}
