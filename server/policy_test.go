package server_test

import (
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/server"
)

func TestPoliciesByTokenSiteAndChannel(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Tokens = []server.Token{token("cms", "right", "check", "override"), token("app", "other", "check")}
		only := func(name string) checker.Options { return checker.Options{Only: []string{name}} }
		c.Policies = []server.Policy{
			{Name: "app", Tokens: []string{"app"}, Check: only("punctuation"), FailOn: checker.Error},
			{Name: "site", Sites: []string{"news.example.cn"}, Check: only("typo"), FailOn: checker.Off, Override: true},
			{Name: "channel", Channels: []string{"要闻"}, Check: only("typo"), FailOn: checker.Info, Locked: true},
		}
	})
	for _, test := range []struct {
		token, query    string
		policy, verdict string
		findings        int
		override        bool
	}{
		{"right", "", "", "block", 3, true},
		{"other", "", "app", "block", 1, false},
		{"other", "?channel=要闻", "app", "block", 1, false},
		{"right", "?url=https://news.example.cn/a", "site", "warn", 2, true},
		{"right", "?url=https://m.NEWS.example.cn:8443/a", "site", "warn", 2, true},
		{"right", "?url=https://fakenews.example.cn/a", "", "block", 3, true},
		{"right", "?url=https://news.example.cn.evil.example/a", "", "block", 3, true},
		{"right", "?channel=要闻", "channel", "block", 2, false},
	} {
		got := send(t, "POST", url+"/v1/check"+test.query, "text/html", strings.NewReader(wrongPage), "Authorization", "Bearer "+test.token).check(t)
		if got.Policy != test.policy || got.Verdict != test.verdict || len(got.Findings) != test.findings {
			t.Errorf("%s %s: %q, %s, %d findings; want %q, %s, %d", test.token, test.query, got.Policy, got.Verdict, len(got.Findings), test.policy, test.verdict, test.findings)
		}
		if got.Override.Allowed {
			t.Errorf("%s %s: an override is allowed although nothing can record it", test.token, test.query)
		}
	}
	got := send(t, "POST", url+"/v1/check?channel=要闻&skip=typo", "text/html", strings.NewReader(wrongPage), "Authorization", "Bearer right")
	if p := got.problem(t); p.Code != "policy-locked" || got.status != 403 {
		t.Errorf("a locked policy: %s", got.body)
	}
}
