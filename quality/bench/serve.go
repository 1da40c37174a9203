package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// service is a running proofcheck serve and the articles that are sent to it.
type service struct {
	cmd      *exec.Cmd
	url      string
	config   string
	articles [][]byte
	client   *http.Client
	sent     int // for the memory table
}

// load is what a run of requests has come to.
type load struct {
	times  []time.Duration
	failed int
	wall   time.Duration
}

func (l *load) quantile(q float64) time.Duration {
	if len(l.times) == 0 {
		return 0
	}
	return l.times[min(len(l.times)-1, int(q*float64(len(l.times))))]
}

func (l *load) rate() float64 { return float64(len(l.times)) / l.wall.Seconds() }

// serve measures the service with articles of about 3,000 characters, all rules that need no network,
// and the audit in SQLite. The generator of the load runs beside it.
func (b *bench) serve() error {
	s, err := b.startService()
	if err != nil {
		return err
	}
	defer s.stop()
	s.closed(1, 300, 0) // warm
	one := s.closed(1, 1500, 20*time.Second)
	peak := s.closed(2*runtime.NumCPU(), 1<<30, 10*time.Second)
	paced := s.paced(0.8*peak.rate(), 10*time.Second)
	reloads, reloading := s.reloading(10 * time.Second)
	b.line("## The service: articles of 3,000 characters\n")
	b.line("%d laws of 2,700 to 3,300 characters as Markdown, sent to `proofcheck serve` over loopback by a generator beside it; all", len(s.articles))
	b.line("rules that need no network, the audit in SQLite. Times are those of whole requests as the client sees them.\n")
	b.line("| run | requests | failed | requests/s | median ms | 99 %% ms |\n|---|---|---|---|---|---|")
	for _, row := range []struct {
		name string
		load *load
	}{
		{"one connection", one}, {fmt.Sprintf("%d connections: the peak", 2*runtime.NumCPU()), peak}, {"80 % of the peak, at a steady pace", paced},
		{fmt.Sprintf("the peak, with %d reloads of the config", reloads), reloading},
	} {
		b.line("| %s | %d | %d | %.0f | %.1f | %.1f |", row.name, len(row.load.times)+row.load.failed, row.load.failed, row.load.rate(),
			milliseconds(row.load.quantile(0.5)), milliseconds(row.load.quantile(0.99)))
	}
	b.line("")
	return b.memory(s)
}

// memory sends many requests, as many as there is time for, and looks at the memory meanwhile.
func (b *bench) memory(s *service) error {
	b.line("| after requests | resident MiB | most so far, MiB |\n|---|---|---|")
	end := time.Now().Add(b.most)
	for _, n := range []int{b.requests / 10, b.requests * 4 / 10, b.requests / 2} {
		left := time.Until(end)
		if left <= 0 {
			break
		}
		l := s.closed(2*runtime.NumCPU(), n, left)
		n = len(l.times) + l.failed
		if l.failed > 0 {
			return fmt.Errorf("%d of %d requests failed", l.failed, n)
		}
		now, most, err := resident(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		s.sent += n
		b.line("| %d | %.0f | %.0f |", s.sent, float64(now)/(1<<20), float64(most)/(1<<20))
	}
	b.line("")
	if s.sent < b.requests/10*10 {
		b.line("The run was ended after %v (`-most`), before %d requests.\n", b.most, b.requests)
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// resident returns the memory of a process, in bytes.
func resident(pid int) (now, most int64, err error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		for name, to := range map[string]*int64{"VmRSS:": &now, "VmHWM:": &most} {
			if rest, ok := strings.CutPrefix(line, name); ok {
				fmt.Sscan(rest, to)
				*to *= 1024
			}
		}
	}
	return now, most, nil
}

// startService starts the program in a folder of its own.
func (b *bench) startService() (*service, error) {
	articles, err := b.articles()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	s := &service{url: "http://" + addr, articles: articles, config: filepath.Join(b.work, "serve.yaml")}
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	if err := os.WriteFile(s.config, []byte("profile: general\n"), 0o600); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(b.binary, "serve", "--addr", addr, "--config", s.config, "--store", filepath.Join(b.work, "serve.db"))
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if r, err := s.client.Get(s.url + "/readyz"); err == nil {
			r.Body.Close()
			return s, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	return nil, errors.New("the service does not start")
}

func (s *service) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// articles returns the laws of about 3,000 characters.
func (b *bench) articles() ([][]byte, error) {
	var out [][]byte
	folder, _, err := b.drafts("laws_md")
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if n := utf8.RuneCount(bytes.Join(bytes.Fields(text), nil)); n >= 2700 && n <= 3300 {
			out = append(out, text)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no articles of 3,000 characters")
	}
	return out, err
}

// one sends one article.
func (s *service) one(n int) (time.Duration, bool) {
	start := time.Now()
	r, err := s.client.Post(s.url+"/v1/check", "text/markdown", bytes.NewReader(s.articles[n%len(s.articles)]))
	if err != nil {
		return 0, false
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return time.Since(start), err == nil && r.StatusCode == http.StatusOK
}

// closed sends requests over some connections, each as soon as the one before is answered, until there
// were n or the time is up.
func (s *service) closed(connections, n int, limit time.Duration) *load {
	var next atomic.Int64
	return s.gather(connections, func(ctx context.Context) (int, bool) {
		i := int(next.Add(1))
		return i, i <= n && ctx.Err() == nil
	}, limit)
}

// paced sends requests at a steady pace, whether those before are answered or not.
func (s *service) paced(rate float64, limit time.Duration) *load {
	var next atomic.Int64
	begin := time.Now()
	return s.gather(64, func(ctx context.Context) (int, bool) {
		i := next.Add(1)
		time.Sleep(time.Until(begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))))
		return int(i), ctx.Err() == nil
	}, limit)
}

// gather runs workers that send what turn tells them to.
func (s *service) gather(workers int, turn func(context.Context) (int, bool), limit time.Duration) *load {
	ctx, cancel := context.WithTimeout(context.Background(), max(limit, time.Second))
	defer cancel()
	if limit == 0 {
		ctx = context.Background()
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := &load{}
	start := time.Now()
	for range workers {
		wg.Go(func() {
			var times []time.Duration
			failed := 0
			for i, ok := turn(ctx); ok; i, ok = turn(ctx) {
				if d, fine := s.one(i); fine {
					times = append(times, d)
				} else {
					failed++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out.times, out.failed = append(out.times, times...), out.failed+failed
		})
	}
	wg.Wait()
	out.wall = time.Since(start)
	slices.Sort(out.times)
	return out
}

// reloading sends requests while the config changes again and again.
func (s *service) reloading(limit time.Duration) (reloads int, out *load) {
	stop := make(chan struct{})
	done := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				done <- n
				return
			case <-time.After(3 * time.Second): // changes are looked for every second
			}
			n++
			profile := []string{"general", "gov"}[n%2]
			_ = os.WriteFile(s.config, []byte("profile: "+profile+"\n# "+strings.Repeat("x", n)+"\n"), 0o600)
		}
	}()
	out = s.closed(2*runtime.NumCPU(), 1<<30, limit)
	close(stop)
	return <-done, out
}
