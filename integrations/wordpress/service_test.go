//go:build unix

package wordpress

import (
	"path/filepath"
	"testing"
)

// startServer starts the proofcheck server, unless it runs.
func (s *site) startServer() error {
	return s.server.Start(s.program, "--store", filepath.Join(s.dir, "audit.db"))
}

// stopServer ends the proofcheck server.
func (s *site) stopServer(t *testing.T) {
	t.Helper()
	if err := s.server.Stop(); err != nil {
		t.Fatal(err)
	}
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
