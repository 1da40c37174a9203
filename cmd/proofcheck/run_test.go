package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"proofcheck/checker"
)

// command returns the program as a command of its own, in an empty directory.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the test binary cannot take another name here")
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// A program that hangs is ended, so that its test fails rather than the whole run.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, path, args...)
	c.Args[0] = "proofcheck"
	c.Dir = t.TempDir()
	return c
}

// A reader that has seen enough is no failure: proofcheck … | head -1.
func TestClosedPipeEndsQuietly(t *testing.T) {
	t.Parallel()
	c := command(t, "check", "a.md", "-f", "jsonl")
	if err := os.WriteFile(filepath.Join(c.Dir, "a.md"), []byte("我们的的工作。\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = w, &stderr
	err = c.Run()
	w.Close()
	if err != nil || stderr.Len() > 0 {
		t.Errorf("%v, %q on standard error", err, stderr.String())
	}
}

// Ctrl-C ends a check that waits for input; the report of what was done is complete.
func TestInterruptCompletesTheReport(t *testing.T) {
	t.Parallel()
	c := command(t, "check", "a.md", "-", "-o", "out.json", "-f", "jsonl", "-j", "1")
	if err := os.WriteFile(filepath.Join(c.Dir, "a.md"), []byte("我们的的工作。\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 1)
	if _, err := stdout.Read(line); err != nil { // the first draft has been reported
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest := new(bytes.Buffer)
	rest.ReadFrom(stdout)
	c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if want := "proofcheck: 已中断：检查了 2 个文件中的 1 个\n"; stderr.String() != want {
		t.Errorf("got %q, want %q", stderr.String(), want)
	}
	report, err := os.ReadFile(filepath.Join(c.Dir, "out.json"))
	if err != nil || !strings.HasSuffix(string(report), "}\n") || !strings.Contains(string(report), "doubled-word") {
		t.Errorf("report: %v\n%s", err, report)
	}
}

// A second name for a signal that the command line knows too.
func TestTerminationIsAnInterrupt(t *testing.T) {
	t.Parallel()
	c := command(t, "check", "-")
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	// The pipe takes more than it can hold only once somebody reads: then the check has begun.
	if _, err := stdin.Write(bytes.Repeat([]byte("部署工作。\n\n"), 1<<14)); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	new(bytes.Buffer).ReadFrom(stdout)
	c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}

// A worker that is far ahead of its turn waits, and its events come in order.
func TestQueueIsBoundedAndInOrder(t *testing.T) {
	t.Parallel()
	q := newQueue()
	const n = 3 * queueLimit / 768
	go func() {
		for i := range n {
			q.put(event{finding: &checker.Finding{From: i}})
		}
		q.close()
	}()
	next := 0
	for events := q.take(); len(events) > 0; events = q.take() {
		if most := queueLimit/768 + 2; len(events) > most {
			t.Fatalf("%d events wait; at most %d may", len(events), most)
		}
		for _, e := range events {
			if e.finding.From != next {
				t.Fatalf("event %d came in place of %d", e.finding.From, next)
			}
			next++
		}
	}
	if next != n {
		t.Errorf("%d events of %d", next, n)
	}
	// Nobody waits for a queue that is given up.
	q = newQueue()
	q.stop()
	for range n {
		if q.put(event{finding: &checker.Finding{}}) {
			t.Fatal("a stopped queue wants more")
		}
	}
}

// The order of reports does not depend on how many drafts are checked at a time.
func TestManyDraftsAreReportedInTheirOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var want strings.Builder
	for i := range 200 {
		name := filepath.Join(dir, fmt.Sprintf("%03d.md", i))
		if err := os.WriteFile(name, []byte(strings.Repeat("我们的的工作。\n\n", 1+i%7*20)), 0o644); err != nil {
			t.Fatal(err)
		}
		for range 1 + i%7*20 {
			want.WriteString(filepath.Base(name) + "\n")
		}
	}
	for _, jobs := range []string{"1", "3", "16"} {
		var out bytes.Buffer
		p := &program{stdout: &out, stderr: &out, stdin: strings.NewReader(""), args: []string{"check", dir, "-f", "jsonl", "-j", jobs, "--only", "expression/doubled-word"}}
		if code := p.run(); code != exitFindings {
			t.Fatalf("exit code %d\n%s", code, out.String())
		}
		var got strings.Builder
		for line := range strings.Lines(out.String()) {
			_, rest, _ := strings.Cut(line, `"document":"`)
			name, _, _ := strings.Cut(rest, `"`)
			got.WriteString(filepath.Base(name) + "\n")
		}
		if got.String() != want.String() {
			t.Errorf("%s jobs: the order is wrong", jobs)
		}
	}
}

// Odd command lines are told as such.
func TestOddArgumentsNeverPanic(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{}, {"--"}, {"-"}, {"--", "check"}, {"check", "--="}, {"check", "-"}, {"check", "---x"}, {"check", "-f"}, {"check", "-f="},
		{"check", "--fix=", "x"}, {"check", ""}, {"lexicon"}, {"lexicon", "--", "x"}, {"help", "help"}, {"check", "--help=true"},
	} {
		var out bytes.Buffer
		p := &program{stdout: &out, stderr: &out, stdin: strings.NewReader(""), args: args}
		if code := p.run(); code < 0 || code > 2 {
			t.Errorf("%q: exit code %d", args, code)
		}
	}
}
