//go:build unix

package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"proofcheck/integrations/internal/service"
)

// patience is how long anything that starts may take.
const patience = time.Minute

// site is a WordPress with the plugin, its database, and the proofcheck server beside it.
type site struct {
	dir       string // holds everything
	url       string // of WordPress, without a slash at its end
	hook      string // address of the proofcheck server
	program   string // proofcheck
	server    *service.Service
	passwords map[string]string
	running   []*exec.Cmd
}

// The users of the site; the password of each is its name.
const (
	admin  = "admin"
	editor = "bianji" // may override
	author = "zuozhe" // may publish, not override
)

var (
	theSite  *site
	siteOnce sync.Once
	siteErr  error
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	closeBrowser()
	if theSite != nil {
		if said := theSite.complaints(); said != "" {
			fmt.Print("FAIL: PHP complains about the plugin:\n", said)
			code = 1
		}
		theSite.close()
	}
	os.Exit(code)
}

// complaints are the notices, warnings and errors of PHP about the plugin in the whole run.
func (s *site) complaints() string {
	log, err := os.ReadFile(s.debugLog())
	if err != nil {
		return ""
	}
	var said strings.Builder
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, "/plugins/proofcheck/") {
			said.WriteString(line)
		}
	}
	return said.String()
}

// parts are the programs without which there is no WordPress here.
var parts = []string{"php", "mariadbd", "mariadb-install-db"}

const debian = "/usr/share/wordpress" // where Debian's package puts it

// start returns the site, or skips the test where parts are missing.
func start(t *testing.T) *site {
	t.Helper()
	missing := ""
	for _, name := range parts {
		if _, err := exec.LookPath(name); err != nil {
			missing += " " + name
		}
	}
	if _, err := os.Stat(debian); err != nil {
		missing += " " + debian
	}
	if missing != "" {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatalf("missing here:%s; .ci/run installs it", missing)
		}
		t.Skipf("missing here:%s", missing)
	}
	siteOnce.Do(func() { theSite, siteErr = newSite() })
	if siteErr != nil {
		t.Fatal(siteErr)
	}
	theSite.settle(t)
	return theSite
}

