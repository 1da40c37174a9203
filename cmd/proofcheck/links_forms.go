package main

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/report"
	"proofcheck/source"
)

// writeForm writes the report in a form of package report: pages are its documents, and problems
// are findings of the rules that check has for them.
func (r *linkRun) writeForm(out io.Writer, form string, found *links.Report) error {
	w := report.ByName(form).New(out, report.Options{Lang: r.lang, Quiet: r.quiet})
	stats := &checker.Stats{Documents: found.Pages}
	err := w.Begin(&report.Run{Version: buildVersion(), Rules: rulesHash(), Started: time.Now(), Command: append([]string{"proofcheck"}, r.args...)})
	var seen map[string]int // fingerprints of the page
	for i := range found.Findings {
		f := &found.Findings[i]
		if i == 0 || f.Page != found.Findings[i-1].Page {
			seen = map[string]int{}
			err = cmp.Or(err, w.Document(&report.Document{Name: shown(f.Page), Title: f.Title}))
		}
		finding := r.finding(f)
		seen[finding.Fingerprint]++
		if n := seen[finding.Fingerprint]; n > 1 {
			finding.Fingerprint += "-" + strconv.Itoa(n)
		}
		stats.Count(finding)
		err = cmp.Or(err, w.Finding(finding))
	}
	for _, f := range found.Failed {
		err = cmp.Or(err, w.Failed(shown(f.Page), problem(r.reason(f.Err))))
	}
	return cmp.Or(err, w.End(stats))
}

// finding writes a problem of a link as check does.
func (r *linkRun) finding(f *links.Finding) *checker.Finding {
	end := f.Ref.At
	end.Offset = max(end.Offset, f.Ref.Span.End)
	if f.Ref.Span.End <= f.Ref.At.Offset { // of a page of the network only the beginning is known
		end.Offset += int64(len(f.Ref.Target))
	}
	end.Column += utf8.RuneCountInString(f.Ref.Target)
	if end.Byte > 0 {
		end.Byte += len(f.Ref.Target)
	}
	start := f.Ref.At
	if start.Line == 0 {
		start, end = source.Start(), source.Start()
	}
	rule := linkRule(f.ID)
	out := &checker.Finding{
		Rule: rule, Level: levelOfLink(f.Level), Document: shown(f.Page), Start: start, End: end, Text: f.Ref.Target,
		Message: links.Message(r.lang, f.Problem), Confidence: 1, Hidden: f.Ref.Hidden,
		Link: checker.NewLinkDetail(r.lang, f.Ref.Target, f.Ref.Text, f.Title, f.Answer),
	}
	out.Link.First, out.Link.Times = f.First, f.Times
	if info := checker.InfoOf(rule); info != nil {
		out.Source, out.Clause = info.Standard, info.Clause
	}
	if f.Suggest != "" {
		out.Fixes = []checker.Fix{{Text: f.Suggest, Safe: f.Safe}}
	}
	out.Fingerprint = checker.Fingerprint(out)
	return out
}

// linkRule returns the rule of check that reports such problems.
func linkRule(id string) string {
	switch {
	case strings.HasPrefix(id, "dark-"):
		return "link/dark"
	case links.OfNetwork(id):
		return "link/remote"
	case links.OfFolder(id):
		return "link/local"
	}
	return "link/target"
}

func levelOfLink(l links.Level) checker.Level {
	switch l {
	case links.Error:
		return lexicon.Error
	case links.Warning:
		return lexicon.Warning
	}
	return lexicon.Info
}
