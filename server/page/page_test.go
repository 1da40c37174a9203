package page

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

var handler = Handler()

func get(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageIsSentUnderAStrictPolicy(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/assets/page.js", "/assets/nothing", "/assets/index.html"} {
		policy := get(t, "GET", path).Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
}

func TestFilesAreRevalidated(t *testing.T) {
	t.Parallel()
	for path, media := range map[string]string{
		"/": "text/html; charset=utf-8", "/assets/page.js": "text/javascript; charset=utf-8", "/assets/page.css": "text/css; charset=utf-8",
		"/assets/icon.svg": "image/svg+xml", "/assets/licences.txt": "text/plain; charset=utf-8",
	} {
		plain := get(t, "GET", path)
		want := body(t, plain.Body)
		if plain.StatusCode != 200 || plain.Header.Get("Content-Type") != media || want == "" {
			t.Errorf("%s: %d, %s, %d bytes", path, plain.StatusCode, plain.Header.Get("Content-Type"), len(want))
		}
		if r := get(t, "HEAD", path); r.StatusCode != 200 || body(t, r.Body) != "" {
			t.Errorf("HEAD %s: %d or a body", path, r.StatusCode)
		}
		zipped := get(t, "GET", path, "Accept-Encoding", "br, gzip;q=0.8")
		if zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Errorf("%s: is not zipped, or under the same tag", path)
			continue
		}
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, z); got != want {
			t.Errorf("%s: unzipped it is another file", path)
		}
		if r := get(t, "GET", path, "Accept-Encoding", "gzip;q=0"); r.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: zipped for one who refuses it", path)
		}
		for _, tag := range []string{plain.Header.Get("ETag"), `"other", W/` + plain.Header.Get("ETag")} {
			if r := get(t, "GET", path, "If-None-Match", tag); r.StatusCode != 304 || body(t, r.Body) != "" {
				t.Errorf("%s: If-None-Match %s: %d", path, tag, r.StatusCode)
			}
		}
	}
}

func TestOtherRequestsAreRefused(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]int{
		"GET /assets/": 404, "GET /assets/../page.go": 404, "GET /index.html": 404, "GET /assets/index.html": 404, "GET /assets/page.js/": 404,
		"POST /": 405, "DELETE /assets/page.js": 405,
	} {
		method, path, _ := strings.Cut(request, " ")
		if r := get(t, method, path); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", request, r.StatusCode, want)
		}
	}
}

// The page is one with the program: it runs no script in its own text and fetches nothing from elsewhere.
func TestPageBringsAllItNeeds(t *testing.T) {
	t.Parallel()
	html := body(t, get(t, "GET", "/").Body)
	for _, bad := range []string{`<script[^>]*>[^<]`, `\son\w+=`, `\sstyle=`, `<style`, `(src|href)="(https?:)?//`} {
		if m := regexp.MustCompile(bad).FindString(html); m != "" {
			t.Errorf("the page has %q", m)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(assets/[^"]+)"`).FindAllStringSubmatch(html, -1) {
		if r := get(t, "GET", "/"+m[1]); r.StatusCode != 200 {
			t.Errorf("%s: %d", m[1], r.StatusCode)
		}
	}
	css := body(t, get(t, "GET", "/assets/page.css").Body)
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet fetches something")
	}
}

// Every word of the page is used, and exists in both languages.
func TestWordsAreWhole(t *testing.T) {
	t.Parallel()
	table := read(t, "../../web/src/words.tsv")
	code := ""
	entries, err := os.ReadDir("../../web/src")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".tsv") {
			code += read(t, "../../web/src/"+e.Name())
		}
	}
	known := map[string]bool{}
	placeholder := regexp.MustCompile(`\{\w+\}`)
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 3 || cells[1] == "" || cells[2] == "" || known[cells[0]] {
			t.Errorf("%q: want a new key, Chinese and English", line)
			continue
		}
		known[cells[0]] = true
		for _, name := range placeholder.FindAllString(cells[1], -1) {
			if !strings.Contains(cells[2], name) {
				t.Errorf("%s: the English words lack %s", cells[0], name)
			}
		}
		// A key is written whole, or put together from what stands before its first dot.
		head, _, _ := strings.Cut(cells[0], ".")
		if !strings.Contains(code, `"`+cells[0]+`"`) && !strings.Contains(code, `"`+head+`."`) && !strings.Contains(code, "`"+head+".${") {
			t.Errorf("%s is not used", cells[0])
		}
	}
	for _, m := range regexp.MustCompile(`(?:say\(|data-(?:say|label|title)=)"([a-z0-9.-]+)"`).FindAllStringSubmatch(code, -1) {
		if !known[m[1]] && !strings.HasSuffix(m[1], ".") {
			t.Errorf("%s is asked for and has no words", m[1])
		}
	}
}

// The lock file names packages by version and hash, and no place to get them from.
func TestLockNamesNoRegistry(t *testing.T) {
	t.Parallel()
	lock := read(t, "../../web/package-lock.json")
	if strings.Contains(lock, `"resolved"`) || !strings.Contains(lock, `"integrity"`) {
		t.Error("package-lock.json names registries, or no hashes")
	}
}

func TestLicencesOfTheBundleAreThere(t *testing.T) {
	t.Parallel()
	text := read(t, "assets/licences.txt")
	for _, name := range []string{"@codemirror/state", "@codemirror/view", "@lezer/html", "style-mod"} {
		if !strings.Contains(text, "\n"+name+" ") {
			t.Errorf("no licence of %s", name)
		}
	}
	if n := strings.Count(text, "Permission is hereby granted"); n < 10 {
		t.Errorf("%d licences", n)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
