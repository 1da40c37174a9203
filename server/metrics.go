package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"proofcheck/checker"
)

// metrics are what Prometheus is told. Nothing of a draft is among them.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  prometheus.Gauge
	checks   *prometheus.CounterVec
	check    prometheus.Histogram
	queued   prometheus.Histogram
	findings *prometheus.CounterVec
	chars    prometheus.Counter
	panics   prometheus.Counter
	refused  prometheus.Counter
	reloads  *prometheus.CounterVec
	loaded   prometheus.Gauge
	audit    *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	r := prometheus.NewRegistry()
	times := []float64{.001, .002, .003, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10}
	m := &metrics{
		handler: promhttp.HandlerFor(r, promhttp.HandlerOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "proofcheck_http_requests_total", Help: "Requests that were answered."}, []string{"route", "method", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "proofcheck_http_request_seconds", Help: "From the header of a request to the end of its answer.", Buckets: times}, []string{"route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "proofcheck_http_requests_running", Help: "Requests that are being answered."}),
		checks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "proofcheck_checks_total", Help: "Drafts that were checked."}, []string{"verdict"}),
		check: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "proofcheck_check_seconds", Help: "Time that checking one draft took, without waiting.", Buckets: times}),
		queued: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "proofcheck_queue_seconds", Help: "Time that a check waited for its turn.", Buckets: times}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "proofcheck_findings_total", Help: "What was found."}, []string{"level"}),
		chars: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "proofcheck_characters_total", Help: "Characters that were checked."}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "proofcheck_panics_total", Help: "Requests that brought out a mistake of the program."}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "proofcheck_tokens_refused_total", Help: "Requests with a wrong token, or after too many of them."}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "proofcheck_reloads_total", Help: "Times that config and lexicons were read."}, []string{"result"}),
		loaded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "proofcheck_loaded_timestamp_seconds", Help: "When the config in use was read."}),
		audit: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "proofcheck_audit_entries_total", Help: "Audit entries by what had become of them when the answer went out."}, []string{"result"}),
	}
	r.MustRegister(m.requests, m.seconds, m.running, m.checks, m.check, m.queued, m.findings, m.chars, m.panics, m.refused, m.reloads, m.loaded, m.audit,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "proofcheck_queue_length", Help: "Checks that wait for their turn."},
			func() float64 { return float64(s.gate.waiting.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "proofcheck_body_bytes", Help: "Memory that the bodies of requests take."},
			func() float64 { return float64(s.memory.used.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "proofcheck_audit_pending", Help: "Audit entries that wait for the store."},
			func() float64 { n, _, _ := s.audit.state(); return float64(n) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "proofcheck_audit_lost_total", Help: "Audit entries that found no room while the store did not take any."},
			func() float64 { _, n, _ := s.audit.state(); return float64(n) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "proofcheck_info", Help: "What is running.",
		ConstLabels: prometheus.Labels{"version": s.opt.Version, "rules": s.opt.Rules}})
	info.Set(1)
	r.MustRegister(info)
	return m
}

func (m *metrics) serve(_ *call, w http.ResponseWriter, r *http.Request) *problem {
	m.handler.ServeHTTP(w, r)
	return nil
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) checked(verdict string, stats *checker.Stats, waited, took time.Duration) {
	m.checks.WithLabelValues(verdict).Inc()
	m.check.Observe(took.Seconds())
	m.queued.Observe(waited.Seconds())
	m.chars.Add(float64(stats.Runes))
	for level, n := range stats.Findings {
		m.findings.WithLabelValues(level.String()).Add(float64(n))
	}
}

func (m *metrics) audited(how string, n int) { m.audit.WithLabelValues(how).Add(float64(n)) }

func (m *metrics) reloaded(err error) {
	if err != nil {
		m.reloads.WithLabelValues("failed").Inc()
		return
	}
	m.reloads.WithLabelValues("done").Inc()
	m.loaded.SetToCurrentTime()
}
