package opinion

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// replay answers with texts in turn, the last one again and again, and counts the questions.
func replay(t *testing.T, texts ...string) (*httptest.Server, *atomic.Int32, *atomic.Value) {
	var n atomic.Int32
	var last atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		last.Store(r.URL.Path + "\n" + r.Header.Get("Authorization") + "\n" + string(body))
		i := min(int(n.Add(1))-1, len(texts)-1)
		switch texts[i] {
		case "500":
			w.WriteHeader(500)
		case "redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "slow":
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		case "broken":
			io.WriteString(w, `{"choices": [`)
		default:
			json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": message{"assistant", texts[i]}}}})
		}
	}))
	t.Cleanup(s.Close)
	return s, &n, &last
}

func client(t *testing.T, s *httptest.Server, opt Options) *Client {
	t.Helper()
	opt.Endpoint, opt.Model = s.URL+"/v1/", "m"
	c, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var question = Question{Before: "双方", Text: "签定", After: "协议。", Suggestion: "签订"}

func TestVerdicts(t *testing.T) {
	for answer, want := range map[string]Verdict{
		"错": Confirmed, "对": Rejected, "“错”。": Confirmed, "没有错": Unknown, "不对": Unknown, "对错难说": Unknown, "": Unknown, "I do not know": Unknown,
	} {
		s, _, _ := replay(t, answer)
		if got, err := client(t, s, Options{}).Ask(t.Context(), question); got != want || err != nil {
			t.Errorf("%q: %v, %v; want %v", answer, got, err, want)
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	s, _, last := replay(t, "错")
	if _, err := client(t, s, Options{Key: "secret"}).Ask(t.Context(), question); err != nil {
		t.Fatal(err)
	}
	got := last.Load().(string)
	for _, want := range []string{"/v1/chat/completions\n", "Bearer secret\n", "双方【签定】协议。", "签订", `"model":"m"`, `"temperature":0`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s was not sent: %s", want, got)
		}
	}
}

func TestAnswersAreRememberedAndBudgeted(t *testing.T) {
	s, n, _ := replay(t, "对")
	folder := t.TempDir()
	c := client(t, s, Options{Cache: folder, Budget: 1})
	for range 3 {
		if v, err := c.Ask(t.Context(), question); v != Rejected || err != nil {
			t.Fatalf("%v, %v", v, err)
		}
	}
	other := question
	other.Before = "各方"
	if _, err := c.Ask(t.Context(), other); !errors.Is(err, ErrStopped) {
		t.Errorf("beyond the budget: %v", err)
	}
	if v, err := client(t, s, Options{Cache: folder}).Ask(t.Context(), question); v != Rejected || err != nil {
		t.Errorf("another run: %v, %v", v, err)
	}
	if n.Load() != 1 {
		t.Errorf("%d questions sent, want 1", n.Load())
	}
}

func TestFailuresEndTheAsking(t *testing.T) {
	for _, kind := range []string{"500", "broken", "redirect", "slow"} {
		s, n, _ := replay(t, kind)
		c := client(t, s, Options{Timeout: 50 * time.Millisecond})
		for range mostFailures {
			if v, err := c.Ask(t.Context(), question); v != Unknown || err == nil || errors.Is(err, ErrStopped) {
				t.Errorf("%s: %v, %v", kind, v, err)
			}
		}
		if _, err := c.Ask(t.Context(), question); !errors.Is(err, ErrStopped) {
			t.Errorf("%s: %v after %d failures", kind, err, mostFailures)
		}
		if n.Load() != mostFailures {
			t.Errorf("%s: %d questions", kind, n.Load())
		}
	}
	// One answer in between, and it goes on.
	s, n, _ := replay(t, "500", "500", "错", "500", "500", "错")
	c := client(t, s, Options{})
	for range 6 {
		if _, err := c.Ask(t.Context(), question); errors.Is(err, ErrStopped) {
			t.Fatal("stopped too early")
		}
	}
	if n.Load() != 6 {
		t.Errorf("%d questions", n.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ask(ctx, question); err == nil {
		t.Error("asked though cancelled")
	}
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://host/v1": true, "http://localhost:8000/v1": true, "http://127.0.0.1/v1": true, "http://[::1]:1/": true,
		"http://host/v1": false, "ftp://host": false, "host/v1": false, "": false, "https://user:pw@host/v1": false, "http://10.0.0.1/v1": false,
	} {
		if _, err := New(Options{Endpoint: address, Model: "m"}); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := New(Options{Endpoint: "https://host/v1"}); err == nil {
		t.Error("no model, and no error")
	}
}
