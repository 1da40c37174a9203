package server_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"proofcheck/internal/testserver"
	"proofcheck/server"
	"proofcheck/store"
)

// serve starts a service as the program does, with a listener of its own, and returns its address and
// what stops it.
func serve(t testing.TB, change func(*server.Options, *server.Config)) (url string, stop func()) {
	t.Helper()
	s, _ := start(t, change)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	var once atomic.Bool
	stop = func() {
		if !once.CompareAndSwap(false, true) {
			return
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return "http://" + l.Addr().String(), stop
}

func withStore(dsn string) func(*server.Options, *server.Config) {
	return func(o *server.Options, _ *server.Config) {
		o.Open = func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, dsn) }
		o.Limits.Record = 5 * time.Second
	}
}

type recorded struct {
	ID, Verdict, Audit string
	Override           struct{ Allowed bool }
}

func audited(t testing.TB, url, query string) (r recorded) {
	t.Helper()
	got := send(t, "POST", url+"/v1/check"+query, "text/html", strings.NewReader(wrongPage))
	if err := json.Unmarshal(got.body, &r); err != nil || got.status != 200 {
		t.Fatalf("%d %v %s", got.status, err, got.body)
	}
	return r
}

type auditPage struct {
	Entries []struct {
		Seq                                            int64
		ID, Check, Kind, Token, User, Document, Reason string
		Verdict                                        string
		Fingerprints                                   []string
	}
	Next int64
}

func auditOf(t testing.TB, url, query string) (p auditPage) {
	t.Helper()
	got := send(t, "GET", url+"/v1/audit"+query, "", nil)
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 200 {
		t.Fatalf("%d %v %s", got.status, err, got.body)
	}
	return p
}

func TestEveryCheckIsRecorded(t *testing.T) {
	t.Parallel()
	url, stop := serve(t, withStore(filepath.Join(t.TempDir(), "audit.db")))
	first := audited(t, url, "?id=%3D1%2B1&user=%E5%BC%A0%E4%B8%89")
	second := audited(t, url, "?store=true")
	if first.Audit != "recorded" || second.Audit != "recorded" || !first.Override.Allowed {
		t.Errorf("got %+v, %+v", first, second)
	}
	override := func(id, body string) response {
		return send(t, "POST", url+"/v1/checks/"+id+"/override", "application/json", strings.NewReader(body))
	}
	if got := override(first.ID, `{"reason": " 领导\u0000审定 ", "user": "李四"}`); got.status != 200 {
		t.Errorf("override: %s", got.body)
	}
	for body, code := range map[string]string{`{"reason": "  "}`: "option-missing", `{"reason": "` + strings.Repeat("长", 1001) + `"}`: "option-long", `{"because": "x"}`: "bad-json"} {
		if got := override(first.ID, body); got.problem(t).Code != code {
			t.Errorf("%.30s: %s", body, got.body)
		}
	}
	if got := override("nothing", `{"reason": "x"}`); got.problem(t).Code != "check-unknown" || got.status != 404 {
		t.Errorf("override of nothing: %s", got.body)
	}
	all := auditOf(t, url, "")
	if len(all.Entries) != 3 || all.Entries[0].ID != first.ID || all.Entries[0].User != "张三" || len(all.Entries[0].Fingerprints) != 3 || all.Entries[0].Verdict != "block" {
		t.Fatalf("got %+v", all)
	}
	if o := all.Entries[2]; o.Kind != "override" || o.Check != first.ID || o.Reason != "领导审定" || o.User != "李四" {
		t.Errorf("got %+v", o)
	}
	// Pages.
	var ids []string
	for next := int64(0); ; {
		p := auditOf(t, url, "?limit=1&after="+strconv.FormatInt(next, 10))
		if len(p.Entries) == 0 {
			break
		}
		ids, next = append(ids, p.Entries[0].ID), p.Next
	}
	if len(ids) != 3 || ids[0] != first.ID || ids[1] != second.ID {
		t.Errorf("pages %q", ids)
	}
	got := send(t, "GET", url+"/v1/audit?format=csv", "", nil)
	rows, err := csv.NewReader(strings.NewReader(string(got.body))).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][9] != "'=1+1" {
		t.Errorf("CSV: %v\n%s", err, got.body)
	}
	for query, code := range map[string]string{"?after=x": "option-wrong", "?limit=5000": "option-wrong", "?format=xml": "option-wrong"} {
		if got := send(t, "GET", url+"/v1/audit"+query, "", nil); got.problem(t).Code != code {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	// A draft is kept only where that was asked for.
	for id, want := range map[string]string{first.ID: "", second.ID: wrongPage} {
		var one struct{ Content string }
		if got := send(t, "GET", url+"/v1/checks/"+id, "", nil); json.Unmarshal(got.body, &one) != nil || one.Content != want {
			t.Errorf("%s: %s", id, got.body)
		}
	}
	stop()
}

// What has been checked long ago can be overridden after a restart.
func TestOverridesSurviveARestart(t *testing.T) {
	t.Parallel()
	dsn := filepath.Join(t.TempDir(), "audit.db")
	url, stop := serve(t, withStore(dsn))
	r := audited(t, url, "")
	stop()
	url, _ = serve(t, withStore(dsn))
	if got := send(t, "POST", url+"/v1/checks/"+r.ID+"/override", "application/json", strings.NewReader(`{"reason": "急件"}`)); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// eventually waits until what is asked holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 30 s: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func ready(t testing.TB, url string) (status string, audit string) {
	t.Helper()
	var r struct {
		Status string
		Parts  map[string]string
	}
	got := send(t, "GET", url+"/readyz", "", nil)
	if err := json.Unmarshal(got.body, &r); err != nil || got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return r.Status, r.Parts["audit"]
}

// While the database is gone, drafts are checked, answers and /readyz say that the audit waits, and
// nothing is missing when it is back.
func TestChecksGoOnWhileTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	db, dsn := testserver.OwnPostgres(t)
	url, _ := serve(t, withStore(dsn))
	want := []string{audited(t, url, "").ID}
	db.Stop()
	for range 3 {
		r := audited(t, url, "")
		if r.Audit != "pending" || r.Verdict != "block" {
			t.Errorf("got %+v", r)
		}
		want = append(want, r.ID)
	}
	if status, audit := ready(t, url); status != "degraded" || !strings.Contains(audit, "3 wait") {
		t.Errorf("ready: %s, %s", status, audit)
	}
	if got := send(t, "GET", url+"/v1/audit", "", nil); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("the audit: %d %s", got.status, got.body)
	}
	db.Start(t)
	eventually(t, "the audit is written", func() bool { status, _ := ready(t, url); return status == "ok" })
	var ids []string
	for _, e := range auditOf(t, url, "").Entries {
		ids = append(ids, e.ID)
	}
	if strings.Join(ids, " ") != strings.Join(want, " ") {
		t.Errorf("recorded %q, want %q", ids, want)
	}
}

