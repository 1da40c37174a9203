package queue

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/batch"
	"proofcheck/internal/testserver"
	"proofcheck/store"
)

// webArchive writes a web archive of so many pages that share a menu for each forty, and a footer.
func webArchive(t *testing.T, pages int) string {
	t.Helper()
	var out bytes.Buffer
	for n := range pages {
		body := fmt.Sprintf("<title>第%d页</title><p>栏目%d在此登陆系统。</p><p>第%d页正文。</p>", n, n/40, n)
		if n%10 == 3 {
			body += fmt.Sprintf("<p>第%d页按步就班。</p>", n)
		}
		body += strings.Repeat("<p>一段没有问题的正文。</p>", 20) + "<footer>请登陆系统。</footer>"
		http := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		fmt.Fprintf(&out, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d.html\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", n, len(http), http)
	}
	name := filepath.Join(t.TempDir(), "a.warc")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A worker is killed in the middle of a web archive; another one comes later and does the rest.
func TestAWebArchiveOutlivesItsWorker(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills processes")
	}
	const pages = 2000
	name := webArchive(t, pages)
	sources := func() []*batch.Source {
		src, err := batch.Open(t.Context(), name, batch.SourceOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return []*batch.Source{src}
	}
	alone, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	whole, err := (&batch.Scan{Store: alone, Examiner: examiner(), Sources: sources(), Jobs: 1}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	address, dsn := serve(t), testserver.Postgres(t)
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	q := connect(t, Options{URL: address})
	out, err := (&batch.Scan{Store: s, Examiner: examiner(), Sources: sources()}).Submit(t.Context(), q.Send)
	if err != nil {
		t.Fatal(err)
	}
	victim := start(t, "worker", address, dsn, "1")
	t.Cleanup(func() { victim.Process.Kill(); victim.Wait() })
	await(t, "the first parcel", func() bool {
		_, done, err := s.Parcels(t.Context(), out.Run.ID)
		return err == nil && done > 0
	})
	victim.Process.Kill()
	victim.Wait()
	all, done, err := s.Parcels(t.Context(), out.Run.ID)
	if err != nil || done >= all {
		t.Fatalf("%d of %d parcels were done when the worker was killed, %v", done, all, err)
	}
	heir := start(t, "worker", address, dsn, "1")
	t.Cleanup(func() { heir.Process.Kill(); heir.Wait() })
	await(t, "the end", func() bool {
		run, err := s.Run(t.Context(), out.Run.ID)
		return err == nil && run.State == store.Done
	})
	if got, want := held(t, s), held(t, alone); got != want {
		t.Errorf("%d bytes of results differ from %d", len(got), len(want))
	}
	if run, err := s.Run(t.Context(), out.Run.ID); err != nil || run.Counts != whole.Run.Counts {
		t.Errorf("counted %+v, want %+v; %v", run.Counts, whole.Run.Counts, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d of %d parcels were done when the worker was killed", done, all)
}
