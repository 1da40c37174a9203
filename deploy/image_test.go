package deploy

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// imageVariable lets the test build and run the image, which takes minutes, and root.
const imageVariable = "PROOFCHECK_IMAGE"

// images are buildah and podman with a storage of the test.
type images struct {
	t      *testing.T
	folder string
}

// command is one of buildah or podman.
func (i *images) command(name string, args ...string) *exec.Cmd {
	storage := []string{"--root", filepath.Join(i.folder, "storage"), "--runroot", filepath.Join(i.folder, "run")}
	if name == "podman" {
		storage = append(storage, "--cgroup-manager", "cgroupfs", "--runtime", "runc")
	}
	cmd := exec.Command(name, append(storage, args...)...)
	cmd.Env = append(os.Environ(), "STORAGE_DRIVER=vfs", "BUILDAH_ISOLATION=chroot")
	return cmd
}

// run runs a command to its end and returns the last line that it writes.
func (i *images) run(name string, args ...string) string {
	i.t.Helper()
	var stderr strings.Builder
	cmd := i.command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		i.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// base makes an image of files of this machine, by their place in it, under the name of one that the Dockerfile begins with.
func (i *images) base(name string, files map[string]string, config ...string) {
	i.t.Helper()
	container := i.run("buildah", "from", "scratch")
	for to, from := range files {
		i.run("buildah", "copy", "-q", container, from, to)
	}
	i.run("buildah", append(append([]string{"config"}, config...), container)...)
	i.run("buildah", "commit", "-q", container, name)
	i.run("buildah", "rm", container)
}

// goEnv is a setting of the toolchain.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// The steps of the Dockerfile run, and what they make serves: without root, without capabilities, with nothing to write
// to but its volume, which outlives it. Where the images that it begins with cannot be fetched, others stand in for
// them, made of this machine's Go, busybox and certificates.
//
//	PROOFCHECK_IMAGE=1 go test -run Image -timeout 40m -v ./deploy
func TestTheImageServesWithoutRightsOfItsOwn(t *testing.T) {
	if os.Getenv(imageVariable) == "" {
		t.Skip("it takes minutes; ask for it with " + imageVariable + "=1")
	}
	for _, tool := range []string{"buildah", "podman", "runc", "busybox"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not here; Debian has buildah, podman, runc and busybox-static")
		}
	}
	if os.Getuid() != 0 {
		t.Skip("not root")
	}
	folder, err := os.MkdirTemp("", "image") // podman takes no long paths
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	i := &images{t, folder}
	shell := filepath.Join(i.folder, "bin")
	busybox, _ := exec.LookPath("busybox")
	if err := errors.Join(os.Mkdir(shell, 0o755), exec.Command("cp", busybox, shell+"/busybox").Run()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sh", "mkdir", "chown"} {
		if err := os.Symlink("busybox", filepath.Join(shell, name)); err != nil {
			t.Fatal(err)
		}
	}
	const certificates = "/etc/ssl/certs/ca-certificates.crt"
	i.base("docker.io/library/golang:1.26", map[string]string{"/bin/": shell, "/usr/local/go": goEnv(t, "GOROOT"), certificates: certificates, "/tmp/": t.TempDir(), "/root/": t.TempDir()},
		"--env", "PATH=/usr/local/go/bin:/bin", "--env", "GOPATH=/go", "--env", "GOTOOLCHAIN=local")
	i.base("gcr.io/distroless/static-debian12:nonroot", map[string]string{certificates: certificates}, "--user", "65532")
	i.run("buildah", "bud", "--pull-never", "-v", goEnv(t, "GOMODCACHE")+":/go/pkg/mod", "-v", goEnv(t, "GOCACHE")+":/root/.cache/go-build", "-f", "Dockerfile", "-t", "proofcheck", "..")

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	t.Cleanup(func() {
		i.command("podman", "rm", "-f", "-a").Run()
		i.command("podman", "volume", "rm", "-a", "-f").Run()
	})
	guarded := []string{"run", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "host", "--ulimit", "nofile=1024:4096", "--ulimit", "nproc=512:512", "-v", "data:/data"}
	token := i.run("podman", append(guarded, "--rm", "proofcheck", "token", "new", "cms", "--scopes", "check", "--tokens", "/data/tokens.tsv")...)
	serve := func() (container string) {
		t.Helper()
		container = i.run("podman", append(guarded, "-d", "proofcheck", "serve", "--addr", address, "--store", "/data/audit.db", "--tokens", "/data/tokens.tsv", "--log", "json")...)
		for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
			if resp, err := http.Get("http://" + address + "/readyz"); err == nil {
				resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					return container
				}
			}
			if time.Now().After(end) {
				t.Fatal("it is not ready: ", i.run("podman", "logs", container))
			}
		}
	}
	check := func(token string) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, "http://"+address+"/v1/check", strings.NewReader("请登陆系统。"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "text/plain")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(resp.StatusCode, " ", strings.Contains(string(text), `"verdict":"block"`))
	}
	for range 2 { // what is in the volume is there again
		container := serve()
		if got := check(token); got != "200 true" {
			t.Errorf("with a token: %s", got)
		}
		if got := check("guessed"); got != "401 false" {
			t.Errorf("without one: %s", got)
		}
		status, err := os.ReadFile("/proc/" + i.run("podman", "inspect", "--format", "{{.State.Pid}}", container) + "/status")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Uid:\t65532\t65532\t65532\t65532\n", "CapEff:\t0000000000000000\n", "CapBnd:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
			if !strings.Contains(string(status), want) {
				t.Errorf("%q is not in its status:\n%s", want, status)
			}
		}
		i.run("podman", "stop", "-t", "20", container)
		if code := i.run("podman", "inspect", "--format", "{{.State.ExitCode}}", container); code != "0" {
			t.Errorf("it was stopped and ended with %s: %s", code, i.run("podman", "logs", container))
		}
	}
}
