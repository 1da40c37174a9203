package server

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"proofcheck/formats"
)

// Webhook says how a content system that sends JSON of its own is understood. Content and the rest
// of the first group are JSON pointers (RFC 6901) into what it sends.
type Webhook struct {
	Name                                           string // in the address
	Content, Format, ID, URL, Title, Channel, User string // Format may also be the name of a format
	Policy                                         string // that holds; "" means as for other requests

	Scheme    string // standard: Standard Webhooks; header: a shared secret; token: as for other requests
	Secrets   []string
	Header    string        // that holds the shared secret
	Tolerance time.Duration // how far the clocks may be apart, and how long a message is remembered
}

// Headers of Standard Webhooks.
const (
	webhookID        = "Webhook-Id"
	webhookTimestamp = "Webhook-Timestamp"
	webhookSignature = "Webhook-Signature"
)

// defaultTolerance is what Standard Webhooks propose.
const defaultTolerance = 5 * time.Minute

// webhook answers POST /v1/webhooks/{name}.
func (s *Server) webhook(c *call, w http.ResponseWriter, r *http.Request) *problem {
	i := slices.IndexFunc(c.Webhooks, func(h Webhook) bool { return h.Name == r.PathValue("name") })
	if i < 0 {
		return fail("webhook-unknown", "name", short(r.PathValue("name")))
	}
	h := &c.Webhooks[i]
	switch {
	case h.Scheme == "token":
		if p := s.authorize(c, r, "check"); p != nil {
			return p
		}
	default:
		// Who guesses secrets waits like who guesses tokens.
		if p := s.guessing(r); p != nil {
			return p
		}
	}
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	if p := s.verify(h, r, b.bytes); p != nil {
		return p
	}
	a, p := h.read(b.bytes)
	if p != nil {
		return p
	}
	if p := a.query(r.URL.Query()); p != nil {
		return p
	}
	a.policy = h.Policy
	if c.who == nil {
		c.who = &caller{Token: &Token{Name: "webhook:" + h.Name, Scopes: []string{"check"}}}
	}
	return s.judge(c, w, r, a)
}

// verify holds a message against the secrets of its webhook.
func (s *Server) verify(h *Webhook, r *http.Request, text []byte) *problem {
	switch h.Scheme {
	case "token":
		return nil
	case "header":
		given := sha256.Sum256([]byte(r.Header.Get(h.Header)))
		for _, secret := range h.Secrets {
			if want := sha256.Sum256([]byte(secret)); subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
				return nil
			}
		}
		return s.forged(r, "signature-wrong")
	}
	id, stamp := r.Header.Get(webhookID), r.Header.Get(webhookTimestamp)
	at, err := strconv.ParseInt(stamp, 10, 64)
	if id == "" || len(id) > maxOption || err != nil {
		return s.forged(r, "signature-wrong")
	}
	tolerance := cmp.Or(h.Tolerance, defaultTolerance)
	if age := time.Since(time.Unix(at, 0)); age > tolerance || age < -tolerance {
		return fail("replay", "seconds", strconv.Itoa(int(tolerance.Seconds())))
	}
	if !signed(h.Secrets, r.Header.Get(webhookSignature), id, stamp, text) {
		return s.forged(r, "signature-wrong")
	}
	// A message that is sent again because its answer was lost has a new time, a replayed one has not.
	if !s.seen.first(h.Name+"\x00"+id+"\x00"+stamp, time.Now(), 2*tolerance) {
		return fail("replay", "seconds", strconv.Itoa(int(tolerance.Seconds())))
	}
	return nil
}

func (s *Server) forged(r *http.Request, code string) *problem {
	s.guesses.wrong(s.clientOf(r), time.Now())
	s.metrics.refused.Inc()
	return fail(code)
}

// signed reports whether one of the signatures of a message was made with one of the secrets. A
// header may hold several, "v1,<base64>" each, while secrets are changed.
func signed(secrets []string, header, id, stamp string, text []byte) bool {
	ok := false
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, webhookKey(secret))
		mac.Write([]byte(id + "." + stamp + "."))
		mac.Write(text)
		want := mac.Sum(nil)
		for part := range strings.FieldsSeq(header) {
			version, signature, _ := strings.Cut(part, ",")
			given, err := base64.StdEncoding.DecodeString(signature)
			if version == "v1" && err == nil && hmac.Equal(given, want) {
				ok = true
			}
		}
	}
	return ok
}

// webhookKey returns the bytes of a secret: "whsec_" and base64, or the characters themselves.
func webhookKey(secret string) []byte {
	if text, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// read makes a check of a message.
func (h *Webhook) read(text []byte) (*ask, *problem) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var message any
	if err := d.Decode(&message); err != nil {
		return nil, fail("bad-json", "error", jsonReason(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fail("bad-json", "error", "more than one value")
	}
	content, ok := pointed(message, h.Content)
	if !ok {
		return nil, fail("option-missing", "name", h.Content)
	}
	in := inputJSON{}
	for _, f := range []struct {
		pointer string
		to      *string
	}{{h.ID, &in.ID}, {h.URL, &in.URL}, {h.Title, &in.Title}, {h.Channel, &in.Channel}, {h.User, &in.User}} {
		if f.pointer != "" {
			*f.to, _ = pointed(message, f.pointer)
		}
	}
	format := h.Format
	if strings.HasPrefix(format, "/") {
		format, _ = pointed(message, format)
	}
	f, p := formatOf(cmp.Or(format, formats.HTML.Name))
	if p != nil {
		return nil, p
	}
	a := &ask{}
	if p := a.options(&in); p != nil {
		return nil, p
	}
	a.drafts = []draft{{name: a.name(), format: f, text: []byte(content), charset: "utf-8"}}
	return a, nil
}

// pointed returns the text or number that a JSON pointer leads to.
func pointed(value any, pointer string) (string, bool) {
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for pointer != "" {
		token, rest, more := strings.Cut(pointer[1:], "/")
		token = unescape.Replace(token)
		switch v := value.(type) {
		case map[string]any:
			next, ok := v[token]
			if !ok {
				return "", false
			}
			value = next
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) || token != strconv.Itoa(i) {
				return "", false
			}
			value = v[i]
		default:
			return "", false
		}
		pointer = ""
		if more {
			pointer = "/" + rest
		}
	}
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// seen remembers the messages of webhooks for as long as they could be sent again. The zero value is
// ready.
type seen struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

// maxSeen bounds it; more messages than that within a few minutes are refused.
const maxSeen = 200_000

// first notes a message and reports whether it is new.
func (s *seen) first(key string, now time.Time, life time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil {
		s.until = map[string]time.Time{}
	}
	if now.Sub(s.swept) > time.Minute || len(s.until) >= maxSeen {
		for k, until := range s.until {
			if now.After(until) {
				delete(s.until, k)
			}
		}
		s.swept = now
	}
	if until, ok := s.until[key]; ok && !now.After(until) || len(s.until) >= maxSeen {
		return false
	}
	s.until[key] = now.Add(life)
	return true
}
