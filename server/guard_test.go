package server_test

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"proofcheck/lexicon"
	"proofcheck/server"
)

func token(name, secret string, scopes ...string) server.Token {
	return server.Token{Name: name, Hash: sha256.Sum256([]byte(secret)), Scopes: scopes}
}

func checkWith(t testing.TB, url string, headers ...string) response {
	t.Helper()
	return send(t, "POST", url+"/v1/check", "text/plain", strings.NewReader("好的"), headers...)
}

func TestTokensAndTheirScopes(t *testing.T) {
	t.Parallel()
	old := token("old", "expired", "check")
	old.Expires = time.Now().Add(-time.Hour)
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Tokens = []server.Token{token("cms", "right", "check"), token("boss", "other", "admin"), token("auditor", "third", "audit"), old}
	})
	for _, test := range []struct {
		authorization, path string
		status              int
		code                string
	}{
		{"", "/v1/check", 401, "token-missing"},
		{"Basic right", "/v1/check", 401, "token-missing"},
		{"Bearer wrong", "/v1/check", 401, "token-wrong"},
		{"Bearer expired", "/v1/check", 401, "token-wrong"},
		{"Bearer third", "/v1/check", 403, "scope-missing"},
		{"Bearer right", "/v1/check", 200, ""},
		{"bearer right", "/v1/check", 200, ""},
		{"Bearer other", "/v1/check", 200, ""},
		{"", "/metrics", 401, "token-missing"},
		{"Bearer right", "/metrics", 403, "scope-missing"},
		{"Bearer other", "/metrics", 200, ""},
		{"", "/healthz", 200, ""},
		{"", "/readyz", 200, ""},
	} {
		method := http.MethodGet
		if test.path == "/v1/check" {
			method = http.MethodPost
		}
		var headers []string
		if test.authorization != "" {
			headers = []string{"Authorization", test.authorization}
		}
		got := send(t, method, url+test.path, "text/plain", strings.NewReader("好的"), headers...)
		if got.status != test.status {
			t.Errorf("%s with %q: %d, want %d", test.path, test.authorization, got.status, test.status)
		}
		if test.code != "" && got.problem(t).Code != test.code {
			t.Errorf("%s with %q: %s, want %s", test.path, test.authorization, got.body, test.code)
		}
	}
}

func TestWhoGuessesTokensHasToWait(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(_ *server.Options, c *server.Config) { c.Tokens = []server.Token{token("cms", "right", "check")} })
	limited := -1
	for i := range 30 {
		got := checkWith(t, url, "Authorization", "Bearer guess"+strings.Repeat("x", i))
		if got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" || got.problem(t).Code != "rate-limited" {
				t.Errorf("got %s", got.body)
			}
			limited = i
			break
		}
	}
	if limited != 10 {
		t.Errorf("limited after %d guesses, want 10", limited)
	}
	// The right one does not get through either, or guessing would only be hidden.
	if got := checkWith(t, url, "Authorization", "Bearer right"); got.status != http.StatusTooManyRequests {
		t.Errorf("the right token: %d", got.status)
	}
}

func TestATokenHasItsRate(t *testing.T) {
	t.Parallel()
	slow := token("slow", "s", "check")
	slow.Rate = 0.5
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Tokens = []server.Token{slow, token("free", "f", "check")}
	})
	if got := checkWith(t, url, "Authorization", "Bearer s"); got.status != http.StatusOK {
		t.Fatalf("the first: %d", got.status)
	}
	got := checkWith(t, url, "Authorization", "Bearer s")
	if got.problem(t).Code != "rate-limited" || got.header.Get("Retry-After") == "" {
		t.Errorf("the second: %d %s", got.status, got.body)
	}
	if got := checkWith(t, url, "Authorization", "Bearer f"); got.status != http.StatusOK {
		t.Errorf("another token: %d", got.status)
	}
}

