package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

// Processes that are killed are this test program with a part to play.
const (
	partVariable  = "PROOFCHECK_QUEUE_PART" // server, submit, worker
	argsVariable  = "PROOFCHECK_QUEUE_ARGS" // separated by spaces
	countVariable = "PROOFCHECK_CRASH_ARTICLES"
)

func TestMain(m *testing.M) {
	part := os.Getenv(partVariable)
	if part == "" {
		testserver.Main(m)
	}
	if err := play(part, strings.Fields(os.Getenv(argsVariable))); err != nil {
		fmt.Fprintln(os.Stderr, part, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// play is the main function of a process that may be killed.
func play(part string, args []string) error {
	ctx := context.Background()
	if part == "server" {
		s, err := Serve(ServerOptions{Name: args[0], Listen: args[1], Folder: args[2], Cluster: args[3], Routes: args[4]})
		if err != nil {
			return err
		}
		fmt.Println(s.URL())
		select {}
	}
	replicas, _ := strconv.Atoi(args[2])
	q, err := Connect(ctx, Options{URL: args[0], Replicas: replicas, Patience: time.Minute})
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, args[1])
	if err != nil {
		return err
	}
	scan := &batch.Scan{Store: s, Examiner: examiner()}
	if part == "submit" {
		n, _ := strconv.Atoi(os.Getenv(countVariable))
		scan.Sources = []*batch.Source{made(n)}
		_, err := scan.Submit(ctx, q.Send)
		return err
	}
	w, err := batch.NewWorker(ctx, scan)
	if err != nil {
		return err
	}
	work := Work{Worker: w, Jobs: 2}
	if len(args) > 3 { // a name: it asks the network, politely
		work.Prober = links.NewProber(links.ProbeOptions{PerHost: politePerHost, Rate: -1, Backoff: time.Millisecond, UserAgent: args[3]})
	}
	return q.Do(ctx, work)
}

// made is a source of n made articles.
func made(n int) *batch.Source {
	return &batch.Source{Name: "made", Records: func(_ context.Context, cursor string) iter.Seq2[*batch.Record, error] {
		return func(yield func(*batch.Record, error) bool) {
			from, _ := strconv.Atoi(cursor)
			for i := from; i < n; i++ {
				a := articles.Make(i)
				if !yield(&batch.Record{Key: a.Name, Format: formats.ByName(a.Name), Content: []byte(a.Text), Cursor: strconv.Itoa(i + 1)}, nil) {
					return
				}
			}
		}
	}}
}

func examiner() *batch.Examiner {
	c, err := checker.New(checker.Options{Only: []string{"typo/word"}, Date: 20240101})
	if err != nil {
		panic(err)
	}
	return &batch.Examiner{Checker: c, Lang: "en", Ruleset: store.Ruleset{Tool: "test", Rules: "1", Lexicons: []string{lexicon.Builtin().Hash()}}}
}

// held writes what a store holds, in an order of its own.
func held(t *testing.T, s *store.Store) string {
	t.Helper()
	var out []string
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %x %d %q", d.Key, d.Hash, d.Characters, d.Error))
	}
	for r, err := range s.Findings(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		f := r.Finding
		out = append(out, fmt.Sprintf("%s %s %s %s %d:%d %v %v", r.Document.Key, f.Fingerprint, f.Rule, f.Text, f.Line, f.Column, f.State, f.Present))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// start starts a process with a part to play.
func start(t *testing.T, part string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partVariable+"="+part, argsVariable+"="+strings.Join(args, " "))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// freeAddresses returns addresses that nobody listens at.
func freeAddresses(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		out = append(out, l.Addr().String())
	}
	return out
}

// More of it: PROOFCHECK_CRASH_ARTICLES=50000 PROOFCHECK_CRASH_KILLS=20 go test -run Killed -timeout 1h ./batch/queue.
func TestKilledWorkersAndServersChangeNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	n, kills := testserver.Number(t, countVariable, 1200), testserver.Number(t, "PROOFCHECK_CRASH_KILLS", 6)
	t.Setenv(countVariable, strconv.Itoa(n))
	dsn := testserver.Postgres(t)

	// What an undisturbed run gives.
	alone, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if _, err := (&batch.Scan{Store: alone, Examiner: examiner(), Sources: []*batch.Source{made(n)}}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}

	const servers, workers = 3, 3
	clients, routes := freeAddresses(t, servers), freeAddresses(t, servers)
	var urls, others []string
	for i := range servers {
		urls, others = append(urls, "nats://"+clients[i]), append(others, "nats://"+routes[i])
	}
	folders := t.TempDir()
	run := func(i int) *exec.Cmd {
		name := "n" + strconv.Itoa(i)
		return start(t, "server", name, clients[i], filepath.Join(folders, name), routes[i], strings.Join(others, ","))
	}
	var processes [servers]*exec.Cmd
	for i := range servers {
		processes[i] = run(i)
	}
	t.Cleanup(func() {
		for _, p := range processes {
			p.Process.Kill()
			p.Wait()
		}
	})
	args := []string{strings.Join(urls, ","), dsn, "3"}
	var fleet [workers]*exec.Cmd
	submit := start(t, "submit", args...)
	submitted := make(chan error, 1)
	go func() { submitted <- submit.Wait() }()
	for i := range workers {
		fleet[i] = start(t, "worker", args...)
	}
	t.Cleanup(func() {
		for _, p := range fleet {
			p.Process.Kill()
			p.Wait()
		}
	})
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	done := func() bool {
		for r, err := range s.Runs(t.Context()) {
			return err == nil && r.State == store.Done
		}
		return false
	}
	killed, deadline := 0, time.Now().Add(10*time.Minute)
	if end, ok := t.Deadline(); ok {
		deadline = end.Add(-time.Minute)
	}
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("the run does not come to its end")
		}
		time.Sleep(time.Duration(100+rand.IntN(500)) * time.Millisecond)
		if killed >= kills {
			continue
		}
		if killed++; killed == kills/2 {
			victim := rand.IntN(servers)
			processes[victim].Process.Kill()
			processes[victim].Wait()
			processes[victim] = run(victim)
		}
		victim := rand.IntN(workers)
		fleet[victim].Process.Kill()
		fleet[victim].Wait()
		fleet[victim] = start(t, "worker", args...)
	}
	if err := <-submitted; err != nil {
		t.Error("submit:", err)
	}
	if got, want := held(t, s), held(t, alone); got != want {
		t.Errorf("%d bytes of results differ from %d", len(got), len(want))
	}
	for r, err := range s.Runs(t.Context()) {
		if err != nil || r.Documents != int64(n) || r.Checked != int64(n) {
			t.Errorf("counted %+v, want %d; %v", r.Counts, n, err)
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d workers and 1 server of %d killed, %d articles", killed, servers, n)
}

// handedOver hands sources over, and returns the queue, the store, a worker for them and the run.
func handedOver(t *testing.T, limit int64, sources ...*batch.Source) (*Queue, *store.Store, *batch.Worker, int64) {
	t.Helper()
	q := connect(t, Options{URL: serve(t)})
	s := teststore.Open(t)
	scan := &batch.Scan{Store: s, Examiner: examiner(), Sources: sources, Limit: limit}
	out, err := scan.Submit(t.Context(), q.Send)
	if err != nil {
		t.Fatal(err)
	}
	w, err := batch.NewWorker(t.Context(), scan)
	if err != nil {
		t.Fatal(err)
	}
	return q, s, w, out.Run.ID
}

func TestARecordThatNoWorkerSurvivesIsLaidAside(t *testing.T) {
	t.Parallel()
	q, s, w, id := handedOver(t, 0, made(4))
	r := &worker{Queue: q, Work: Work{Worker: w, Tries: 1}}
	var dead []string
	r.Dead = func(_ int64, key, reason string) { dead = append(dead, key+": "+reason) }
	if err := r.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A worker that takes parcels and dies looks so to the servers.
	die := func(parcels int) {
		t.Helper()
		var taken []jetstream.Msg
		for range parcels {
			m, err := r.consumer.Next()
			if err != nil {
				t.Fatal(err)
			}
			taken = append(taken, m)
		}
		for _, m := range taken {
			m.Nak()
		}
	}
	die(1) // now the parcel is taken apart
	if more, err := r.next(t.Context()); err != nil || !more {
		t.Fatal(more, err)
	}
	die(4) // now each of its records is given up
	for range 4 {
		if more, err := r.next(t.Context()); err != nil || !more {
			t.Fatal(more, err)
		}
	}
	if len(dead) != 4 || !strings.HasSuffix(dead[0], ": 1 workers broke off at it") {
		t.Errorf("laid aside: %q", dead)
	}
	letters, err := q.Letters(t.Context(), 10)
	if err != nil || len(letters) != 4 || len(letters[0].Keys) != 1 || letters[0].Run != id {
		t.Errorf("dead letters: %+v, %v", letters, err)
	}
	run, err := s.Run(t.Context(), id)
	if err != nil || run.State != store.Done || run.Failed != 4 {
		t.Errorf("the run is %+v, %v; want it done, with 4 failures", run, err)
	}
}

func TestAWorkerThatIsStoppedFinishesWhatItHas(t *testing.T) {
	t.Parallel()
	q, s, w, id := handedOver(t, 0, made(30))
	ctx, stop := context.WithCancel(t.Context())
	r := &worker{Queue: q, Work: Work{Worker: w, Tries: 1}}
	if err := r.begin(ctx); err != nil {
		t.Fatal(err)
	}
	m, err := r.consumer.Next()
	if err != nil {
		t.Fatal(err)
	}
	stop() // between taking a parcel and doing it
	if err := r.handle(ctx, m); err != nil {
		t.Fatal(err)
	}
	if all, done, err := s.Parcels(t.Context(), id); err != nil || done == 0 || all < done {
		t.Errorf("%d of %d parcels are done, %v; the one that was taken should be", done, all, err)
	}
}

func FuzzParcel(f *testing.F) {
	q := &Queue{}
	var err error
	if q.packer, q.opener, err = coders(); err != nil {
		f.Fatal(err)
	}
	text, err := parcel("p", "<p>正文").MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(q.packer.EncodeAll(text, nil))
	f.Add([]byte("{}"))
	f.Add(bytes.Repeat([]byte{0}, 100))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := q.open(context.Background(), nil, body)
		var broken *brokenError
		if err != nil && !errors.As(err, &broken) || err == nil && p == nil {
			t.Errorf("%v, %v", p, err)
		}
	})
}
