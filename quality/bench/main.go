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
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	shared := flag.String("shared", "../shared", "folder with corpus/")
	out := flag.String("out", "", "file to write; standard output without")
	only := flag.String("only", "", "sections, separated by commas: check, start, lexicon, huge, serve, scan, ledger, links, go, and million, which takes long and is left out otherwise; the other sections of the file stay as they are")
	requests := flag.Int("requests", 200_000, "requests after which the memory of the service is looked at")
	most := flag.Duration("most", 10*time.Minute, "how long these requests may take")
	flag.Parse()
	work, err := os.MkdirTemp("", "proofcheck-bench-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(work)
	b := &bench{shared: *shared, work: work, binary: filepath.Join(work, "proofcheck"), requests: *requests, most: *most}
	if err := b.build(); err != nil {
		log.Fatal(err)
	}
	b.head()
	for _, s := range []struct {
		name string
		run  func() error
	}{{"check", b.check}, {"start", b.start}, {"lexicon", b.lexicon}, {"huge", b.huge}, {"serve", b.serve}, {"scan", b.scan}, {"million", b.million}, {"ledger", b.ledger}, {"links", b.links}, {"go", b.benchmarks}} {
		if *only == "" && s.name == "million" || *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
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
	text := b.text.String()
	if *only != "" {
		old, err := os.ReadFile(*out)
		if err != nil && !os.IsNotExist(err) {
			log.Print(err)
			return
		}
		text = renew(string(old), text)
	}
	if err := os.WriteFile(*out, []byte(text), 0o644); err != nil {
		log.Print(err)
	}
}

// renew puts the sections of text in place of those of the same title in old; new ones go before the last.
func renew(old, text string) string {
	const mark = "\n## "
	parts := strings.Split(strings.TrimRight(old, "\n"), mark)
	if len(parts) < 2 {
		return text
	}
	title := func(part string) string { line, _, _ := strings.Cut(part, "\n"); return line }
	for _, part := range strings.Split(strings.TrimRight(text, "\n"), mark)[1:] {
		part += "\n"
		if i := slices.IndexFunc(parts, func(p string) bool { return title(p) == title(part) }); i > 0 {
			parts[i] = part
		} else {
			parts = slices.Insert(parts, len(parts)-1, part)
		}
	}
	return strings.TrimRight(strings.Join(parts, mark), "\n") + "\n"
}

type bench struct {
	shared, work, binary string
	requests             int
	most                 time.Duration // that they may take
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
