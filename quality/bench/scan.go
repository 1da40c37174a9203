package main

import (
	"os"
	"os/exec"
	"strings"
)

// scan measures scans of archives; see quality/scans.
func (b *bench) scan() error {
	cmd := exec.Command("go", "run", "./quality/scans", "-n", "20000", "-dir", b.work)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	b.line("## Scans of 20,000 made articles into SQLite\n")
	b.line("`go run ./quality/scans -n 20000`: 1 to 20 KB each, every twentieth with wrong words whose number is known, all rules.\n")
	b.line("```text\n%s\n```\n", strings.TrimSpace(string(out)))
	return nil
}
