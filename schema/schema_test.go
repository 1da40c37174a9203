package schema

import (
	"bytes"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestEverySchemaIsValid(t *testing.T) {
	t.Parallel()
	names := Names()
	for _, want := range []string{"finding", "report"} {
		if !slices.Contains(names, want) {
			t.Errorf("no schema %s in %q", want, names)
		}
	}
	c := jsonschema.NewCompiler()
	for _, name := range names {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(ByName(name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.AddResource(name+suffix, doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, name := range names {
		if _, err := c.Compile(name + suffix); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ByName("nothing") != nil {
		t.Error("a schema that does not exist has a text")
	}
}