func newSite() (*site, error) {
	dir, err := os.MkdirTemp("", "proofcheck-wordpress-")
	if err != nil {
		return nil, err
	}
	s := &site{dir: dir, passwords: map[string]string{}}
	addr, err := service.FreeAddr()
	if err != nil {
		return s, err
	}
	s.url = "http://" + addr
	if s.hook, err = service.FreeAddr(); err != nil {
		return s, err
	}
	s.server = service.New(s.hook, dir)
	if s.program, err = service.Build(dir); err != nil {
		return s, err
	}
	for _, step := range []func() error{s.startDatabase, s.install, s.startPHP, s.startServer} {
		if err := step(); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *site) close() {
	s.server.Stop()
	for i := len(s.running) - 1; i >= 0; i-- {
		cmd := s.running[i]
		// The PHP server has workers, which are its children.
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		done := make(chan struct{})
		go func() { cmd.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-done
		}
	}
	os.RemoveAll(s.dir)
}

// spawn starts a program that runs until the end, with its words in a file of its name.
func (s *site) spawn(env []string, name string, args ...string) (*exec.Cmd, error) {
	log, err := os.OpenFile(filepath.Join(s.dir, filepath.Base(name)+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd, cmd.Start()
}

// ready waits until a program answers; what says whether it does.
func (s *site) ready(name string, what func() bool) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if what() {
			return nil
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, filepath.Base(name)+".log"))
	return fmt.Errorf("%s does not answer:\n%s", name, log)
}

func (s *site) socket() string { return filepath.Join(s.dir, "db.sock") }

func (s *site) startDatabase() error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "db")
	out, err := exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+data, "--user="+me.Username,
		"--auth-root-authentication-method=normal", "--skip-test-db").CombinedOutput()
	if err != nil {
		return fmt.Errorf("mariadb-install-db: %v\n%s", err, out)
	}
	cmd, err := s.spawn(nil, "mariadbd", "--no-defaults", "--datadir="+data, "--user="+me.Username, "--socket="+s.socket(),
		"--pid-file="+filepath.Join(s.dir, "db.pid"), "--skip-networking", "--innodb-buffer-pool-size=32M",
		"--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4")
	if err != nil {
		return err
	}
	s.running = append(s.running, cmd)
	return s.ready("mariadbd", func() bool {
		conn, err := net.Dial("unix", s.socket())
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// install copies WordPress, links the plugin into it, and does what its installer does.
func (s *site) install() error {
	if out, err := exec.Command("cp", "-rL", debian, filepath.Join(s.dir, "www")).CombinedOutput(); err != nil {
		return fmt.Errorf("%v\n%s", err, out)
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	content := filepath.Join(s.dir, "www", "wp-content")
	// A copy: WordPress makes addresses of assets from where a plugin's files are.
	if err := os.CopyFS(filepath.Join(content, "plugins", "proofcheck"), os.DirFS(filepath.Join(here, "proofcheck"))); err != nil {
		return err
	}
	fixtures := os.DirFS(filepath.Join(here, "testdata", "site"))
	if err := os.CopyFS(content, fixtures); err != nil {
		return err
	}
	config := fmt.Sprintf(`<?php
define( 'DB_NAME', 'wordpress' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:%s' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ) as $key ) {
	define( $key, 'a salt of a site for tests: ' . $key );
}
define( 'WP_HOME', '%[2]s' ); define( 'WP_SITEURL', '%[2]s' );
define( 'WP_ENVIRONMENT_TYPE', 'local' ); define( 'WP_HTTP_BLOCK_EXTERNAL', true ); define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_DEBUG', true ); define( 'WP_DEBUG_DISPLAY', false ); define( 'WP_DEBUG_LOG', '%[3]s' );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) { define( 'ABSPATH', __DIR__ . '/' ); }
require_once ABSPATH . 'wp-settings.php';
`, s.socket(), s.url, s.debugLog())
	if err := os.WriteFile(filepath.Join(s.dir, "www", "wp-config.php"), []byte(config), 0o600); err != nil {
		return err
	}
	out, err := s.run(`
mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
( new mysqli( 'localhost', 'root', '', '', 0, '`+s.socket()+`' ) )->query( 'CREATE DATABASE wordpress' );
define( 'WP_INSTALLING', true );
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install( '县政府网站', 'admin', 'admin@example.com', true, '', 'admin' );
`, false)
	if err != nil {
		return fmt.Errorf("installing WordPress: %v\n%s", err, out)
	}
	out, err = s.run(`
require_once ABSPATH . 'wp-admin/includes/plugin.php';
$failed = activate_plugin( 'proofcheck/proofcheck.php' );
if ( $failed ) { echo $failed->get_error_message(); exit( 1 ); }
wp_insert_user( array( 'user_login' => 'bianji', 'user_pass' => 'bianji', 'role' => 'editor', 'display_name' => '王编辑' ) );
wp_insert_user( array( 'user_login' => 'zuozhe', 'user_pass' => 'zuozhe', 'role' => 'author', 'display_name' => '李作者' ) );
$all = array();
foreach ( array( 'admin', 'bianji', 'zuozhe' ) as $name ) {
	$user = get_user_by( 'login', $name );
	// No guide lies over the block editor.
	update_user_meta( $user->ID, 'wp_persisted_preferences', array( 'core/edit-post' => array( 'welcomeGuide' => false, 'fullscreenMode' => false ) ) );
	$all[ $name ] = WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'tests' ) )[0];
}
echo json_encode( $all );
`, true)
	if err != nil {
		return fmt.Errorf("activating the plugin: %v\n%s", err, out)
	}
	return json.Unmarshal([]byte(out), &s.passwords)
}

func (s *site) debugLog() string { return filepath.Join(s.dir, "debug.log") }

// run runs PHP code in the folder of WordPress, which is loaded first where load says so.
func (s *site) run(code string, load bool) (string, error) {
	if load {
		code = "require 'wp-load.php';\n" + code
	}
	cmd := exec.Command("php", "-d", "display_errors=stderr", "-r", "$_SERVER['HTTP_HOST'] = '"+strings.TrimPrefix(s.url, "http://")+"';\n"+code)
	cmd.Dir = filepath.Join(s.dir, "www")
	var out, words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &words
	if err := cmd.Run(); err != nil {
		return out.String() + words.String(), err
	}
	return out.String(), nil
}

// php runs code with WordPress loaded, as a program on the machine would.
func (s *site) php(t *testing.T, code string) string {
	t.Helper()
	out, err := s.run(code, true)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, code, out)
	}
	return out
}

func (s *site) startPHP() error {
	cmd, err := s.spawn([]string{"PHP_CLI_SERVER_WORKERS=4"}, "php", "-d", "opcache.enable_cli=1", "-d", "display_errors=0",
		"-S", strings.TrimPrefix(s.url, "http://"), "-t", filepath.Join(s.dir, "www"))
	if err != nil {
		return err
	}
	s.running = append(s.running, cmd)
	return s.ready("php", func() bool {
		resp, err := http.Get(s.url + "/wp-login.php")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil && resp.StatusCode == http.StatusOK
	})
}

// rest calls the REST interface of WordPress as a user, by its application password.
func (s *site) rest(t *testing.T, user, method, route string, body any) (int, map[string]any) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.url+"/?rest_route="+route, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if user != "" {
		req.SetBasicAuth(user, s.passwords[user])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("%s %s: %v\n%s", method, route, err, raw)
	}
	return resp.StatusCode, answer
}

// insert writes a post past the interface and returns its ID. Fields are pairs of a PHP array.
func (s *site) insert(t *testing.T, pairs string) string {
	t.Helper()
	return s.php(t, `$id = wp_insert_post( wp_slash( array( 'post_author' => 1, `+pairs+` ) ), true );
		if ( is_wp_error( $id ) ) { echo $id->get_error_message(); exit( 1 ); } echo $id;`)
}

// status returns the status of a post.
func (s *site) status(t *testing.T, id string) string {
	t.Helper()
	return s.php(t, `echo get_post_status( `+id+` );`)
}
