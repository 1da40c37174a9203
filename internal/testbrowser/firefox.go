package testbrowser

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Firefox is a Firefox that a test drives, by the protocol that it has built in for that (Marionette).
type Firefox struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	n    int
}

// StartFirefox starts a Firefox with a profile of its own, which ends with the test. The test is skipped where there is none, and
// fails where all parts must be there.
func StartFirefox(t testing.TB) *Firefox {
	t.Helper()
	program := ""
	for _, name := range []string{"firefox-esr", "firefox"} {
		if path, err := exec.LookPath(name); err == nil && program == "" {
			program = path
		}
	}
	if program == "" {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal("no Firefox here; .ci/run installs it")
		}
		t.Skip("no Firefox here")
	}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte("user_pref(\"marionette.port\", 0);\nuser_pref(\"app.update.disabledForTesting\", true);\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-headless", "-no-remote", "-marionette", "-remote-allow-system-access", "-profile", profile, "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	f := &Firefox{t: t}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		port, err := os.ReadFile(filepath.Join(profile, "MarionetteActivePort"))
		if err == nil {
			f.conn, err = net.Dial("tcp", net.JoinHostPort("127.0.0.1", strings.TrimSpace(string(port))))
		}
		if err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("Firefox does not come up: ", err)
		}
	}
	t.Cleanup(func() {
		f.do("Marionette:Quit", map[string]any{"flags": []string{"eForceQuit"}})
		f.conn.Close()
		cmd.Wait()
	})
	f.in = bufio.NewReader(f.conn)
	if _, err := f.message(); err != nil { // it says who it is
		t.Fatal(err)
	}
	f.Do("WebDriver:NewSession", map[string]any{"strictFileInteractability": false})
	return f
}

// message reads a message: its length, a colon, and so many bytes of JSON.
func (f *Firefox) message() (json.RawMessage, error) {
	f.conn.SetReadDeadline(time.Now().Add(time.Minute))
	text, err := f.in.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, ":"))
	if err != nil {
		return nil, err
	}
	body := make([]byte, n)
	_, err = io.ReadFull(f.in, body)
	return body, err
}

// do sends a command and returns its result.
func (f *Firefox) do(command string, params map[string]any) (json.RawMessage, error) {
	f.n++
	text, err := json.Marshal([]any{0, f.n, command, params})
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(text), text); err != nil {
		return nil, err
	}
	body, err := f.message()
	if err != nil {
		return nil, err
	}
	var reply []json.RawMessage
	if err := json.Unmarshal(body, &reply); err != nil || len(reply) != 4 {
		return nil, fmt.Errorf("%s: %s", command, body)
	}
	if string(reply[2]) != "null" {
		return nil, fmt.Errorf("%s: %s", command, reply[2])
	}
	return reply[3], nil
}

// Do sends a command of WebDriver, such as WebDriver:Navigate, and returns its result.
func (f *Firefox) Do(command string, params map[string]any) json.RawMessage {
	f.t.Helper()
	out, err := f.do(command, params)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// Eval returns the value of an expression, awaited, as text.
func (f *Firefox) Eval(expression string) string {
	f.t.Helper()
	script := "const done = arguments[arguments.length - 1]; (async () => String(await (" + expression + ")))().then(done, e => done('failed: ' + e));"
	var out struct{ Value string }
	if err := json.Unmarshal(f.Do("WebDriver:ExecuteAsyncScript", map[string]any{"script": script, "args": []any{}, "sandbox": nil}), &out); err != nil {
		f.t.Fatal(err)
	}
	return out.Value
}

// Press presses keys together: characters, or the private ones that WebDriver has for keys without one.
func (f *Firefox) Press(keys ...string) {
	f.t.Helper()
	type action struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	var list []action
	for _, key := range keys {
		list = append(list, action{"keyDown", key})
	}
	for i := range keys {
		list = append(list, action{"keyUp", keys[len(keys)-1-i]})
	}
	f.Do("WebDriver:PerformActions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keys", "actions": list}}})
}