// A page of another site can make the browser of an editor send requests to this machine, but neither
// with the header nor with the own origin.
func TestPagesOfOtherSitesCannotChangeAnything(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	own := "http://" + strings.TrimPrefix(url, "http://")
	for _, test := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"no browser", nil, 200},
		{"the own page", []string{"Origin", own, "X-Proofcheck", "1", "Sec-Fetch-Site", "same-origin"}, 200},
		{"the own page, old browser", []string{"Origin", own, "X-Proofcheck", "1"}, 200},
		{"a form of another site", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"another site with the header", []string{"Origin", "https://evil.example", "X-Proofcheck", "1"}, 403},
		{"another port", []string{"Origin", "http://127.0.0.1:1", "X-Proofcheck", "1"}, 403},
		{"no origin at all", []string{"Origin", "null", "X-Proofcheck", "1"}, 403},
		{"the own origin without the header", []string{"Origin", own}, 403},
		{"cookies", []string{"Cookie", "a=b"}, 403},
		{"a browser that sends no origin", []string{"Sec-Fetch-Site", "cross-site", "X-Proofcheck", "1"}, 403},
	} {
		got := checkWith(t, url, test.headers...)
		if got.status != test.status {
			t.Errorf("%s: %d, want %d", test.name, got.status, test.status)
		}
		for name := range got.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s is answered", test.name, name)
			}
		}
	}
}

// Whatever changes something is refused to pages of other sites: each route of the description but those that only read.
func TestEveryChangeIsRefusedToOtherSites(t *testing.T) {
	t.Parallel()
	var words []lexicon.Entry
	_, url := start(t, func(o *server.Options, _ *server.Config) {
		o.Words = &server.Words{Read: func() ([]lexicon.Entry, error) { return words, nil }, Write: func(e []lexicon.Entry) error { words = e; return nil }}
		o.Report = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the report page was asked to change something") })
	})
	var described struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(send(t, "GET", url+"/openapi.json", "", nil).body, &described); err != nil {
		t.Fatal(err)
	}
	described.Paths["/report/states"] = map[string]json.RawMessage{"post": nil}
	changes := 0
	for path, methods := range described.Paths {
		for method := range methods {
			method = strings.ToUpper(method)
			if method == http.MethodGet || method == "PARAMETERS" {
				continue
			}
			changes++
			at := strings.NewReplacer("{id}", "1", "{name}", "cms").Replace(path)
			for _, headers := range [][]string{
				{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "X-Proofcheck", "1"},
				{"Origin", url, "Sec-Fetch-Site", "same-site"},
				{"Cookie", "a=b"},
			} {
				for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json"} {
					got := send(t, method, url+at, media, strings.NewReader(`{"word": "词", "reason": "测试"}`), headers...)
					if got.status != http.StatusForbidden || got.problem(t).Code != "cross-site" {
						t.Errorf("%s %s as %s with %v: %d %s", method, at, media, headers, got.status, got.body)
					}
				}
			}
		}
	}
	if changes < 8 || words != nil {
		t.Errorf("%d routes that change something were tried; words are %v", changes, words)
	}
}

// A stranger's name that leads to this machine (DNS rebinding) makes his page the own origin.
func TestWithoutTokensOnlyTheOwnNamesAreAnswered(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	_, secured := start(t, func(_ *server.Options, c *server.Config) { c.Tokens = []server.Token{token("cms", "right", "check")} })
	for host, status := range map[string]int{
		"127.0.0.1:8787": 200, "localhost": 200, "LOCALHOST.:80": 200, "[::1]:8787": 200, "127.9.9.9": 200,
		"evil.example": 403, "evil.example:8787": 403, "localhost.evil.example": 403, "192.168.1.1": 403, "0.0.0.0": 403, "127.0.0.1.nip.io": 403,
	} {
		if got := checkWith(t, url, "Host", host, "Origin", "http://"+host, "X-Proofcheck", "1"); got.status != status {
			t.Errorf("%s: %d, want %d", host, got.status, status)
		}
		if got := checkWith(t, secured, "Host", host, "Authorization", "Bearer right"); got.status != 200 {
			t.Errorf("%s with a token: %d", host, got.status)
		}
	}
}
