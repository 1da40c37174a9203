package main

import (
	"bytes"
	le "encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/typo"
)

// A model from outside takes the place of the built-in one: one whose thresholds nothing reaches is silent where the
// built-in one speaks. Files that are no sound model are refused with the remedy, and so is a missing one.
func TestAnotherModelOfTheDetector(t *testing.T) {
	t.Parallel()
	parts := typo.Disassemble(typo.Embedded())
	thresholds := parts.Calibration[4*typo.Classes:]
	le.LittleEndian.PutUint32(thresholds, math.MaxInt32)
	le.LittleEndian.PutUint32(thresholds[4:], math.MaxInt32)
	silent, err := typo.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(silent)
	damaged[len(damaged)/2] ^= 1
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"draft.md": []byte("会议要求切实加强安全生产工作，落实责仁制度。\n"), "silent.bin": silent, "short.bin": silent[:1<<20], "damaged.bin": damaged,
		"c.yaml": []byte("typo-model: silent.bin\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	check := func(args ...string) (code int, out, errs string) {
		var stdout, stderr bytes.Buffer
		p := &program{stdout: &stdout, stderr: &stderr, stdin: strings.NewReader(""),
			args: append([]string{"check", in("draft.md"), "--lang", "en", "--only", "typo/context", "--no-progress", "--fail-on", "warning"}, args...)}
		code = p.run()
		return code, stdout.String(), stderr.String()
	}
	if code, out, errs := check("--no-config"); code != 1 || !strings.Contains(out, "meant to be 责任") {
		t.Errorf("the built-in model: %d, %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"--no-config", "--typo-model", in("silent.bin")}, {"-c", in("c.yaml")}} {
		if code, out, errs := check(args...); code != 0 || strings.Contains(out, "meant to be 责任") {
			t.Errorf("%q: %d, %s%s", args, code, out, errs)
		}
	}
	for name, want := range map[string]string{"short.bin": "model-large", "damaged.bin": "model-large", "draft.md": "model-large", "none.bin": "none.bin"} {
		if code, _, errs := check("--no-config", "--typo-model", in(name)); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d, %s", name, code, errs)
		}
	}
}
