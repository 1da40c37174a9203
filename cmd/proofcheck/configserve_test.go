package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
)

func keyNames[T any](keys []mappingKey[T]) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.name)
	}
	slices.Sort(out)
	return out
}

func TestConfigSchemaNamesTheKeysOfTheService(t *testing.T) {
	t.Parallel()
	_, document := configSchema(t)
	properties := func(of any) map[string]any { return of.(map[string]any)["properties"].(map[string]any) }
	serve := properties(properties(document)["serve"])
	items := func(name string) map[string]any { return properties(serve[name].(map[string]any)["items"]) }
	for _, test := range []struct {
		name string
		got  map[string]any
		want []string
	}{
		{"serve", serve, keyNames(serveKeys())},
		{"policies", items("policies"), keyNames(policyKeys())},
		{"webhooks", items("webhooks"), keyNames(webhookKeys())},
	} {
		if got := slices.Sorted(maps.Keys(test.got)); !slices.Equal(got, test.want) {
			t.Errorf("%s: the schema has\n%q, the parser\n%q", test.name, got, test.want)
		}
	}
}

func TestProblemsOfTheServiceNameThePlace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"serve:\n  adr: x\n", "c.yaml:2:3: no key adr; did you mean addr?"},
		{"serve:\n  policies: x\n", "c.yaml:2:13: policies: x has the wrong type; expected a list of mappings"},
		{"serve:\n  policies: [{profil: gov, name: a}]\n", "c.yaml:2:15: no key profil; did you mean profile?"},
		{"serve:\n  policies: [{profile: gov}]\n", "c.yaml:2:14: policies lacks name"},
		{"serve:\n  tls-cert: a.pem\n", "c.yaml:2:11: serve lacks tls-cert / tls-key"},
		{"serve:\n  webhooks: [{name: a, content: data, scheme: token}]\n", "c.yaml:2:33: data is no JSON pointer; it begins with /, as in /data/body"},
		{"serve:\n  webhooks: [{name: a, content: /data, scheme: header}]\n", "c.yaml:2:14: webhooks lacks secret-file"},
		{"serve: {store: off, network: true}\n", ""},
		{"serve:\n", ""},
	} {
		p := &program{speaker: speaker{"en"}}
		err := p.parseConfig([]byte(test.text), &config{path: "c.yaml", dir: "/d"})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}

// The examples of the documentation can be used as they are.
func TestConfigsInTheDocumentationAreValid(t *testing.T) {
	t.Parallel()
	schema, _ := configSchema(t)
	for _, name := range []string{"../../docs/SERVER.md", "../../docs/SERVER.zh.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1)
		if len(examples) == 0 {
			t.Errorf("%s has no example", name)
		}
		for _, example := range examples {
			c := &config{path: name, dir: "."}
			if err := (&program{speaker: speaker{"en"}}).parseConfig(example[1], c); err != nil || len(c.serve.policies) != 1 || len(c.serve.webhooks) != 1 {
				t.Errorf("%s: %v, %+v", name, err, c.serve)
			}
			var value any
			if err := yaml.Unmarshal(example[1], &value); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
