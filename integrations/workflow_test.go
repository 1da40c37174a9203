package integrations

import (
	"os"
	"testing"

	"github.com/goccy/go-yaml"
)

// workflow returns the commands of a workflow of GitHub Actions.
func workflow(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var w struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses, Run string
			}
		}
	}
	if err := yaml.Unmarshal(data, &w); err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, job := range w.Jobs {
		for _, step := range job.Steps {
			if step.Run != "" {
				commands = append(commands, step.Run)
			}
		}
	}
	if len(commands) == 0 {
		t.Fatalf("%s runs nothing", name)
	}
	return commands
}
