package queue

import (
	"context"
	"errors"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"proofcheck/batch"
	"proofcheck/formats"
	"proofcheck/internal/teststore"
	"proofcheck/store"
)

// serve starts a server and returns where it is.
func serve(t *testing.T) string {
	t.Helper()
	s, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s.URL()
}

// connect opens a queue.
func connect(t *testing.T, opt Options) *Queue {
	t.Helper()
	q, err := Connect(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return q
}

var rules = store.Ruleset{Tool: "1.0", Rules: "abc", Lexicons: []string{"one", "two"}}

func parcel(id string, content string) *batch.Parcel {
	return &batch.Parcel{ID: id, Run: 7, Ruleset: rules, Source: "folder", Records: []*batch.Record{
		{Key: id + ".html", Title: "标题", Variant: "0,2", Format: formats.HTML, Content: []byte(content), Err: nil},
		{Key: id + ".md", Format: formats.Markdown, Err: errors.New("it cannot be read")},
	}}
}

// next takes one parcel from the queue.
func next(t *testing.T, q *Queue) *batch.Parcel {
	t.Helper()
	stream, err := q.js.Stream(t.Context(), q.work())
	if err != nil {
		t.Fatal(err)
	}
	m, err := stream.GetLastMsgForSubject(t.Context(), q.opt.Name+".work")
	if err != nil {
		t.Fatal(err)
	}
	if err := fits(m.Header, rules, ""); err != nil {
		t.Error(err)
	}
	p, err := q.open(t.Context(), m.Header, m.Data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParcelsComeOutAsTheyWentIn(t *testing.T) {
	t.Parallel()
	q := connect(t, Options{URL: serve(t)})
	random := make([]byte, 3<<20) // too large for a message, and nothing makes it shorter
	state := uint32(1)
	for i := range random {
		state = state*1664525 + 1013904223
		random[i] = byte(state >> 24)
	}
	for _, content := range []string{"<p>正文", "", string(random)} {
		in := parcel("p"+strconv.Itoa(len(content)), content)
		if err := q.Send(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		out := next(t, q)
		if out.ID != in.ID || out.Run != in.Run || out.Source != in.Source || len(out.Records) != 2 {
			t.Errorf("sent %+v, got %+v", in, out)
			continue
		}
		a, b := out.Records[0], out.Records[1]
		if a.Title != "标题" || a.Variant != "0,2" || a.Format != formats.HTML || string(a.Content) != content || b.Format != formats.Markdown || b.Err == nil || b.Err.Error() != "it cannot be read" {
			t.Errorf("records of %d bytes came out as %+v and %+v", len(content), a, b)
		}
	}
}

func TestAParcelSentTwiceIsKeptOnce(t *testing.T) {
	t.Parallel()
	q := connect(t, Options{URL: serve(t)})
	for range 3 {
		if err := q.Send(t.Context(), parcel("same", "<p>正文")); err != nil {
			t.Fatal(err)
		}
	}
	waiting, worked, err := q.Waiting(t.Context())
	if err != nil || waiting != 1 || worked != 0 {
		t.Errorf("%d wait, %d are worked at, %v; want 1, 0", waiting, worked, err)
	}
}

func TestAWorkerWithOtherRulesIsRefused(t *testing.T) {
	t.Parallel()
	header := nats.Header{headerRun: {"7"}, headerTool: {rules.Tool}, headerRules: {rules.Rules}, headerLexicon: rules.Lexicons, headerLang: {"zh"}}
	for _, c := range []struct {
		have store.Ruleset
		lang string
		want string
	}{
		{rules, "zh", ""},
		{store.Ruleset{Tool: "1.0", Rules: "abd", Lexicons: []string{"one", "two"}}, "en",
			`run 7 was handed over with messages in the language "zh", not "en"; give every worker the same program, options and lexicons`},
		{store.Ruleset{Tool: "1.1", Rules: "abc", Lexicons: []string{"one", "two"}}, "zh",
			"run 7 was handed over with version 1.0, not 1.1; give every worker the same program, options and lexicons"},
		{store.Ruleset{Tool: "1.0", Rules: "abd", Lexicons: []string{"one"}}, "zh",
			"run 7 was handed over with other rules or options and other lexicons; give every worker the same program, options and lexicons"},
	} {
		err := fits(header, c.have, c.lang)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.have, got, c.want)
		}
	}
}

// Two stores both have a run 1 of the same source: nothing of one is taken for the other's.
func TestStoresDoNotTakeEachOthersRuns(t *testing.T) {
	t.Parallel()
	q, s, w, id := handedOver(t, 0, made(5))
	other := teststore.Open(t)
	scan := &batch.Scan{Store: other, Examiner: examiner(), Sources: []*batch.Source{made(5)}}
	if _, err := scan.Submit(t.Context(), q.Send); err != nil {
		t.Fatal(err)
	}
	if waiting, _, err := q.Waiting(t.Context()); err != nil || waiting != 2 {
		t.Errorf("%d parcels wait, %v; want one of each store", waiting, err)
	}
	var skew *SkewError
	if err := q.Do(t.Context(), Work{Worker: w, Drain: true}); !errors.As(err, &skew) || !skew.Store || skew.Run != id {
		t.Errorf("a worker of the first store: %v", err)
	}
	for run, err := range s.Runs(t.Context()) {
		if err != nil || run.Checked != 0 && run.State != store.Done || run.Documents != 5 {
			t.Errorf("the run is %+v, %v", run, err)
		}
	}
}

func TestAFullQueueMakesTheSenderWait(t *testing.T) {
	t.Parallel()
	waited := make(chan error, 100)
	q := connect(t, Options{URL: serve(t), MaxBytes: 64 << 10, Waiting: func(err error, _ time.Duration) {
		select {
		case waited <- err:
		default:
		}
	}})
	noise := make([]byte, 40<<10)
	for i := range noise {
		noise[i] = byte(i*i>>3 ^ i*7)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := make(chan int, 1)
	go func() {
		n := 0
		for ; ctx.Err() == nil && n < 1000; n++ {
			if q.Send(ctx, parcel("n"+strconv.Itoa(n), string(noise)+strconv.Itoa(n*n*n))) != nil {
				break
			}
		}
		sent <- n
	}()
	select {
	case err := <-waited:
		t.Log(err)
	case n := <-sent:
		t.Errorf("%d parcels found room in 64 KiB", n)
	}
	cancel()
}

func TestWhatIsNoQueueIsRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, c := range []struct {
		name string
		opt  Options
	}{
		{"nobody there", Options{URL: "nats://127.0.0.1:1", Patience: time.Millisecond}},
		{"a bad name", Options{URL: "nats://127.0.0.1:1", Name: "a b"}},
		{"no address", Options{URL: "nats://[::", Patience: time.Millisecond}},
	} {
		if q, err := Connect(t.Context(), c.opt); err == nil {
			q.Close()
			t.Errorf("%s: no error", c.name)
		}
	}
	for _, o := range []ServerOptions{
		{Listen: "0.0.0.0:0"},
		{Listen: "nowhere"},
		{Listen: "127.0.0.1:http"},
		{Listen: "127.0.0.1:0", Cluster: "0.0.0.0:0"},
		{Listen: "127.0.0.1:0", Cluster: "127.0.0.1:0", Routes: "elsewhere"},
	} {
		o.Folder = t.TempDir()
		if s, err := Serve(o); err == nil {
			s.Close()
			t.Errorf("%+v is served", o)
		}
	}
}
