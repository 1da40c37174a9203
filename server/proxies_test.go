package server_test

import (
	"net/http"
	"net/netip"
	"testing"

	"proofcheck/server"
)

// Whoever guesses tokens behind a proxy that is known waits alone; behind one that is not, or with addresses that he
// has written himself, all count as one.
func TestOnlyKnownProxiesSayForWhomTheySpeak(t *testing.T) {
	t.Parallel()
	local := server.Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct {
		name    string
		proxies server.Proxies
		guesser []string // of X-Forwarded-For, by turns
		other   string
		refused bool // the other has to wait, too
	}{
		{"nobody is believed", nil, []string{"198.51.100.7"}, "203.0.113.9", true},
		{"a proxy is believed", local, []string{"198.51.100.7"}, "203.0.113.9", false},
		{"the same address waits", local, []string{"198.51.100.7"}, "198.51.100.7", true},
		{"with its port, too", local, []string{"198.51.100.7:4711"}, "198.51.100.7", true},
		{"proxies in a row", local, []string{"198.51.100.7, 10.0.0.2"}, "203.0.113.9, 10.0.0.3", false},
		{"what the guesser has written does not count", local, []string{"192.0.2.1, 198.51.100.7", "192.0.2.2, 198.51.100.7"}, "198.51.100.7", true},
		{"nor what cannot be read", local, []string{"a, ' or 1=1", "<b>, unknown"}, "also unknown", true},
		{"one network of IPv6", local, []string{"2001:db8:1:1::1", "[2001:db8:1:1::2]:443"}, "2001:db8:1:1::3", true},
		{"another network of IPv6", local, []string{"2001:db8:1:1::1"}, "2001:db8:1:2::1", false},
	} {
		_, url := start(t, func(_ *server.Options, c *server.Config) {
			c.Tokens, c.Proxies = []server.Token{token("cms", "right", "check")}, test.proxies
		})
		for i := range 11 {
			got := checkWith(t, url, "Authorization", "Bearer wrong", "X-Forwarded-For", test.guesser[i%len(test.guesser)])
			if want := i == 10; (got.status == http.StatusTooManyRequests) != want {
				t.Errorf("%s: guess %d: %d", test.name, i, got.status)
			}
		}
		got := checkWith(t, url, "Authorization", "Bearer right", "X-Forwarded-For", test.other)
		if refused := got.status == http.StatusTooManyRequests; refused != test.refused {
			t.Errorf("%s: the other: %d %s", test.name, got.status, got.body)
		}
	}
}
