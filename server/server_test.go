package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"proofcheck/checker"
	"proofcheck/report"
	"proofcheck/server"
)

// baseConfig is what the command line makes of an empty config file.
func baseConfig() *server.Config {
	return &server.Config{Base: server.Policy{
		FailOn: checker.Error, Links: "local", Override: true, Lexicons: []report.Lexicon{{Name: "builtin", Hash: "0", Entries: 1}},
	}}
}

// start starts a service and returns it with its address.
func start(t testing.TB, change func(*server.Options, *server.Config)) (*server.Server, string) {
	t.Helper()
	cfg := baseConfig()
	opt := server.Options{Version: "test", Rules: "0"}
	opt.Load = func(context.Context) (*server.Config, error) { return cfg, nil }
	if change != nil {
		change(&opt, cfg)
	}
	s, err := server.New(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, h.URL
}

// response is an answer, read.
type response struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request; headers are name, value …
func send(t testing.TB, method, url, media string, body io.Reader, headers ...string) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{a.StatusCode, a.Header, text}
}

// problem is the problem document of an answer.
func (r response) problem(t testing.TB) (p struct {
	Type, Title, Detail, Instance, Code string
	Status                              int
}) {
	t.Helper()
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the type of a problem is %q: %s", got, r.body)
	}
	if err := json.Unmarshal(r.body, &p); err != nil || p.Status != r.status || p.Code == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("%d is no problem document: %v\n%s", r.status, err, r.body)
	}
	return p
}

// check is the part of an answer that tests look at.
type check struct {
	Name, ID, Verdict, Hash string
	Counts                  struct{ Error, Warning, Info int }
	Findings                []struct {
		Rule, Text, Fingerprint string
		Start, End              place
		Edits                   []edit
	}
	Override struct{ Allowed bool }
	Policy   string
	Versions struct{ Profile string }
}

type place struct {
	Offset, Line, Column, Rune int
	UTF16                      int `json:"utf16"`
}

type edit struct {
	Start, End place
	New        string
}

func (r response) check(t testing.TB) (c check) {
	t.Helper()
	if err := json.Unmarshal(r.body, &c); err != nil || r.status != http.StatusOK {
		t.Fatalf("%d: %v\n%s", r.status, err, r.body)
	}
	return c
}

func toJSON(t testing.TB, v any) io.Reader {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b)
}

const wrongPage = "<h1>😀通知</h1>\r\n<p>请登陆系统。。凡己经承诺 &amp; 的</p>\n"

func TestCheckTakesADraftInEveryWay(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	want := []string{"登陆系统", "。。", "己经"}
	texts := func(c check) []string {
		var out []string
		for _, f := range c.Findings {
			out = append(out, f.Text)
		}
		return out
	}
	for name, got := range map[string]response{
		"raw HTML":     send(t, "POST", url+"/v1/check", "text/html; charset=utf-8", strings.NewReader(wrongPage)),
		"raw Markdown": send(t, "POST", url+"/v1/check", "text/markdown", strings.NewReader("# 😀通知\n\n请登陆系统。。凡己经承诺\n")),
		"raw text":     send(t, "POST", url+"/v1/check", "text/plain", strings.NewReader("请登陆系统。。凡己经承诺\n")),
		"GBK":          send(t, "POST", url+"/v1/check", "text/plain; charset=gbk", strings.NewReader("\xc7\xeb\xb5\xc7\xc2\xbd\xcf\xb5\xcd\xb3\xa1\xa3\xa1\xa3\xb7\xb2\xbc\xba\xbe\xad\xb3\xd0\xc5\xb5")),
		"JSON":         send(t, "POST", url+"/v1/check", "application/json", toJSON(t, map[string]any{"content": wrongPage})),
		"JSON, text":   send(t, "POST", url+"/v1/check", "application/json", toJSON(t, map[string]any{"content": "请登陆系统。。凡己经承诺", "format": "text"})),
	} {
		c := got.check(t)
		if !slices.Equal(texts(c), want) || c.Verdict != "block" || c.Counts.Error != 3 || len(c.ID) < 20 || len(c.Hash) != 64 {
			t.Errorf("%s: got %q, %s; want %q, block", name, texts(c), c.Verdict, want)
		}
	}
}

