package page

import (
	"io"
	"net/http/httptest"
	"testing"

	"proofcheck/internal/sample"
	"proofcheck/internal/teststore"
	"proofcheck/store"
)

func TestDataAreReadAgainWhenTheStoreHasChanged(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		filled(t, s, sample.Options{Documents: 20, Faulty: 1, PerPage: 1})
		c, made := newCache(), 0
		get := func() string {
			t.Helper()
			b, err := c.get(t.Context(), s, func(w io.Writer) error {
				made++
				_, err := w.Write([]byte{byte(made)})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		first := get()
		if again := get(); made != 1 || again != first {
			t.Errorf("made %d times, want 1", made)
		}
		run := &store.Run{Kind: "scan", Plan: "p", Ruleset: store.Ruleset{Tool: "t"}}
		var ref store.Ref
		for r, err := range s.Findings(t.Context(), store.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			ref = store.Ref{Document: r.Document.ID, Fingerprint: r.Finding.Fingerprint}
		}
		remark := "改"
		for i, change := range []func() error{
			func() error { return s.Begin(t.Context(), run) },
			func() error {
				_, err := s.Commit(t.Context(), &store.Batch{Run: run.ID, Results: []store.Result{{Outcome: store.Untouched, Document: store.Document{Source: "x", Key: "k", Title: "新"}}}, Counts: store.Counts{Documents: 1, Untouched: 1}})
				return err
			},
			func() error { return s.Finish(t.Context(), run.ID, store.Done) },
			func() error {
				_, err := s.SetState(t.Context(), store.Change{Ref: ref, State: store.StateAccepted, Remark: &remark, Revision: 1})
				return err
			},
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			if get(); made != i+2 {
				t.Errorf("after change %d it was made %d times", i, made)
			}
		}
	})
}

func BenchmarkServedData(b *testing.B) {
	h := Handler(filled(b, teststore.Open(b), sample.Options{Documents: 60000, Faulty: 1}), Serving{Options: options()})
	for b.Loop() {
		r := httptest.NewRequest("GET", "/data", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
