package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"proofcheck/internal/sample"
	"proofcheck/store"
)

// ledger measures what comes out of a store: of 1,000,000 documents, every twentieth with findings.
func (b *bench) ledger() error {
	ctx := context.Background()
	path := filepath.Join(b.work, "ledger.db")
	s, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	found, err := sample.Fill(ctx, s, sample.Options{Documents: 1000000})
	if e := s.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	b.line("## What comes out of a store of 1,000,000 documents with %d findings\n", found)
	b.line("| run | seconds | processor seconds | MiB |")
	b.line("|---|---|---|---|")
	for _, args := range []string{"ledger export -o out.xlsx", "ledger export -o out.csv", "notice -o out.docx", "report -o out.html"} {
		c, err := measure(1, b.work, "", append(append([]string{b.binary}, strings.Fields(args)...), "--store", path)...)
		if err != nil {
			return fmt.Errorf("%s: %w", args, err)
		}
		b.line("| %s | %.1f | %.1f | %d |", args, c.wall.Seconds(), c.cpu.Seconds(), c.memory>>20)
	}
	b.line("")
	return nil
}
