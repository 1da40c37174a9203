package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"proofcheck/links"
	"proofcheck/server"
)

// network is an internet of one server: every public address leads to it, and private ones to what
// really listens there.
func network(t testing.TB, h http.Handler) *links.ProbeOptions {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return &links.ProbeOptions{
		Rate: -1, Retries: -1, Timeout: 5 * time.Second,
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if strings.HasPrefix(host, "inner.") {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}
			if strings.HasPrefix(host, "mixed.") {
				return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("127.0.0.1")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			if strings.HasPrefix(address, "93.184.216.34:") {
				address = web.Listener.Addr().String()
			}
			return d.DialContext(ctx, network, address)
		},
	}
}

type jobStatus struct {
	Job, State, Error     string
	Done, Total, Distinct int
	Verdicts              map[string]int
	Findings              []struct{ Target, Problem, Verdict, Message string }
	StatusURL             string `json:"status_url"`
	EventsURL             string `json:"events_url"`
}

// linkJob starts a job and waits for its end.
func linkJob(t testing.TB, url string, input any, headers ...string) jobStatus {
	t.Helper()
	got := send(t, "POST", url+"/v1/links", "application/json", toJSON(t, input), headers...)
	var j jobStatus
	if err := json.Unmarshal(got.body, &j); err != nil || got.status != http.StatusAccepted {
		t.Fatalf("%d %s", got.status, got.body)
	}
	eventually(t, "the job ends", func() bool {
		got := send(t, "GET", url+j.StatusURL, "", nil, headers...)
		if err := json.Unmarshal(got.body, &j); err != nil || got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		return j.State != "queued" && j.State != "running"
	})
	return j
}

func TestLinksOfADraftAreAsked(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Network = network(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/gone" {
				http.NotFound(w, r)
			}
		}))
	})
	draft := `<a href="http://a.example/gone">旧闻</a> <a href="/fine">新闻</a> <a href="http://b.example/fine">再闻</a> <a href="http:/c.example">错</a>`
	for name, j := range map[string]jobStatus{
		"draft": linkJob(t, url, map[string]any{"content": draft, "url": "http://site.example/news/1.html"}),
	} {
		if j.State != "done" || j.Distinct < 3 || j.Verdicts["dead"] != 1 {
			t.Errorf("%s: got %+v", name, j)
		}
		dead, wrong := false, false
		for _, f := range j.Findings {
			dead = dead || f.Target == "http://a.example/gone" && f.Verdict == "dead"
			wrong = wrong || f.Target == "http:/c.example"
		}
		if !dead || !wrong {
			t.Errorf("%s: got %+v", name, j.Findings)
		}
	}
}

func TestJobsTellTheirProgressAsEvents(t *testing.T) {
	t.Parallel()
	open := make(chan struct{})
	url, _ := serve(t, func(_ *server.Options, c *server.Config) {
		c.Network = network(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				<-open
			}
		}))
	})
	got := send(t, "POST", url+"/v1/links", "application/json", toJSON(t, map[string]any{"content": `<a href="http://a.example/slow">一</a><a href="http://b.example/">二</a>`}))
	var j jobStatus
	if err := json.Unmarshal(got.body, &j); err != nil {
		t.Fatal(err)
	}
	r, err := http.Get(url + j.EventsURL)
	if err != nil || r.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(err, r)
	}
	defer r.Body.Close()
	var names []string
	var last jobStatus
	var once atomic.Bool
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if err := json.Unmarshal([]byte(data), &last); err != nil {
				t.Fatal(err)
			}
			if last.Done == 1 && once.CompareAndSwap(false, true) {
				close(open)
			}
		}
	}
	if len(names) < 2 || names[0] != "progress" || names[len(names)-1] != "done" || last.State != "done" || last.Total != 2 {
		t.Errorf("events %q, at last %+v", names, last)
	}
}

func TestJobsAreCancelledAndBelongToTheirToken(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Tokens = []server.Token{token("a", "a", "links"), token("b", "b", "links"), token("c", "c", "check"), token("d", "d", "admin")}
		c.Network = network(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-stuck:
			case <-r.Context().Done():
			}
		}))
	})
	a := []string{"Authorization", "Bearer a"}
	got := send(t, "POST", url+"/v1/links", "application/json", toJSON(t, map[string]any{"url": "http://a.example/"}), a...)
	var j jobStatus
	if err := json.Unmarshal(got.body, &j); err != nil || got.status != 202 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for secret, status := range map[string]int{"b": 404, "c": 403, "d": 200, "a": 200} {
		if got := send(t, "GET", url+j.StatusURL, "", nil, "Authorization", "Bearer "+secret); got.status != status {
			t.Errorf("%s: %d, want %d", secret, got.status, status)
		}
	}
	if got := send(t, "DELETE", url+j.StatusURL, "", nil, a...); got.status != http.StatusNoContent {
		t.Errorf("cancel: %d", got.status)
	}
	eventually(t, "the job is cancelled", func() bool {
		return json.Unmarshal(send(t, "GET", url+j.StatusURL, "", nil, a...).body, &j) == nil && j.State == "cancelled"
	})
}

