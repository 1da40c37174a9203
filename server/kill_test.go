package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"proofcheck/internal/testserver"
	"proofcheck/server"
	"proofcheck/store"
)

// victimStore names the store of a service that this binary is started as, to be killed.
const victimStore = "PROOFCHECK_VICTIM_STORE"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(victimStore); dsn != "" {
		victim(dsn)
		return
	}
	testserver.Main(m)
}

func victim(dsn string) {
	s, err := server.New(context.Background(), server.Options{
		Load: func(context.Context) (*server.Config, error) { return baseConfig(), nil },
		Open: func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, dsn) },
	})
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	panic(s.Serve(context.Background(), l))
}

// After kill -9 in the middle of the work, the store is sound, no entry is half written, and whatever
// an answer has called recorded is there.
func TestKilledInTheMiddleNothingIsHalfWritten(t *testing.T) {
	t.Parallel()
	dsn := filepath.Join(t.TempDir(), "audit.db")
	for range 3 {
		answered := killed(t, dsn)
		s, err := store.OpenExisting(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
		rows := map[string]bool{}
		for e, err := range s.Audits(t.Context(), 0, 1_000_000) {
			if err != nil {
				t.Fatal(err)
			}
			if n := len(e.Fingerprints); n != e.Errors+e.Warnings+e.Infos || n != 3 || len(e.Hash) != 64 {
				t.Errorf("half an entry: %+v", e)
			}
			rows[e.Name] = true
		}
		for _, id := range answered {
			if !rows[id] {
				t.Errorf("%s was called recorded and is not there", id)
			}
		}
		if len(answered) == 0 {
			t.Error("nothing was answered before the end")
		}
		s.Close()
	}
}

// killed starts a service, lets several clients send drafts, kills it, and returns the checks whose
// answers said that they are recorded.
func killed(t *testing.T, dsn string) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimStore+"="+dsn)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var answered []string
	var clients sync.WaitGroup
	enough := make(chan struct{}, 1000)
	for range 4 {
		clients.Go(func() {
			for {
				r, err := http.Post("http://"+strings.TrimSpace(addr)+"/v1/check", "text/html", strings.NewReader(wrongPage))
				if err != nil {
					return
				}
				var got recorded
				err = json.NewDecoder(r.Body).Decode(&got)
				r.Body.Close()
				if err != nil {
					return
				}
				if got.Audit == "recorded" {
					mu.Lock()
					answered = append(answered, got.ID)
					mu.Unlock()
					select {
					case enough <- struct{}{}:
					default:
					}
				}
			}
		})
	}
	for range 20 {
		select {
		case <-enough:
		case <-time.After(30 * time.Second):
			t.Error("the service does not answer")
			cmd.Process.Kill()
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	clients.Wait()
	return answered
}
