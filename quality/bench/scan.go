package main

import (
	"os"
	"os/exec"
	"strings"
)

// scan measures scans of archives beside the bare checker; see quality/scans.
func (b *bench) scan() error { return b.scans("20,000", "-n", "20000") }

// million measures scans of an archive of a usual size, without the bare checker.
func (b *bench) million() error { return b.scans("1,000,000", "-n", "1000000", "-bare=false") }

func (b *bench) scans(articles string, flags ...string) error {
	cmd := exec.Command("go", append([]string{"run", "./quality/scans", "-dir", b.work}, flags...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	b.line("## Scans of %s made articles into SQLite\n", articles)
	b.line("`go run ./quality/scans %s`: 1 to 20 KB each, every twentieth with wrong words whose number is known, all rules.\n", strings.Join(flags, " "))
	b.line("```text\n%s\n```\n", strings.TrimSpace(string(out)))
	return nil
}