func TestUploadsAreCheckedFileByFile(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range [][2]string{{"a.html", wrongPage}, {"../../b.md", "好的。\n"}} {
		part, err := w.CreateFormFile("file", f[0])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, f[1])
	}
	w.WriteField("skip", "typo")
	w.Close()
	got := send(t, "POST", url+"/v1/check", w.FormDataContentType(), &b)
	var all struct {
		Documents []check
		Verdict   string
	}
	if err := json.Unmarshal(got.body, &all); err != nil || len(all.Documents) != 2 {
		t.Fatalf("%v\n%s", err, got.body)
	}
	first, second := all.Documents[0], all.Documents[1]
	if all.Verdict != "block" || first.Name != "a.html" || len(first.Findings) != 1 || second.Name != "b.md" || second.Verdict != "pass" {
		t.Errorf("got %s", got.body)
	}
}

// A browser that applies the edits by UTF-16 offsets, a program that does by bytes, and one that does
// by code points come to the same draft.
func TestPlacesFitTheDraftInEveryUnit(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	for _, draft := range []string{wrongPage, "\uFEFF" + wrongPage, "<p>𠮷野家的的&#x7684;书。。\r\r\n𠮷己经</p>", "<p title='己经'>登\u200b陆系统</p>"} {
		plain := strings.TrimPrefix(draft, "\uFEFF")
		c := send(t, "POST", url+"/v1/check", "application/json", toJSON(t, map[string]any{"content": draft})).check(t)
		if len(c.Findings) == 0 {
			t.Errorf("%q: nothing found", draft)
		}
		bytewise, runes, units := draft, []rune(plain), utf16.Encode([]rune(plain))
		for _, f := range slices.Backward(c.Findings) {
			for _, e := range slices.Backward(f.Edits) {
				bytewise = bytewise[:e.Start.Offset] + e.New + bytewise[e.End.Offset:]
				runes = slices.Concat(runes[:e.Start.Rune], []rune(e.New), runes[e.End.Rune:])
				units = slices.Concat(units[:e.Start.UTF16], utf16.Encode([]rune(e.New)), units[e.End.UTF16:])
			}
		}
		bytewise = strings.TrimPrefix(bytewise, "\uFEFF")
		if string(runes) != bytewise || string(utf16.Decode(units)) != bytewise || bytewise == plain {
			t.Errorf("%q:\nbytes  %q\nrunes  %q\nUTF-16 %q", draft, bytewise, string(runes), string(utf16.Decode(units)))
		}
	}
}

func TestFixReturnsTheMendedDraftAndItsEdits(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	got := send(t, "POST", url+"/v1/fix", "application/json", toJSON(t, map[string]any{"content": wrongPage}))
	var fixed struct {
		Content       string
		Edits         []edit
		Applied, Left int
	}
	if err := json.Unmarshal(got.body, &fixed); err != nil {
		t.Fatal(err)
	}
	want := "<h1>😀通知</h1>\r\n<p>请登录系统。凡已经承诺 &amp; 的</p>\n"
	if fixed.Content != want || fixed.Applied != 3 || fixed.Left != 0 {
		t.Errorf("got %+v, want %q", fixed, want)
	}
	units := utf16.Encode([]rune(wrongPage))
	for _, e := range slices.Backward(fixed.Edits) {
		units = slices.Concat(units[:e.Start.UTF16], utf16.Encode([]rune(e.New)), units[e.End.UTF16:])
	}
	if s := string(utf16.Decode(units)); s != want {
		t.Errorf("the edits make %q", s)
	}
	c := send(t, "POST", url+"/v1/check", "application/json", toJSON(t, map[string]any{"content": wrongPage})).check(t)
	got = send(t, "POST", url+"/v1/fix", "application/json", toJSON(t, map[string]any{"content": wrongPage, "fingerprints": []string{c.Findings[1].Fingerprint}}))
	if err := json.Unmarshal(got.body, &fixed); err != nil || fixed.Applied != 1 || fixed.Left != 2 || !strings.Contains(fixed.Content, "登陆系统。凡己经") {
		t.Errorf("one of three: %v\n%s", err, got.body)
	}
}

func TestOptionsOfARequestChangeWhatIsChecked(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	all := send(t, "POST", url+"/v1/check", "text/html", strings.NewReader(wrongPage)).check(t)
	for _, test := range []struct {
		name    string
		options map[string]any
		want    int
		verdict string
	}{
		{"only", map[string]any{"only": []string{"punctuation/*"}}, 1, "block"},
		{"skip", map[string]any{"skip": []string{"typo", "punctuation"}}, 0, "pass"},
		{"allow", map[string]any{"allow": []string{"己经承诺"}}, 2, "block"},
		{"baseline", map[string]any{"baseline": []string{all.Findings[0].Fingerprint, all.Findings[1].Fingerprint, all.Findings[2].Fingerprint}}, 0, "pass"},
	} {
		test.options["content"] = wrongPage
		c := send(t, "POST", url+"/v1/check", "application/json", toJSON(t, test.options)).check(t)
		if len(c.Findings) != test.want || c.Verdict != test.verdict || c.Counts.Error != test.want {
			t.Errorf("%s: %d findings, %d errors, %s; want %d, %s", test.name, len(c.Findings), c.Counts.Error, c.Verdict, test.want, test.verdict)
		}
	}
}

func TestProblemsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, url := start(t, func(o *server.Options, _ *server.Config) { o.Limits.Body = 4096 })
	long := strings.Repeat("长", 4096)
	for _, test := range []struct {
		name, method, path, media, body string
		status                          int
		code                            string
	}{
		{"no such path", "GET", "/v1/nothing", "", "", 404, "not-found"},
		{"no page", "GET", "/", "", "", 404, "not-found"},
		{"wrong method", "DELETE", "/v1/check", "", "", 405, "method-not-allowed"},
		{"no type", "POST", "/v1/check", "", "x", 415, "type-unsupported"},
		{"a picture", "POST", "/v1/check", "image/png", "x", 415, "type-unsupported"},
		{"a PDF file as text", "POST", "/v1/check", "text/plain", "%PDF-1.7", 422, "not-text"},
		{"an unknown charset", "POST", "/v1/check", "text/plain; charset=martian", "x", 422, "not-text"},
		{"half JSON", "POST", "/v1/check", "application/json", `{"content": "x`, 400, "bad-json"},
		{"two values", "POST", "/v1/check", "application/json", `{"content": "x"} {}`, 400, "bad-json"},
		{"unknown key", "POST", "/v1/check", "application/json", `{"content": "x", "profil": "gov"}`, 400, "bad-json"},
		{"no content", "POST", "/v1/check", "application/json", `{}`, 422, "option-missing"},
		{"profile", "POST", "/v1/check?profile=gvo", "text/plain", "x", 422, "option-wrong"},
		{"format", "POST", "/v1/check", "application/json", `{"content": "x", "format": "docx"}`, 422, "option-wrong"},
		{"rule", "POST", "/v1/check?only=tyop", "text/plain", "x", 422, "rule-unknown"},
		{"network", "POST", "/v1/check?links=all", "text/plain", "x", 403, "network-off"},
		{"too long", "POST", "/v1/check", "text/plain", long, 413, "body-large"},
		{"no boundary", "POST", "/v1/check", "multipart/form-data", "x", 400, "bad-multipart"},
		{"no file", "POST", "/v1/check", "multipart/form-data; boundary=b", "--b--\r\n", 422, "option-missing"},
		{"unknown report", "POST", "/v1/check?report=pdf", "text/plain", "x", 422, "option-wrong"},
		{"compression", "POST", "/v1/check", "text/plain", "x", 415, "encoding-unsupported"},
	} {
		var headers []string
		if test.name == "compression" {
			headers = []string{"Content-Encoding", "br"}
		}
		for _, lang := range []string{"zh", "en"} {
			got := send(t, test.method, url+test.path, test.media, strings.NewReader(test.body), append(headers, "Accept-Language", lang)...)
			if p := got.problem(t); got.status != test.status || p.Code != test.code || strings.Contains(p.Detail, "{") && !strings.Contains(test.body, "{") {
				t.Errorf("%s: got %d %s, want %d %s\n%s", test.name, got.status, p.Code, test.status, test.code, got.body)
			}
		}
	}
}

func TestReportsInOtherForms(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	for accept, want := range map[string]string{
		"application/sarif+json": `"version": "2.1.0"`,
		"text/html;q=0.9":        "<!DOCTYPE html>",
		"text/csv":               "登陆系统",
		"application/x-ndjson":   `"rule":"typo/word"`,
		"application/xml":        "<testsuites",
		"text/plain":             "己经",
		"*/*":                    `"verdict":"block"`,
		"image/png, */*;q=0.1":   `"verdict":"block"`,
		"application/json, */*":  `"verdict":"block"`,
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "PK\x03\x04",
		"application/vnd.proofcheck.report+json":                            `"documents"`,
	} {
		got := send(t, "POST", url+"/v1/check", "text/html", strings.NewReader(wrongPage), "Accept", accept)
		if got.status != http.StatusOK || !strings.Contains(strings.ToLower(string(got.body)), strings.ToLower(want)) {
			t.Errorf("%s: %d, without %q:\n%.300s", accept, got.status, want, got.body)
		}
	}
	if got := send(t, "POST", url+"/v1/check", "text/html", strings.NewReader(wrongPage), "Accept", "image/png"); got.problem(t).Code != "not-acceptable" {
		t.Errorf("got %s", got.body)
	}
}
