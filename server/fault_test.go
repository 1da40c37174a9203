package server_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"proofcheck/server"
	"proofcheck/source"
)

func hostOf(url string) string { return strings.TrimPrefix(url, "http://") }

// dial opens a connection and sends text.
func dial(t testing.TB, url, text string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", hostOf(url))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

func metric(t testing.TB, url, name string) string {
	t.Helper()
	for line := range strings.Lines(string(send(t, "GET", url+"/metrics", "", nil).body)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

const head = "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"

// Clients that go away in the middle of a body leave nothing behind.
func TestClientsThatGoAwayInTheMiddle(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, nil)
	for range 50 {
		dial(t, url, head+"Content-Length: 1000000\r\n\r\n"+strings.Repeat("x", 10_000)).Close()
	}
	c := dial(t, url, head+"Content-Length: 10\r\n\r\nabc")
	c.(*net.TCPConn).CloseWrite()
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a body that was cut: %v, %v", answer, err)
	}
	c.Close()
	eventually(t, "all memory is given back", func() bool { return metric(t, url, "proofcheck_body_bytes") == "0" })
	if got := checkWith(t, url); got.status != 200 {
		t.Errorf("afterwards: %d", got.status)
	}
}

// Slow clients are told so or cut off, in the header and in the body, and others are served meanwhile.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(o *server.Options, _ *server.Config) {
		o.Limits.Header, o.Limits.Read = 300*time.Millisecond, 600*time.Millisecond
	})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			text := "POST /v1/check HTTP/1.1\r\nX-Slow: "
			if i%2 == 0 {
				text = head + "Content-Length: 100000\r\n\r\n"
			}
			c := dial(t, url, text)
			defer c.Close()
			stop := make(chan struct{})
			go func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(50 * time.Millisecond):
						io.WriteString(c, "x")
					}
				}
			}()
			c.SetReadDeadline(time.Now().Add(30 * time.Second))
			answer, err := io.ReadAll(c)
			close(stop)
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				t.Errorf("client %d was still served after 30 s", i)
			}
			if i%2 == 0 && !bytes.Contains(answer, []byte("body-timeout")) {
				t.Errorf("client %d was told %q", i, answer)
			}
		})
	}
	if got := checkWith(t, url); got.status != 200 {
		t.Errorf("meanwhile: %d", got.status)
	}
	wg.Wait()
}

// A crowd of silent connections takes no more than its share, and does not keep others out. It takes files from other
// tests, so it runs before those that run beside each other.
func TestACrowdOfConnectionsIsBounded(t *testing.T) {
	for _, test := range []struct{ most, crowd int }{{50, 600}, {0, 10_000}} {
		t.Run(strconv.Itoa(test.crowd), func(t *testing.T) { crowdOf(t, test.most, test.crowd) })
	}
}

// crowdOf makes so many connections; most is what the service is to bear, 0 for what is usual.
func crowdOf(t *testing.T, most, crowd int) {
	url, _ := serve(t, func(o *server.Options, _ *server.Config) {
		o.Limits.Connections, o.Limits.Header = most, time.Minute
	})
	if most == 0 {
		most = 4096
	}
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	for range crowd {
		c, err := net.Dial("tcp", hostOf(url))
		if errors.Is(err, syscall.EMFILE) && os.Getenv("PROOFCHECK_CI") != "1" {
			t.Skipf("this machine allows only %d open files", len(conns)+most)
		}
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
	}
	for range 3 {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		r, err := client.Get(url + "/healthz")
		if err != nil || r.StatusCode != 200 {
			t.Fatalf("in the crowd: %v, %v", r, err)
		}
		r.Body.Close()
	}
	if got := checkWith(t, url); got.status != 200 {
		t.Errorf("a check in the crowd: %d %s", got.status, got.body)
	}
	// The oldest have been closed.
	closed := 0
	for _, c := range conns {
		c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || isReset(err) {
			closed++
		} else {
			break
		}
	}
	if closed < crowd-most {
		t.Errorf("%d of %d connections were closed, want at least %d", closed, crowd, crowd-most)
	}
}

func isReset(err error) bool { return err != nil && strings.Contains(err.Error(), "reset") }

// stuck is a config whose checks wait until release is closed, so that a test decides when they end.
func stuck(release <-chan struct{}, entered *atomic.Int64) func(*server.Options, *server.Config) {
	return func(o *server.Options, c *server.Config) {
		o.Limits.Jobs, o.Limits.Queue, o.Limits.Wait = 1, 1, time.Minute
		c.Base.Check.Visit = func(int, *source.Segment) {
			entered.Add(1)
			<-release
		}
	}
}

// Where the queue is full, the answer is 503 at once, with a time to come back.
func TestAFullQueueAnswersAtOnce(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var entered atomic.Int64
	url, _ := serve(t, stuck(release, &entered))
	results := make(chan int, 2)
	for range 2 {
		go func() { results <- checkWith(t, url).status }()
	}
	eventually(t, "one is checked and one waits", func() bool {
		return entered.Load() == 1 && metric(t, url, "proofcheck_queue_length") == "1"
	})
	got := checkWith(t, url)
	if p := got.problem(t); got.status != 503 || p.Code != "busy" || got.header.Get("Retry-After") == "" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	close(release)
	for range 2 {
		if status := <-results; status != 200 {
			t.Errorf("a check that waited: %d", status)
		}
	}
}

