package report

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"proofcheck/checker"
	"proofcheck/schema"
)

func compile(t *testing.T, name string, texts map[string][]byte) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for file, text := range texts {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := c.AddResource(file, doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ownSchema(t *testing.T, name string) *jsonschema.Schema {
	return compile(t, name+".schema.json", map[string][]byte{
		"finding.schema.json": schema.ByName("finding"), "report.schema.json": schema.ByName("report"),
	})
}

func validate(t *testing.T, s *jsonschema.Schema, name string, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s: %v\n%s", name, err, text[:min(len(text), 400)])
	}
}

func TestOutputsKeepTheirSchemas(t *testing.T) {
	t.Parallel()
	official, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	sarif := compile(t, "sarif.json", map[string][]byte{"sarif.json": official})
	finding, report := ownSchema(t, "finding"), ownSchema(t, "report")
	for _, opt := range []Options{{}, {Lang: "en"}} {
		for _, list := range [][]*sample{samples(), nil} {
			validate(t, report, "json", write(t, ByName("json"), opt, list))
			validate(t, sarif, "sarif", write(t, ByName("sarif"), opt, list))
			for line := range bytes.Lines(write(t, ByName("jsonl"), opt, list)) {
				validate(t, finding, "jsonl", line)
			}
		}
	}
}

// A schema that lets anything pass would make the test above empty.
func TestSchemaOfAFindingRefusesWhatIsNoFinding(t *testing.T) {
	t.Parallel()
	s := ownSchema(t, "finding")
	good, err := json.Marshal(NewFinding(samples()[0].findings[1]))
	if err != nil {
		t.Fatal(err)
	}
	validate(t, s, "a finding", good)
	for _, change := range [][2]string{
		{`"level":"error"`, `"level":"fatal"`}, {`"line":2`, `"line":0`}, {`"rule":"typo/word"`, `"rule":"Typo"`},
		{`"safe":true,`, ``}, {`"safe":true`, `"safe":1`}, {`"clause":"deduct"`, `"clause":""`}, {`"document"`, `"file"`},
	} {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil || bad == string(good) {
			t.Fatalf("%v: %v", change, err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("%s instead of %s passes", change[1], change[0])
		}
	}
}

func TestSchemaNamesEveryFieldAndCategory(t *testing.T) {
	t.Parallel()
	var doc struct {
		Required   []string
		Properties map[string]struct {
			Enum    []string
			Pattern string
		}
	}
	if err := json.Unmarshal(schema.ByName("finding"), &doc); err != nil {
		t.Fatal(err)
	}
	for f := range reflect.TypeFor[Finding]().Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, ok := doc.Properties[name]; !ok {
			t.Errorf("the schema lacks %s", name)
		}
		if required := slices.Contains(doc.Required, name); required == (options == "omitempty") {
			t.Errorf("%s: required is %v", name, required)
		}
	}
	pattern := regexp.MustCompile(doc.Properties["rule"].Pattern)
	for _, r := range checker.Rules() {
		if !pattern.MatchString(r.ID) {
			t.Errorf("the schema refuses the rule %s", r.ID)
		}
	}
	var categories []string
	for _, c := range checker.Categories {
		categories = append(categories, string(c))
	}
	if got := doc.Properties["category"].Enum; !slices.Equal(got, categories) {
		t.Errorf("categories %q, want %q", got, categories)
	}
}
