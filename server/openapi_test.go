package server

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/schema"
	"proofcheck/store"
)

// spec is openapi.json, as far as the test reads it.
type spec struct {
	Paths map[string]map[string]struct {
		OperationID string
		Security    []map[string][]string
		Parameters  []struct {
			Ref  string `json:"$ref"`
			Name string
		}
		Responses map[string]struct {
			Ref     string `json:"$ref"`
			Content map[string]struct{ Schema json.RawMessage }
		}
	}
	Components struct {
		Schemas map[string]struct {
			Properties map[string]json.RawMessage
		}
	}
}

func readSpec(t *testing.T) (spec, *jsonschema.Compiler) {
	t.Helper()
	var s spec
	if err := json.Unmarshal(openAPI, &s); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestOpenAPIDescribesTheRoutes(t *testing.T) {
	t.Parallel()
	s, c := readSpec(t)
	described := map[string]bool{}
	for path, methods := range s.Paths {
		for method := range methods {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range (&Server{metrics: &metrics{}}).table() {
		key := r.method + " " + r.path
		if !described[key] {
			t.Errorf("openapi.json lacks %s", key)
			continue
		}
		delete(described, key)
		o := s.Paths[r.path][strings.ToLower(r.method)]
		if secured := len(o.Security) > 0; secured != (r.scope != "") {
			t.Errorf("%s: token needed: openapi.json %v, routes %v", key, secured, r.scope != "")
		}
		for status := range o.Responses {
			n, err := strconv.Atoi(status)
			if err != nil || http.StatusText(n) == "" {
				t.Errorf("%s: status %s", key, status)
			}
		}
	}
	for key := range described {
		t.Errorf("there is no %s", key)
	}
	for name := range s.Components.Schemas {
		if _, err := c.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A finding is that of the command line, and more.
	var finding struct{ Properties map[string]json.RawMessage }
	if err := json.Unmarshal(schema.ByName("finding"), &finding); err != nil {
		t.Fatal(err)
	}
	for property := range finding.Properties {
		if _, ok := s.Components.Schemas["Finding"].Properties[property]; !ok {
			t.Errorf("Finding lacks %s", property)
		}
	}
	// What a body may say is what the decoder knows.
	for name, value := range map[string]any{"FixInput": inputJSON{}, "LinksInput": linksJSON{}, "Word": wordJSON{}, "Job": jobJSON{}} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatal(err)
		}
		for field := range fields {
			if _, ok := s.Components.Schemas[name].Properties[field]; !ok {
				t.Errorf("%s lacks %s", name, field)
			}
		}
		for property := range s.Components.Schemas[name].Properties {
			if _, ok := fields[property]; !ok && name != "Job" {
				t.Errorf("%s: the decoder does not know %s", name, property)
			}
		}
	}
}

// TestAnswersAreAsOpenAPISays sends requests of every kind and holds the answers against the schemas.
func TestAnswersAreAsOpenAPISays(t *testing.T) {
	t.Parallel()
	description, compiler := readSpec(t)
	words := &Words{Read: func() ([]lexicon.Entry, error) { return []lexicon.Entry{{Form: "词", Category: lexicon.Allow}}, nil }, Write: func([]lexicon.Entry) error { return nil }}
	dsn := filepath.Join(t.TempDir(), "audit.db")
	s, err := New(t.Context(), Options{Version: "test", Rules: "0", Words: words,
		Open: func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, dsn) },
		Load: func(context.Context) (*Config, error) {
			return &Config{Base: Policy{FailOn: checker.Error, Links: "local", Override: true}, Webhooks: []Webhook{{Name: "cms", Content: "/a", Scheme: "token"}}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	recording, stop := context.WithCancel(t.Context())
	go s.audit.run(recording)
	defer func() { stop(); <-s.audit.done }()
	upload := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.html\"\r\n\r\n<p>请登陆系统\r\n--b--\r\n"
	draft := `{"content": "<p>请登陆<a href='http:/x'>系统</a>。。13812345678</p>"}`
	id, job := "", ""
	seen := map[string]bool{}
	for _, r := range []struct{ method, path, media, body string }{
		{"POST", "/v1/check", "application/json", draft},
		{"POST", "/v1/check?store=true&profile=gov", "text/html", "<p>请登陆系统"},
		{"POST", "/v1/check", "multipart/form-data; boundary=b", upload},
		{"POST", "/v1/check", "text/css", ""},
		{"POST", "/v1/fix", "application/json", draft},
		{"POST", "/v1/fix", "multipart/form-data; boundary=b", upload},
		{"POST", "/v1/fix", "application/json", "{"},
		{"POST", "/v1/links", "application/json", draft},
		{"GET", "/v1/links/{job}", "", ""},
		{"GET", "/v1/links/{job}/events", "", ""},
		{"DELETE", "/v1/links/{job}", "", ""},
		{"GET", "/v1/links/none", "", ""},
		{"GET", "/v1/rules", "", ""},
		{"GET", "/v1/allow", "", ""},
		{"POST", "/v1/allow", "application/json", `{"word": "甲乙", "reason": "丙"}`},
		{"DELETE", "/v1/allow", "application/json", `{"word": "甲乙"}`},
		{"GET", "/v1/checks/{id}", "", ""},
		{"GET", "/v1/checks/none", "", ""},
		{"POST", "/v1/checks/{id}/override", "application/json", `{"reason": "急"}`},
		{"GET", "/v1/audit", "", ""},
		{"GET", "/v1/audit?format=csv", "", ""},
		{"POST", "/v1/webhooks/cms", "application/json", `{"a": "请登陆系统"}`},
		{"GET", "/openapi.json", "", ""},
		{"GET", "/healthz", "", ""},
		{"GET", "/readyz", "", ""},
		{"GET", "/metrics", "", ""},
	} {
		path := strings.NewReplacer("{id}", id, "{job}", job).Replace(r.path)
		request := httptest.NewRequestWithContext(t.Context(), r.method, "http://127.0.0.1"+path, strings.NewReader(r.body))
		request.Header.Set("Content-Type", r.media)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request)
		_, pattern := s.mux.Handler(request)
		operation := description.Paths[pattern][strings.ToLower(r.method)]
		seen[r.method+" "+pattern] = true
		answer, ok := operation.Responses[strconv.Itoa(w.Code)]
		if !ok {
			t.Errorf("%s %s: %d is not described\n%s", r.method, path, w.Code, w.Body)
			continue
		}
		media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		at := "/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(pattern) + "/" + strings.ToLower(r.method) + "/responses/" + strconv.Itoa(w.Code)
		if answer.Ref != "" {
			at, answer.Content = "/components/responses/Problem", map[string]struct{ Schema json.RawMessage }{"application/problem+json": {}}
		}
		if _, ok := answer.Content[media]; !ok && w.Code != http.StatusNoContent {
			t.Errorf("%s %s: type %q is not among %q", r.method, path, media, slices.Collect(maps.Keys(answer.Content)))
			continue
		}
		if !strings.HasSuffix(media, "json") {
			continue
		}
		expected, err := compiler.Compile("openapi.json#" + at + "/content/" + strings.ReplaceAll(media, "/", "~1") + "/schema")
		if err != nil {
			t.Fatalf("%s %s: %v", r.method, path, err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatalf("%s %s: %v", r.method, path, err)
		}
		if err := expected.Validate(value); err != nil {
			t.Errorf("%s %s: %v\n%.600s", r.method, path, err, w.Body)
		}
		if fields, ok := value.(map[string]any); ok {
			if v, ok := fields["id"].(string); ok && id == "" {
				id = v
			}
			if v, ok := fields["job"].(string); ok {
				job = v
			}
		}
	}
	for _, r := range s.routes {
		if !seen[r.method+" "+r.path] {
			t.Errorf("%s %s was not tried", r.method, r.path)
		}
	}
}
