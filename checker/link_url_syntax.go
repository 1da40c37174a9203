package checker

import (
	"strings"

	"proofcheck/source"
)

// urlSyntax reports link targets that no browser can follow as meant: full-width or Chinese
// marks in them or at their end, white space, a doubled or misspelt scheme. RFC 3986.
var urlSyntax = &Rule{
	ID: "link/syntax",
	On: Words | Elements,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i := range seg.Links {
				if l := &seg.Links[i]; l.Span.Len() > 0 {
					linkSyntax(p, seg, l)
				}
			}
		})
	},
}

var (
	doubledScheme = lazy(`(?i)^(https?):?/*(?:https?)(?::/*|/+)`)
	brokenScheme  = lazy(`(?i)^(?:(https?):/?([^/])|(https?)//|(?:htp|htt|hhtp|htttp|http;|https;|http：|https：)s?[:：]?//)`)
	schemeLetters = lazy(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// wellFormed reports whether nothing can be wrong with the syntax of a target, as of most: ASCII without
// spaces, and either http(s):// before a name or a path without colons and double slashes.
func wellFormed(t string) bool {
	for i := range len(t) {
		if t[i] <= ' ' || t[i] >= 0x7F {
			return false
		}
	}
	for _, scheme := range [...]string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(t, scheme); ok {
			return rest != "" && rest[0] != '/' && !strings.HasPrefix(rest, "http")
		}
	}
	return strings.IndexByte(t, ':') < 0 && !strings.Contains(t, "//")
}

func linkSyntax(p *Pass, seg *Segment, l *source.Link) {
	t := l.Target
	if wellFormed(t) {
		return
	}
	lower := strings.ToLower(t)
	if strings.HasPrefix(lower, "data:") || strings.HasPrefix(lower, "javascript:") || strings.HasPrefix(lower, "mailto:") {
		return
	}
	switch m := doubledScheme().FindStringSubmatch(t); {
	case m != nil:
		p.ReportLink(seg, l, Problem{Message: ".scheme", Suggest: []string{m[1] + "://" + t[len(m[0]):]}})
		return
	case brokenScheme().MatchString(lower):
		p.ReportLink(seg, l, Problem{Message: ".scheme"})
		return
	}
	if at := strings.IndexAny(t, "，。；：！？（）《》“”、　／．"); at >= 0 && (schemeLetters().MatchString(t) || strings.HasPrefix(lower, "www")) {
		fixed := strings.TrimRight(t, "，。；：！？）》”、　")
		problem := Problem{Message: ".marks", Args: []string{"mark", string(after(t, at))}}
		if len(fixed) == at {
			problem.Suggest, problem.Safe = []string{fixed}, true
		}
		p.ReportLink(seg, l, problem)
		return
	}
	if strings.ContainsAny(strings.Trim(t, " "), " \t\n\r") && !strings.Contains(t, "{") {
		p.ReportLink(seg, l, Problem{Message: ".space"})
	}
}