// A client that goes while its check waits frees the place.
func TestACheckThatNobodyWaitsForIsCancelled(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var entered atomic.Int64
	url, _ := serve(t, stuck(release, &entered))
	first := make(chan int, 1)
	go func() { first <- checkWith(t, url).status }()
	eventually(t, "one is checked", func() bool { return entered.Load() == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		r, _ := http.NewRequestWithContext(ctx, "POST", url+"/v1/check", strings.NewReader("好的"))
		r.Header.Set("Content-Type", "text/plain")
		if a, err := http.DefaultClient.Do(r); err == nil {
			a.Body.Close()
		}
	}()
	eventually(t, "another waits", func() bool { return metric(t, url, "proofcheck_queue_length") == "1" })
	cancel()
	<-gone
	eventually(t, "its place is free", func() bool { return metric(t, url, "proofcheck_queue_length") == "0" })
	close(release)
	if status := <-first; status != 200 {
		t.Errorf("the one that was checked: %d", status)
	}
}

func TestACheckThatTakesTooLongIsCutOff(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(o *server.Options, c *server.Config) {
		o.Limits.Check = 50 * time.Millisecond
		c.Base.Check.Visit = func(int, *source.Segment) { <-time.After(100 * time.Millisecond) }
	})
	got := send(t, "POST", url+"/v1/check", "text/plain", strings.NewReader("一\n\n二\n\n三\n"))
	if p := got.problem(t); got.status != 503 || p.Code != "check-timeout" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// A mistake of the program that one draft brings out harms no other request, and gives its place back.
func TestAPanicHarmsNoOtherRequest(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(o *server.Options, c *server.Config) {
		o.Limits.Jobs = 1
		c.Base.Check.Visit = func(_ int, seg *source.Segment) {
			if strings.Contains(seg.Text, "坏") {
				panic("坏")
			}
		}
	})
	for range 3 {
		for _, path := range []string{"/v1/check", "/v1/fix"} {
			got := send(t, "POST", url+path, "text/plain", strings.NewReader("坏"))
			if p := got.problem(t); got.status != 500 || p.Code != "crashed" || strings.Contains(string(got.body), "坏") {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
	}
	if got := checkWith(t, url); got.status != 200 {
		t.Errorf("afterwards: %d", got.status)
	}
	if n := metric(t, url, "proofcheck_panics_total"); n != "6" {
		t.Errorf("%s panics are counted", n)
	}
}

// At the end, what runs is answered, and nothing new is begun.
func TestStoppingFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var entered atomic.Int64
	url, stop := serve(t, stuck(release, &entered))
	status := make(chan int, 1)
	go func() { status <- checkWith(t, url).status }()
	eventually(t, "one is checked", func() bool { return entered.Load() == 1 })
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	eventually(t, "no new connection is taken", func() bool {
		c, err := net.Dial("tcp", hostOf(url))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	select {
	case <-stopped:
		t.Error("it stopped while a check was running")
	default:
	}
	close(release)
	if s := <-status; s != 200 {
		t.Errorf("the check that was running: %d", s)
	}
	<-stopped
}

// While requests come, the config changes again and again, and is wrong now and then: every request is
// answered, by one config or another.
func TestReloadingLosesNoRequest(t *testing.T) {
	t.Parallel()
	var turn atomic.Int64
	var s *server.Server
	s, url := start(t, func(o *server.Options, _ *server.Config) {
		o.Load = func(context.Context) (*server.Config, error) {
			n := turn.Add(1)
			cfg := baseConfig()
			switch n % 3 {
			case 1:
				cfg.Base.Check.Only = []string{"typo"}
			case 2:
				cfg.Base.Check.Only = []string{"tyop"} // wrong in New
			}
			if n%6 == 5 {
				return nil, errors.New("c.yaml:1:1: no key profil")
			}
			return cfg, nil
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var sent, wrong atomic.Int64
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				got := send(t, "POST", url+"/v1/check", "text/html", strings.NewReader(wrongPage))
				sent.Add(1)
				if got.status != 200 {
					wrong.Add(1)
				} else if c := got.check(t); len(c.Findings) != 2 && len(c.Findings) != 3 {
					wrong.Add(1)
				}
			}
		})
	}
	failures := 0
	for range 30 {
		if err := s.Reload(t.Context()); err != nil {
			failures++
			if got := send(t, "GET", url+"/readyz", "", nil); !strings.Contains(string(got.body), "the last reload failed") {
				t.Errorf("ready: %s", got.body)
			}
		}
	}
	cancel()
	wg.Wait()
	if wrong.Load() > 0 || sent.Load() < 10 || failures == 0 {
		t.Errorf("%d of %d requests went wrong, %d reloads failed", wrong.Load(), sent.Load(), failures)
	}
}

// The memory of all bodies together is bounded; who finds no room is told to come back.
func TestTheMemoryOfBodiesIsBounded(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(o *server.Options, _ *server.Config) { o.Limits.Body, o.Limits.Memory = 1<<20, 3<<19 })
	slow := dial(t, url, head+"Content-Length: 900000\r\n\r\n"+strings.Repeat("x", 600_000))
	defer slow.Close()
	eventually(t, "it holds memory", func() bool { return strings.HasSuffix(metric(t, url, "proofcheck_body_bytes"), "e+06") })
	eventually(t, "another is refused", func() bool {
		got := send(t, "POST", url+"/v1/check", "text/plain", strings.NewReader(strings.Repeat("好", 200_000)))
		return got.status == 503 && got.problem(t).Code == "busy"
	})
	if got := checkWith(t, url); got.status != 200 {
		t.Errorf("a small one: %d", got.status)
	}
}
