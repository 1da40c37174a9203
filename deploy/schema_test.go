// Package deploy holds what starts the program elsewhere, and tests of these files alone.
package deploy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// The manifests are held against the types of Kubernetes itself, in which an unknown or mistyped field is an error.
func TestKubernetesManifestsFitTheirTypes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	in := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Kind string }
		if err := yaml.Unmarshal(document, &head); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, head.Kind)
		var pod *corev1.PodTemplateSpec
		switch head.Kind {
		case "Deployment":
			var d appsv1.Deployment
			if err := yaml.UnmarshalStrict(document, &d); err != nil {
				t.Errorf("%s: %v", head.Kind, err)
			}
			pod = &d.Spec.Template
			for k, v := range d.Spec.Selector.MatchLabels {
				if pod.Labels[k] != v {
					t.Errorf("the Deployment selects %s=%s, which its pods do not have", k, v)
				}
			}
		case "Job":
			var j batchv1.Job
			if err := yaml.UnmarshalStrict(document, &j); err != nil {
				t.Errorf("%s: %v", head.Kind, err)
			}
			pod = &j.Spec.Template
			if p := pod.Spec.RestartPolicy; p != corev1.RestartPolicyOnFailure && p != corev1.RestartPolicyNever {
				t.Errorf("a Job must not have the restart policy %q", p)
			}
		case "ScaledObject":
			continue // of KEDA
		default:
			t.Errorf("nobody knows how a %s is held against its type", head.Kind)
			continue
		}
		var volumes []string
		for _, v := range pod.Spec.Volumes {
			volumes = append(volumes, v.Name)
		}
		for _, c := range pod.Spec.Containers {
			for _, m := range c.VolumeMounts {
				if !slices.Contains(volumes, m.Name) {
					t.Errorf("%s: %s mounts %s, which is no volume", head.Kind, c.Name, m.Name)
				}
			}
			for name, amount := range c.Resources.Requests {
				if limit, ok := c.Resources.Limits[name]; ok && amount.Cmp(limit) > 0 {
					t.Errorf("%s: %s asks for %s of %s and may have %s", head.Kind, c.Name, &amount, name, &limit)
				}
			}
		}
	}
	if want := []string{"Deployment", "ScaledObject", "Job"}; !slices.Equal(kinds, want) {
		t.Errorf("the file has %q, want %q", kinds, want)
	}
	if err := yaml.UnmarshalStrict(bytes.Replace(text[:bytes.Index(text, []byte("\n---\n"))], []byte("replicas:"), []byte("replicsa:"), 1), &appsv1.Deployment{}); err == nil {
		t.Error("a misspelt field is taken")
	}
}

// The compose file is read by the library of docker compose itself: schema, variables, references between services.
func TestTheComposeFileIsOne(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	load := func(text []byte, environment types.Mapping) (*types.Project, error) {
		return loader.LoadWithContext(t.Context(), types.ConfigDetails{
			WorkingDir: t.TempDir(), ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: text}}, Environment: environment,
		}, func(o *loader.Options) { o.SetProjectName("proofcheck", true); o.Profiles = []string{"*"} })
	}
	secrets := types.Mapping{"PROOFCHECK_QUEUE_TOKEN": "t", "POSTGRES_PASSWORD": "p"}
	project, err := load(text, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := project.ServiceNames(), []string{"nats-1", "nats-2", "nats-3", "postgres", "submit", "worker"}; !slices.Equal(got, want) {
		t.Errorf("services %q, want %q", got, want)
	}
	if n := project.Services["worker"].Deploy.Replicas; n == nil || *n != 2 {
		t.Errorf("%v workers, want 2", n)
	}
	if _, err := load(text, types.Mapping{"POSTGRES_PASSWORD": "p"}); err == nil {
		t.Error("it starts without a token")
	}
	if _, err := load(bytes.Replace(text, []byte("depends_on:"), []byte("depend_on:"), 1), secrets); err == nil {
		t.Error("a misspelt key is taken")
	}
}
