// Bench measures what the program promises of speed and memory, beside other programs where they are
// installed, and writes docs/BENCHMARKS.md. All figures of a table come from one run on one machine.
//
//	go run ./quality/bench -shared ../shared -out docs/BENCHMARKS.md
//
// AutoCorrect is found as autocorrect (npm autocorrect-node), ripgrep as rg.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	shared := flag.String("shared", "../shared", "folder with corpus/")
	out := flag.String("out", "", "file to write; standard output without")
	only := flag.String("only", "", "sections, separated by commas: check, start, lexicon, huge, serve, scan, ledger, go")
	requests := flag.Int("requests", 200_000, "requests after which the memory of the service is looked at")
	flag.Parse()
	work, err := os.MkdirTemp("", "proofcheck-bench-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(work)
	b := &bench{shared: *shared, work: work, binary: filepath.Join(work, "proofcheck"), requests: *requests}
	if err := b.build(); err != nil {
		log.Fatal(err)
	}
	b.head()
	for _, s := range []struct {
		name string
		run  func() error
	}{{"check", b.check}, {"start", b.start}, {"lexicon", b.lexicon}, {"huge", b.huge}, {"serve", b.serve}, {"scan", b.scan}, {"ledger", b.ledger}, {"go", b.benchmarks}} {
		if *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
			continue
		}
		log.Print(s.name)
		if err := s.run(); err != nil {
			log.Print(s.name, ": ", err)
			os.RemoveAll(work)
			os.Exit(1) //nolint:gocritic // the folder has been removed
		}
	}
	if *out == "" {
		fmt.Print(b.text.String())
		return
	}
	if err := os.WriteFile(*out, []byte(b.text.String()), 0o644); err != nil {
		log.Print(err)
	}
}

type bench struct {
	shared, work, binary string
	requests             int
	text                 strings.Builder
}

func (b *bench) build() error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "./cmd/proofcheck")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func (b *bench) line(format string, args ...any) { fmt.Fprintf(&b.text, format+"\n", args...) }

func (b *bench) head() {
	b.line("# Benchmarks\n")
	b.line("Written by `make bench` on %s; %s, %d cores, %s, %s/%s.", time.Now().UTC().Format("2006-01-02"), processor(),
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	b.line("Times are the least of five runs, memory is the most that was resident. Other machines give other figures; the")
	b.line("ratios say more.\n")
}

// processor returns the name of the processor, where the system tells it.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
