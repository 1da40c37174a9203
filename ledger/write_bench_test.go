package ledger

import (
	"io"
	"iter"
	"path/filepath"
	"testing"

	"proofcheck/internal/sample"
	"proofcheck/internal/usage"
	"proofcheck/store"
)

// benchmarkWrite writes a ledger of some 100,000 findings.
func benchmarkWrite(b *testing.B, write func(io.Writer, iter.Seq2[*store.Row, error], Options) (int, error)) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "s.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	found, err := sample.Fill(b.Context(), s, sample.Options{Documents: 50_000, Faulty: 1})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if n, err := write(io.Discard, s.Findings(b.Context(), store.Filter{}), Options{}); err != nil || n != found {
			b.Fatalf("%d rows of %d, %v", n, found, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(found), "µs/row")
	b.ReportMetric(float64(usage.Resident()>>20), "MiB-resident")
}

func BenchmarkWriteXLSX(b *testing.B) { benchmarkWrite(b, WriteXLSX) }

func BenchmarkWriteCSV(b *testing.B) { benchmarkWrite(b, WriteCSV) }
