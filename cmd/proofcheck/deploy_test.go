package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// containers collects the containers of a manifest, wherever they stand in it.
func containers(node any, found func(name string, c map[string]any)) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			switch list, _ := value.([]any); {
			case key == "containers":
				for _, c := range list {
					c := c.(map[string]any)
					found(c["name"].(string), c)
				}
			case key == "services":
				for name, c := range value.(map[string]any) {
					found(name, c.(map[string]any))
				}
			default:
				containers(value, found)
			}
		}
	case []any:
		for _, value := range node {
			containers(value, found)
		}
	}
}

// words returns a list of a manifest as strings.
func words(list any) []string {
	var out []string
	items, _ := list.([]any)
	for _, item := range items {
		out = append(out, item.(string))
	}
	return out
}

func TestManifestsStartTheProgramAsItIs(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]string{
		"../../deploy/compose.yaml":    {"nats-1", "nats-2", "nats-3", "worker", "submit"},
		"../../deploy/kubernetes.yaml": {"worker", "submit"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		for {
			var document map[string]any
			if err := decoder.Decode(&document); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			containers(document, func(name string, c map[string]any) {
				args := append(words(c["command"]), words(c["args"])...)
				if c["image"] != "proofcheck" {
					return
				}
				seen[name] = true
				p := &program{stdout: io.Discard, stderr: io.Discard}
				p.lang = "en"
				root := p.app()
				if _, err := p.arrange(root, args); err != nil {
					t.Errorf("%s: %s: proofcheck %s: %v", file, name, strings.Join(args, " "), err)
				}
				if path, _ := askedHelp(root, args); len(path) != 2 || path[0] != "scan" {
					t.Errorf("%s: %s starts %q, want a command of scan", file, name, path)
				}
				security, _ := c["securityContext"].(map[string]any)
				if c["read_only"] != true && security["readOnlyRootFilesystem"] != true {
					t.Errorf("%s: %s may write to its image", file, name)
				}
			})
		}
		for _, name := range want {
			if !seen[name] {
				t.Errorf("%s has no container %s that runs proofcheck", file, name)
			}
		}
	}
}
