package server

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"proofcheck/wording"
)

// problem is an error that the caller is told as a problem document (RFC 9457).
type problem struct {
	code  string   // one of statuses
	args  []string // name, value … for its placeholders
	retry int      // seconds, for Retry-After; 0 means none
	allow string   // for Allow
}

// Error returns the detail in English, for the log.
func (p *problem) Error() string { return messages().Say("en", p.code, p.args...) }

func fail(code string, args ...string) *problem { return &problem{code: code, args: args} }

// later is a problem that is gone after some seconds.
func later(code string, seconds int) *problem {
	return &problem{code: code, args: []string{"seconds", strconv.Itoa(seconds)}, retry: seconds}
}

// problemJSON is the problem document. Code is the stable identifier; type is built of it.
type problemJSON struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance"`
	Code     string `json:"code"`
}

//go:embed messages.tsv
var messageTable string

var messages = sync.OnceValue(func() wording.Table { return wording.Parse("server/messages.tsv", messageTable) })

// write answers with the problem.
func (p *problem) write(w http.ResponseWriter, lang, instance string) {
	status, ok := statuses[p.code]
	if !ok {
		panic("server: no problem " + p.code)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", map[string]string{"zh": "zh-CN", "en": "en"}[lang])
	h.Del("Content-Disposition")
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="proofcheck"`)
	}
	w.WriteHeader(status)
	writeJSON(w, problemJSON{
		Type: "urn:proofcheck:problem:" + p.code, Title: messages().Say(lang, p.code+".title"), Status: status,
		Detail: messages().Say(lang, p.code, p.args...), Instance: instance, Code: p.code,
	})
}

// writeJSON writes a value with characters of HTML as they are. An error means that the client has
// gone, which nobody can be told.
func writeJSON(w http.ResponseWriter, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
}

// language returns the language of messages that a request prefers, zh where it does not say.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "zh" || lang == "en" {
		return lang
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch tag, _, _ = strings.Cut(strings.ToLower(tag), "-"); tag {
		case "zh", "en":
			return tag
		}
	}
	return "zh"
}
