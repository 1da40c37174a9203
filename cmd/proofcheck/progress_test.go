//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// On a terminal a walk shows how far it is, its rate and the time that is left; with --no-progress, or where
// nobody looks, it does not.
func TestAWalkShowsItsProgressOnATerminal(t *testing.T) {
	t.Parallel()
	terminal, err := exec.LookPath("script") // of util-linux: it runs a command on a terminal of its own
	if err != nil {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, "<title>第一页</title><p>", strings.Repeat("内容很长，不像一个错误页面。", 40))
		for i := range 60 {
			fmt.Fprintf(w, "<a href='/%d.html'>第一页</a>\n", i)
		}
	}))
	defer s.Close()
	walk := []string{"links", s.URL + "/", "--no-config", "--no-cache", "--per-host", "1", "--rate", "0"}
	onTerminal := func(args ...string) string {
		self := command(t, args...)
		line := ""
		for _, a := range self.Args {
			line += " '" + a + "'"
		}
		cmd := exec.Command(terminal, "-qec", "stty cols 100; exec"+line, "/dev/null")
		cmd.Env = self.Env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	bar := regexp.MustCompile(`\d+% .*\(\d+/61, \d+ it/s\) \[\d+s:\d+s\]`)
	if out := onTerminal(walk...); !bar.MatchString(out) {
		t.Errorf("no rate and no time that is left in %q", out)
	}
	if out := onTerminal(append(walk, "--no-progress")...); strings.Contains(out, "it/s") {
		t.Errorf("progress is shown although it must not be: %q", out)
	}
	if out, err := command(t, walk...).CombinedOutput(); err != nil || strings.Contains(string(out), "it/s") {
		t.Errorf("progress is shown where there is no terminal: %v %q", err, out)
	}
}