// A file that is taken away is not written to in the dark.
func TestAStoreThatWasDeletedIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dsn := filepath.Join(dir, "audit.db")
	url, _ := serve(t, withStore(dsn))
	audited(t, url, "")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(dsn + suffix)
	}
	r := audited(t, url, "")
	if r.Audit != "recorded" {
		t.Errorf("got %+v", r)
	}
	s, err := store.OpenExisting(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if list, err := s.AuditOf(t.Context(), r.ID); err != nil || len(list) != 1 {
		t.Errorf("in the new file: %v, %v", list, err)
	}
}

// A small file system fills up: drafts are checked, the loss is told, and what waits is written when
// there is room again.
func TestChecksGoOnWhileTheDiskIsFull(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 1<<20)
	url, _ := serve(t, withStore(filepath.Join(dir, "audit.db")))
	if r := audited(t, url, ""); r.Audit != "recorded" {
		t.Fatalf("got %+v", r)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	var r recorded
	for range 200 { // the log has some room of its own
		if r = audited(t, url, "?store=true"); r.Audit != "recorded" {
			break
		}
	}
	if r.Audit != "pending" || r.Verdict != "block" {
		t.Errorf("got %+v", r)
	}
	if status, audit := ready(t, url); status != "degraded" || !strings.Contains(audit, "does not take entries") {
		t.Errorf("ready: %s, %s", status, audit)
	}
	if got := send(t, "GET", url+"/metrics", "", nil); !strings.Contains(string(got.body), `proofcheck_audit_entries_total{result="pending"}`) {
		t.Errorf("metrics do not tell it")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the audit is written", func() bool { status, _ := ready(t, url); return status == "ok" })
	if got := send(t, "GET", url+"/v1/checks/"+r.ID, "", nil); got.status != 200 {
		t.Errorf("what waited: %s", got.body)
	}
}

// smallDisk mounts a file system of a size; the test is skipped where that is not allowed.
func smallDisk(t testing.TB, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := mount(dir, size); err != nil {
		if os.Getenv("PROOFCHECK_CI") != "" && !errors.Is(err, fs.ErrPermission) {
			t.Fatal(err)
		}
		t.Skip("no small file system: ", err)
	}
	t.Cleanup(func() { unmount(dir) })
	return dir
}

// A store that is gone for long fills the memory that is set aside, and no more.
func TestWhatDoesNotFitIntoMemoryIsCounted(t *testing.T) {
	t.Parallel()
	var gone atomic.Bool
	gone.Store(true)
	dsn := filepath.Join(t.TempDir(), "audit.db")
	url, _ := serve(t, func(o *server.Options, _ *server.Config) {
		o.Open = func(ctx context.Context) (*store.Store, error) {
			if gone.Load() {
				return nil, syscall.ECONNREFUSED
			}
			return store.Open(ctx, dsn)
		}
		o.Limits.Pending = 3
	})
	var last recorded
	for range 5 {
		last = audited(t, url, "")
	}
	if last.Audit != "lost" || last.Verdict != "block" {
		t.Errorf("got %+v", last)
	}
	if _, audit := ready(t, url); !strings.Contains(audit, "3 wait, 2 are lost") {
		t.Errorf("ready: %s", audit)
	}
	if got := send(t, "POST", url+"/v1/checks/"+last.ID+"/override", "application/json", strings.NewReader(`{"reason": "x"}`)); got.status != 503 {
		t.Errorf("an override that cannot be recorded: %d %s", got.status, got.body)
	}
	if got := send(t, "GET", url+"/metrics", "", nil); !strings.Contains(string(got.body), "proofcheck_audit_lost_total 3") {
		t.Errorf("metrics do not tell it")
	}
	gone.Store(false)
	eventually(t, "what waited is written", func() bool { _, audit := ready(t, url); return !strings.Contains(audit, "wait") })
	if _, audit := ready(t, url); audit != "3 entries were lost since the start" {
		t.Errorf("ready: %s", audit)
	}
}
