// Package testserver starts real database servers for tests, each in a folder of its own and on a
// free port of the loopback interface. A test that needs one is skipped where it is not installed,
// but fails when PROOFCHECK_CI is 1. Servers are shared by the tests of a package, which get
// databases of their own; [Main] stops them.
package testserver

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Server is a running server.
type Server struct {
	kind *kind
	dir  string
	port int
	run  *exec.Cmd
	done chan struct{} // closed when run has ended
}

// kind is what servers differ in.
type kind struct {
	name    string
	program string   // that must be there
	folders []string // where it may be besides PATH
	account string   // whom it runs as when the tests run as root
	prepare func(s *Server, bin string) [][]string
	command func(s *Server, bin string) []string
	ping    func(ctx context.Context, s *Server) error
}

var (
	mu      sync.Mutex
	running []*Server
	next    int // number of databases made
)

// Main runs the tests of a package and stops the servers they started. It is called by TestMain.
func Main(m *testing.M) {
	code := m.Run()
	mu.Lock()
	defer mu.Unlock()
	for _, s := range running {
		s.stop()
		os.RemoveAll(s.dir)
	}
	os.Exit(code)
}

// shared returns the server of a kind that all tests of the package share.
func shared(t testing.TB, k *kind) *Server {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	for _, s := range running {
		if s.kind == k && s.run != nil {
			return s
		}
	}
	s := start(t, k)
	running = append(running, s)
	return s
}

// own starts a server for one test alone, which may stop and start it.
func own(t testing.TB, k *kind) *Server {
	t.Helper()
	s := start(t, k)
	t.Cleanup(func() {
		s.stop()
		os.RemoveAll(s.dir)
	})
	return s
}

// find returns the folder of the programs of a kind.
func (k *kind) find(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath(k.program); err == nil {
		return filepath.Dir(path)
	}
	for _, pattern := range k.folders {
		found, _ := filepath.Glob(filepath.Join(pattern, k.program))
		if len(found) > 0 {
			return filepath.Dir(slices.Max(found))
		}
	}
	if os.Getenv("PROOFCHECK_CI") == "1" {
		t.Fatalf("no %s here; .ci/run installs it", k.name)
	}
	t.Skipf("no %s here", k.name)
	return ""
}

func start(t testing.TB, k *kind) *Server {
	t.Helper()
	bin := k.find(t)
	dir, err := os.MkdirTemp("", "proofcheck-"+k.program+"-")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{kind: k, dir: dir, port: freePort(t)}
	if uid, gid, ok := k.owner(); ok {
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range k.prepare(s, bin) {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, s.environment()
		k.become(cmd)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	s.Start(t)
	return s
}

// environment keeps temporary files in the server's own folder: two servers in one disturb each other.
func (s *Server) environment() []string { return append(os.Environ(), "TMPDIR="+s.dir) }

// owner returns the account that the server runs as, when the tests run as root.
func (k *kind) owner() (uid, gid int, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup(k.account)
	if err != nil {
		return 0, 0, false
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, true
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Start starts the server, after Stop on the same port and with the same data, and waits until it
// answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	args := s.kind.command(s, s.kind.find(t))
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.run = exec.Command(args[0], args[1:]...)
	s.run.Dir, s.run.Env, s.run.Stdout, s.run.Stderr = s.dir, s.environment(), log, log
	s.kind.become(s.run)
	if err := launch(s.run); err != nil {
		t.Fatal(err)
	}
	s.done = make(chan struct{})
	go func(run *exec.Cmd, done chan struct{}) {
		run.Wait()
		close(done)
	}(s.run, s.done)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = s.kind.ping(ctx, s); err == nil {
			return
		}
		select {
		case <-s.done:
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("%s ended at once:\n%s", s.kind.name, text)
		case <-ctx.Done():
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("%s does not answer: %v\n%s", s.kind.name, err, text)
		case <-tick.C:
		}
	}
}

// Stop ends the server at once, as when its machine loses power.
func (s *Server) Stop() { s.stop() }

func (s *Server) stop() {
	if s.run == nil {
		return
	}
	s.run.Process.Signal(stopSignal)
	select {
	case <-s.done:
	case <-time.After(20 * time.Second):
		s.run.Process.Kill()
		<-s.done
	}
	s.run = nil
}

// database returns a name that no other test of the package has.
func database() string {
	mu.Lock()
	defer mu.Unlock()
	next++
	return fmt.Sprintf("test%d", next)
}

// Stopped reports whether the server has been stopped and not been started again.
func (s *Server) Stopped() bool { return s.run == nil }
