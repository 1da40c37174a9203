package server

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"proofcheck/formats"
	"proofcheck/links"
)

// Bounds of one job.
const (
	maxDepth      = 5
	maxPages      = 1000
	maxReferences = 5000 // of a draft
	askers        = 8
)

// linksJSON is what POST /v1/links takes: a draft, or the address of a page.
type linksJSON struct {
	Content  *string `json:"content"`
	Format   string  `json:"format"`
	URL      string  `json:"url"` // of the draft, or of the page where the walk begins
	Depth    int     `json:"depth"`
	MaxPages int     `json:"max_pages"`
	Lang     string  `json:"lang"`
}

// startLinks answers POST /v1/links.
func (s *Server) startLinks(c *call, w http.ResponseWriter, r *http.Request) *problem {
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	var in linksJSON
	if p := decodeJSON(b.bytes, &in); p != nil {
		return p
	}
	in.Lang = cmp.Or(in.Lang, c.lang)
	page, format, p := in.wanted()
	if p != nil {
		return p
	}
	if in.Content == nil && c.Network == nil {
		return fail("network-off")
	}
	policy := c.policy(c.token(), &ask{url: in.URL})
	inspector := policy.Check.Links.Inspector
	if inspector == nil {
		inspector = links.NewInspector(links.Options{})
	}
	network := c.probeOptions()
	j := s.jobs.start(c.name(), network != nil, func(ctx context.Context, j *job) (err error) {
		defer func() {
			if v := recover(); v != nil {
				s.metrics.panics.Inc()
				s.log.Error("panic", "route", "job", "panic", v, "stack", string(debug.Stack()))
				err = fmt.Errorf("internal error")
			}
		}()
		var prober *links.Prober
		if network != nil {
			prober = links.NewProber(*network)
			defer prober.Close()
		}
		if in.Content != nil {
			return lookAtDraft(ctx, j, &in, page, format, inspector, prober)
		}
		report, err := links.Crawl(ctx, page, links.CrawlOptions{
			Prober: prober, Inspector: inspector, Depth: in.Depth, MaxPages: cmp.Or(in.MaxPages, maxPages), NoSitemap: in.Depth == 0,
			Progress: func(done, total int) { j.update(func(s *jobJSON) { s.Done, s.Total = done, total }) },
		})
		if report != nil {
			j.report(report, in.Lang)
		}
		return err
	})
	if j == nil {
		return later("busy", 30)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/v1/links/"+j.id)
	w.WriteHeader(http.StatusAccepted)
	writeJSON(w, map[string]string{"job": j.id, "status_url": "/v1/links/" + j.id, "events_url": "/v1/links/" + j.id + "/events"})
	return nil
}

// wanted holds the input against its bounds.
func (in *linksJSON) wanted() (page *url.URL, format *formats.Format, p *problem) {
	if in.Lang != "zh" && in.Lang != "en" {
		return nil, nil, wrong("lang", in.Lang, []string{"zh", "en"})
	}
	if in.Depth < 0 || in.Depth > maxDepth {
		return nil, nil, wrong("depth", strconv.Itoa(in.Depth), []string{"0–" + strconv.Itoa(maxDepth)})
	}
	if in.MaxPages < 0 || in.MaxPages > maxPages {
		return nil, nil, wrong("max_pages", strconv.Itoa(in.MaxPages), []string{"1–" + strconv.Itoa(maxPages)})
	}
	if format, p = formatOf(cmp.Or(in.Format, formats.HTML.Name)); p != nil {
		return nil, nil, p
	}
	if len(in.URL) > maxAddress {
		return nil, nil, fail("option-long", "name", "url", "limit", strconv.Itoa(maxAddress))
	}
	if in.URL == "" {
		if in.Content == nil {
			return nil, nil, fail("option-missing", "name", "url")
		}
		return nil, format, nil
	}
	page, err := links.Resolve(nil, in.URL)
	if err != nil || page.Host == "" || page.Scheme != "http" && page.Scheme != "https" || page.User != nil {
		return nil, nil, wrong("url", in.URL, []string{"http://…", "https://…"})
	}
	return page, format, nil
}

// probeOptions returns how the network is asked, nil where it is not. What callers name is never
// asked on addresses that are not public.
func (st *state) probeOptions() *links.ProbeOptions {
	if st.Network == nil {
		return nil
	}
	opt := *st.Network
	opt.PublicOnly, opt.Proxy, opt.Cache = true, nil, nil
	return &opt
}

// lookAtDraft checks the links of a draft.
func lookAtDraft(ctx context.Context, j *job, in *linksJSON, page *url.URL, format *formats.Format, inspector *links.Inspector, prober *links.Prober) error {
	var refs []links.Reference
	name := cmp.Or(in.URL, "-")
	_, err := links.ReadPage(name, bytes.NewReader([]byte(*in.Content)), format, links.PageOptions{Charset: "utf-8"}, func(r *links.Reference) {
		if len(refs) < maxReferences {
			refs = append(refs, *r)
		}
	})
	if err != nil {
		return err
	}
	report := &links.Report{Pages: 1, Links: len(refs)}
	answers := askAll(ctx, j, refs, page, prober)
	for i := range refs {
		ref := &refs[i]
		for _, p := range inspector.CheckOn(page, &ref.Link, ref.Text) {
			report.Findings = append(report.Findings, links.Finding{Problem: p, Page: name, Ref: *ref})
		}
		if a := answers[address(page, ref)]; a != nil {
			for _, p := range links.Judge(ref, a) {
				report.Findings = append(report.Findings, links.Finding{Problem: p, Page: name, Ref: *ref, Answer: a})
			}
		}
	}
	for _, a := range answers {
		report.Distinct++
		report.Verdicts[a.Verdict]++
	}
	j.report(report, in.Lang)
	return nil
}

// address returns the key of the address that a reference leads to, "" where the network cannot be
// asked about it.
func address(page *url.URL, ref *links.Reference) string {
	u, err := links.Resolve(page, ref.Target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return links.Key(u)
}

// askAll asks the network about every address once.
func askAll(ctx context.Context, j *job, refs []links.Reference, page *url.URL, prober *links.Prober) map[string]*links.Answer {
	answers := map[string]*links.Answer{}
	if prober == nil {
		return answers
	}
	var keys []string
	for i := range refs {
		key := address(page, &refs[i])
		if _, twice := answers[key]; key == "" || twice {
			continue
		}
		answers[key] = nil
		keys = append(keys, key)
	}
	j.update(func(s *jobJSON) { s.Total = len(keys) })
	work := make(chan string)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range min(askers, len(keys)) {
		wg.Go(func() {
			for key := range work {
				u, err := url.Parse(key)
				if err != nil {
					continue
				}
				a := prober.Probe(ctx, u)
				mu.Lock()
				answers[key] = a
				mu.Unlock()
				j.update(func(s *jobJSON) { s.Done++ })
			}
		})
	}
	for _, key := range keys {
		if ctx.Err() != nil {
			break
		}
		work <- key
	}
	close(work)
	wg.Wait()
	for key, a := range answers {
		if a == nil {
			delete(answers, key)
		}
	}
	return answers
}

// job returns the job of a request.
func (s *Server) job(c *call, r *http.Request) (*job, *problem) {
	j := s.jobs.find(r.PathValue("id"), c.who)
	if j == nil {
		return nil, fail("job-unknown", "id", short(r.PathValue("id")))
	}
	return j, nil
}

// linksStatus answers GET /v1/links/{id}.
func (s *Server) linksStatus(c *call, w http.ResponseWriter, r *http.Request) *problem {
	j, p := s.job(c, r)
	if p != nil {
		return p
	}
	status, _ := j.now()
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, status)
	return nil
}

// cancelLinks answers DELETE /v1/links/{id}.
func (s *Server) cancelLinks(c *call, w http.ResponseWriter, r *http.Request) *problem {
	j, p := s.job(c, r)
	if p != nil {
		return p
	}
	j.cancel()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Times of events.
const (
	eventEvery = 250 * time.Millisecond // at most so often
	eventAlive = 15 * time.Second       // a comment, so that proxies keep the connection
)

// linksEvents answers GET /v1/links/{id}/events with server-sent events: progress, and at the end done
// with the whole status.
func (s *Server) linksEvents(c *call, w http.ResponseWriter, r *http.Request) *problem {
	j, p := s.job(c, r)
	if p != nil {
		return p
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	send := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(s.opt.Limits.Write)) // where it cannot be set there is none
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	for {
		status, changed := j.now()
		name := "progress"
		if status.over() {
			name = "done"
		}
		text, err := json.Marshal(status)
		if err != nil || !send("event: "+name+"\ndata: "+string(text)+"\n\n") || status.over() {
			return nil
		}
		pause := time.NewTimer(eventEvery)
		select {
		case <-pause.C:
		case <-r.Context().Done():
			return nil
		}
		alive := time.NewTimer(eventAlive)
		select {
		case <-changed:
		case <-alive.C:
			if !send(": alive\n\n") {
				return nil
			}
		case <-s.halt:
			return nil // the job ends with the service
		case <-r.Context().Done():
			return nil
		}
		alive.Stop()
	}
}
