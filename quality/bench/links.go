package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	sitePages   = 2001
	siteBroken  = 60 // addresses of the site that lead nowhere
	siteLatency = 20 * time.Millisecond
	connections = 64
)

// links measures a walk over a site whose answers are late, beside requests for the same addresses whose
// answers nobody reads; the same site as a folder; and a folder of documentation in Markdown.
func (b *bench) links() error {
	dir := filepath.Join(b.work, "site")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for i := range sitePages {
		if err := os.WriteFile(filepath.Join(dir, pageName(i)), sitePage(i), 0o644); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	files := http.FileServer(http.Dir(dir))
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(siteLatency)
		files.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	address := "http://" + listener.Addr().String() + "/"
	walk := []string{b.binary, "links", address, "--no-config", "--no-cache", "--depth", "50", "--per-host", fmt.Sprint(connections), "--connections", fmt.Sprint(connections), "--rate", "0", "--fail-on", "never"}
	found, err := linkCounts(walk)
	if err != nil {
		return err
	}
	plain := plainFetch(address)
	walked, err := measure(5, "", "", walk...)
	if err != nil {
		return err
	}
	plain = min(plain, plainFetch(address))
	b.line("## Links\n")
	b.line("A made site of %d pages and %d addresses, each answered after %d ms, over %d connections: latency alone takes %.2f s. The", sitePages,
		sitePages+siteBroken, siteLatency.Milliseconds(), connections, float64((sitePages+siteBroken+connections-1)/connections)*siteLatency.Seconds())
	b.line("plain requests are for the same addresses, all known from the start, by Go's client, which reads answers and looks at nothing.\n")
	b.line("| run | seconds | processor seconds | MiB | links | errors found |\n|---|---|---|---|---|---|")
	b.line("| plain requests | %.3f |  |  |  |  |", plain.Seconds())
	b.linkRow("`links http://…/`", walked, found)
	markdown, _, err := b.drafts("docs_md")
	if err != nil {
		return err
	}
	for _, folder := range []struct{ name, path string }{{"the same site as a folder", dir}, {"docs_md, 1,229 files of Markdown", markdown}} {
		args := []string{b.binary, "links", folder.path, "--offline", "--no-config", "--no-cache", "--fail-on", "never"}
		found, err := linkCounts(args)
		if err != nil {
			return err
		}
		c, err := measure(5, "", "", args...)
		if err != nil {
			return err
		}
		b.linkRow(folder.name, c, found)
	}
	b.line("")
	return nil
}

// linkCount is what a report of links says.
type linkCount struct {
	Links    int
	Findings []struct{ Level string }
}

func linkCounts(args []string) (linkCount, error) {
	var found linkCount
	out, err := exec.Command(args[0], append(args[1:len(args):len(args)], "-f", "json")...).Output()
	if err == nil {
		err = json.Unmarshal(out, &found)
	}
	return found, err
}

func (b *bench) linkRow(name string, c cost, found linkCount) {
	errors := 0
	for _, f := range found.Findings {
		if f.Level == "error" {
			errors++
		}
	}
	b.line("| %s | %.3f | %.3f | %.0f | %d | %d |", name, c.wall.Seconds(), c.cpu.Seconds(), float64(c.memory)/(1<<20), found.Links, errors)
}

func pageName(i int) string {
	if i == 0 {
		return "index.html"
	}
	return fmt.Sprintf("p%d.html", i)
}

func brokenName(i int) string { return fmt.Sprintf("missing%d.html", i%siteBroken) }

// sitePage has links to twenty other pages, and to one that is not there or to the first.
func sitePage(i int) []byte {
	var page strings.Builder
	fmt.Fprintf(&page, "<!DOCTYPE html>\n<html lang=zh><head><meta charset=utf-8><title>第 %d 号通知</title></head><body>\n<h1>第 %d 号通知</h1>\n", i, i)
	for k := 1; k <= 20; k++ {
		to := (i*20 + k) % sitePages
		fmt.Fprintf(&page, "<p>另见<a href='%s'>第 %d 号通知</a>。</p>\n", pageName(to), to)
	}
	last := pageName(0)
	if i%2 == 0 {
		last = brokenName(i / 2)
	}
	fmt.Fprintf(&page, "<p><a href='%s'>返回</a></p>\n%s</body></html>\n", last, strings.Repeat("<p>各有关单位要结合实际抓好落实，重要情况及时报告。</p>\n", 8))
	return []byte(page.String())
}

// plainFetch asks for every address of the site and returns how long that takes.
func plainFetch(address string) time.Duration {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	start := time.Now()
	var next atomic.Int64
	var group sync.WaitGroup
	for range connections {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < sitePages+siteBroken; i = int(next.Add(1)) - 1 {
				name := pageName(i)
				if i >= sitePages {
					name = brokenName(i)
				}
				resp, err := client.Get(address + name)
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
	group.Wait()
	return time.Since(start)
}