func TestTheNetworkIsOffUnlessConfigured(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	if got := send(t, "POST", url+"/v1/links", "application/json", strings.NewReader(`{"url": "http://a.example/"}`)); got.problem(t).Code != "network-off" {
		t.Errorf("got %s", got.body)
	}
	if j := linkJob(t, url, map[string]any{"content": `<a href="http:/c.example">错</a>`}); j.Distinct != 0 || len(j.Findings) != 1 {
		t.Errorf("got %+v", j)
	}
}

// What callers name must not lead into the own network, in whatever way it is written, through names,
// redirects, or base elements, and in every field that takes a link.
func TestNoLinkLeadsToPrivateAddresses(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		fmt.Fprint(w, "secret")
	}))
	defer inner.Close()
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	_, url := start(t, func(_ *server.Options, c *server.Config) {
		c.Network = network(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:"+port+"/redirected", http.StatusFound)
		}))
		c.Base.Links = "all"
		c.Webhooks = []server.Webhook{{Name: "cms", Content: "/text", URL: "/link", Format: "html", Scheme: "token"}}
	})
	var targets []string
	for _, host := range []string{
		"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
		"0.0.0.0", "0", "[::]", "localhost", "inner.example", "mixed.example", "169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1",
		"[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "１２７.０.０.１", "127。0。0。1", "ⓛocalhost", "public.example",
	} {
		targets = append(targets, "http://"+host+":"+port+"/x", "http://user:pass@"+host+":"+port+"/x")
	}
	targets = append(targets, "//127.0.0.1:"+port+"/x", `http:\\127.0.0.1:`+port+`\x`, "http://public.example@127.0.0.1:"+port+"/x")
	draft := `<base href="http://127.0.0.1:` + port + `/"><a href="relative">一</a>`
	for _, target := range targets {
		draft += `<a href="` + target + `">链接</a><img src="` + target + `" alt="图"><iframe src="` + target + `"></iframe><form action="` + target + `"></form>`
	}
	linkJob(t, url, map[string]any{"content": draft})
	linkJob(t, url, map[string]any{"content": draft, "url": "http://127.0.0.1:" + port + "/"})
	if got := send(t, "POST", url+"/v1/check?links=all&url=http://127.0.0.1:"+port+"/", "text/html", strings.NewReader(draft)); got.status != 200 {
		t.Errorf("check: %d %s", got.status, got.body)
	}
	if got := send(t, "POST", url+"/v1/fix?links=all", "text/html", strings.NewReader(draft)); got.status != 200 {
		t.Errorf("fix: %d %s", got.status, got.body)
	}
	for _, link := range []string{"http://127.0.0.1:" + port + "/", targets[1]} {
		hook := toJSON(t, map[string]any{"text": draft, "link": link})
		if got := send(t, "POST", url+"/v1/webhooks/cms?links=all", "application/json", hook); got.status != 200 {
			t.Errorf("webhook: %d %s", got.status, got.body)
		} else if !bytes.Contains(got.body, []byte(`"link/remote"`)) {
			t.Errorf("webhook: links were not looked at: %s", got.body)
		}
	}
	for i, target := range targets {
		if i%2 == 1 && i < len(targets)-3 {
			if got := send(t, "POST", url+"/v1/links", "application/json", toJSON(t, map[string]any{"url": target})); got.status != 422 {
				t.Errorf("%s: %d %s", target, got.status, got.body)
			}
			continue
		}
		got := send(t, "POST", url+"/v1/links", "application/json", toJSON(t, map[string]any{"url": target, "depth": 1}))
		if got.status == http.StatusAccepted {
			var j jobStatus
			if err := json.Unmarshal(got.body, &j); err != nil {
				t.Fatal(err)
			}
			eventually(t, target+" ends", func() bool {
				json.Unmarshal(send(t, "GET", url+j.StatusURL, "", nil).body, &j)
				return j.State != "queued" && j.State != "running"
			})
			if strings.Contains(fmt.Sprint(j), "secret") {
				t.Errorf("%s: %+v", target, j)
			}
		}
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the inner server was asked %d times", n)
	}
}
