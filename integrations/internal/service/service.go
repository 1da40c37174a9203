// Package service builds proofcheck and runs its HTTP service for the tests of the integrations.
package service

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// patience is how long the service may take to start or to end.
const patience = time.Minute

// Service is a running `proofcheck serve`. Its methods may be called by many goroutines.
type Service struct {
	Addr string // host:port
	log  string // file

	mu  sync.Mutex
	cmd *exec.Cmd // nil when it is stopped
}

// Build builds the program into a folder and returns its path.
func Build(dir string) (string, error) {
	_, here, _, _ := runtime.Caller(0)
	program := filepath.Join(dir, "proofcheck")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", program, "./cmd/proofcheck")
	cmd.Dir = filepath.Join(filepath.Dir(here), "..", "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("service: go build: %w\n%s", err, out)
	}
	return program, nil
}

// FreeAddr returns an address of this machine that nothing listens at.
func FreeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// New returns a service that is not started. It will listen at addr.
func New(addr, dir string) *Service {
	return &Service{Addr: addr, log: filepath.Join(dir, "serve.log")}
}

// Start starts it with the program and arguments that follow "serve --addr ADDR", in the folder of
// its log, and waits until it is ready. A service that runs is left alone.
func (s *Service) Start(program string, args ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		return nil
	}
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, append([]string{"serve", "--addr", s.Addr}, args...)...)
	cmd.Dir = filepath.Dir(s.log)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get("http://" + s.Addr + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
	}
	said, _ := os.ReadFile(s.log)
	return fmt.Errorf("service: it is not ready:\n%s", said)
}

// Stop ends it, unless it is stopped.
func (s *Service) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return nil
	}
	cmd := s.cmd
	s.cmd = nil
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return cmd.Process.Kill()
	}
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	return cmd.Wait()
}
