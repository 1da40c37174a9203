//go:build unix

package wordpress

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

func (s *site) build() error {
	cmd := exec.Command("go", "build", "-o", s.program, "./cmd/proofcheck")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v\n%s", err, out)
	}
	return nil
}

// startServer starts the proofcheck server, unless it runs.
func (s *site) startServer() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return nil
	}
	cmd, err := s.spawn(nil, s.program, "serve", "--addr", s.hook)
	if err != nil {
		return err
	}
	s.server = cmd
	return s.ready(s.program, func() bool {
		resp, err := http.Get("http://" + s.hook + "/readyz")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil && resp.StatusCode == http.StatusOK
	})
}

// stopServer ends the proofcheck server.
func (s *site) stopServer(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return
	}
	if err := s.server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.server.Wait()
	s.server = nil
}

// settle makes the settings those that most tests want, and the server run.
func (s *site) settle(t *testing.T) {
	t.Helper()
	if err := s.startServer(); err != nil {
		t.Fatal(err)
	}
	s.set(t, "'fail' => 'closed'")
}

// set changes settings: pairs of a PHP array.
func (s *site) set(t *testing.T, pairs string) {
	t.Helper()
	s.php(t, `update_option( 'proofcheck', array_merge( Proofcheck\Settings::DEFAULTS, array(
		'url' => 'http://`+s.hook+`', 'types' => array( 'post', 'page', 'gonggao' ), `+pairs+` ) ) );`)
}
