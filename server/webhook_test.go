package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"proofcheck/server"
)

// sign makes the signature of Standard Webhooks.
func sign(key, id string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestWebhooksAreSignedAndMapped(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdef0123456789abcdef"
	hook := server.Webhook{
		Name: "strapi", Content: "/entry/a~1b/0", Format: "/entry/kind", ID: "/entry/id", URL: "/url", Scheme: "standard", Policy: "news",
		Secrets: []string{"whsec_" + base64.StdEncoding.EncodeToString([]byte("older key")), "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))},
	}
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Tokens = []server.Token{token("cms", "right", "check")}
		shared := hook
		shared.Name, shared.Scheme, shared.Header, shared.Secrets = "shared", "header", "X-Key", []string{"geheim"}
		byToken := hook
		byToken.Name, byToken.Scheme = "token", "token"
		c.Webhooks = []server.Webhook{hook, shared, byToken}
		c.Policies = []server.Policy{{Name: "news", Tokens: []string{"nobody"}, Override: true, FailOn: 3}}
	})
	const body = `{"entry": {"a/b": ["# 标题\n\n请登陆系统"], "kind": "markdown", "id": 17}, "url": "https://example.cn/17"}`
	now := time.Now()
	headers := func(id string, at time.Time, signature string) []string {
		return []string{"Webhook-Id", id, "Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10), "Webhook-Signature", signature}
	}
	good := headers("m1", now, "v1,AAAA v2,xx "+sign(key, "m1", now, body))
	for _, test := range []struct {
		name, hook, body string
		headers          []string
		status           int
		code             string
	}{
		{"good", "strapi", body, good, 200, ""},
		{"replayed", "strapi", body, good, 401, "replay"},
		{"sent again with a new time", "strapi", body, headers("m1", now.Add(time.Second), sign(key, "m1", now.Add(time.Second), body)), 200, ""},
		{"older secret", "strapi", body, headers("m2", now, sign("older key", "m2", now, body)), 200, ""},
		{"wrong secret", "strapi", body, headers("m3", now, sign("x", "m3", now, body)), 401, "signature-wrong"},
		{"changed body", "strapi", body + " ", headers("m4", now, sign(key, "m4", now, body)), 401, "signature-wrong"},
		{"changed time", "strapi", body, headers("m5", now.Add(time.Minute), sign(key, "m5", now, body)), 401, "signature-wrong"},
		{"old", "strapi", body, headers("m6", now.Add(-time.Hour), sign(key, "m6", now.Add(-time.Hour), body)), 401, "replay"},
		{"of the future", "strapi", body, headers("m7", now.Add(time.Hour), sign(key, "m7", now.Add(time.Hour), body)), 401, "replay"},
		{"unsigned", "strapi", body, nil, 401, "signature-wrong"},
		{"shared secret", "shared", body, []string{"X-Key", "geheim"}, 200, ""},
		{"wrong shared secret", "shared", body, []string{"X-Key", "geraten"}, 401, "signature-wrong"},
		{"token", "token", body, []string{"Authorization", "Bearer right"}, 200, ""},
		{"no token", "token", body, nil, 401, "token-missing"},
		{"no content", "shared", `{"entry": {}}`, []string{"X-Key", "geheim"}, 422, "option-missing"},
		{"content is no text", "shared", `{"entry": {"a/b": [{}]}}`, []string{"X-Key", "geheim"}, 422, "option-missing"},
		{"no JSON", "shared", `{`, []string{"X-Key", "geheim"}, 400, "bad-json"},
		{"no such webhook", "none", body, nil, 404, "webhook-unknown"},
	} {
		got := send(t, "POST", url+"/v1/webhooks/"+test.hook, "application/json", strings.NewReader(test.body), test.headers...)
		if got.status != test.status || test.code != "" && got.problem(t).Code != test.code {
			t.Errorf("%s: %d %.200s; want %d %s", test.name, got.status, got.body, test.status, test.code)
			continue
		}
		if test.status == 200 {
			if c := got.check(t); len(c.Findings) != 1 || c.Findings[0].Text != "登陆系统" || c.Policy != "news" {
				t.Errorf("%s: got %s", test.name, got.body)
			}
		}
	}
}
