package proofcheck

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// readme returns the commands of the sh blocks of a file.
func readme(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	inside := false
	for line := range strings.Lines(string(data)) {
		switch line = strings.TrimRight(line, "\r\n"); {
		case line == "```sh":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside:
			out = append(out, line)
		}
	}
	return out
}

func TestReadmesNameTheSameCommands(t *testing.T) {
	english, chinese := readme(t, "README.md"), readme(t, "README.zh.md")
	if !slices.Equal(english, chinese) {
		t.Errorf("README.md has\n%s\n\nREADME.zh.md has\n%s", strings.Join(english, "\n"), strings.Join(chinese, "\n"))
	}
	if len(english) < 15 {
		t.Errorf("only %d commands", len(english))
	}
}

// TestReadmeCommands runs what the README says, in a copy of the drafts that it names.
func TestReadmeCommands(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a shell")
	}
	if testing.Short() {
		t.Skip("builds the program")
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "proofcheck"), "./cmd/proofcheck").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range readme(t, "README.md") {
		program := strings.Fields(line)[0]
		from := dir
		switch {
		case line == "go test ./...":
			continue // this is it
		case program == "go":
			from = root
		case program == "make":
			from = root
			if _, err := exec.LookPath("make"); err != nil {
				t.Logf("%s: there is no make here", line)
				continue
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		cmd := exec.CommandContext(ctx, "sh", "-c", line)
		cmd.Dir = from
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		cancel()
		// Exit code 1 means that the demo has mistakes, which it has.
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1 && (strings.Contains(line, "proofcheck check") || strings.Contains(line, "proofcheck links"))) {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		if strings.Contains(line, "check testdata/demo") && len(out) < 100 && !strings.Contains(line, " -o ") && !strings.Contains(line, "baseline") && !strings.Contains(line, "--only page") {
			t.Errorf("%s says only %q", line, out)
		}
	}
	for _, name := range []string{"report.html", "ledger.xlsx", "report.sarif", "known.json", ".proofcheck.yaml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written", name)
		}
	}
}

// TestRulesReference holds docs/rules.md to the rules themselves.
func TestRulesReference(t *testing.T) {
	for name, lang := range map[string]string{"docs/rules.md": "en", "docs/rules.zh.md": "zh"} {
		want, err := exec.Command("go", "run", "./cmd/proofcheck", "rules", "--format", "markdown", "--lang", lang).Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what the rules say; run make update", name)
		}
	}
}
