package server

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"proofcheck/formats"
)

// FuzzParse reads requests of every type: what is accepted is within its bounds, and what is shown is
// free of control characters.
func FuzzParse(f *testing.F) {
	f.Add("application/json", "lang=en", []byte(`{"content": "<p>x", "only": ["typo"], "allow": ["词"], "baseline": ["a"], "store": true}`))
	f.Add("application/json", "", []byte(`{"content": "\ud800", "min-level": "info", "url": "\u0000"}`))
	f.Add("text/html; charset=gbk", "title=a%0d%0ab&only=a,b&store=1", []byte("<p>\xc7\xeb"))
	f.Add("multipart/form-data; boundary=b", "", []byte("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../a\\\\b.html\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"skip\"\r\n\r\ntypo\r\n--b--\r\n"))
	f.Add("multipart/form-data; boundary=b", "", []byte("--b\r\nContent-Disposition: form-data; filename*=utf-8''%2e%2e%2fa.md\r\n\r\n\r\n--b--"))
	s := &Server{opt: Options{Limits: Limits{}.withDefaults()}}
	f.Fuzz(func(t *testing.T, media, query string, body []byte) {
		r := httptest.NewRequest("POST", "/v1/check", nil)
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", media)
		a, p := s.parse(r, body)
		if p != nil {
			if statuses[p.code] == 0 || strings.Contains(p.Error(), "\x00") && !strings.Contains(string(body)+media+query, "\x00") {
				t.Errorf("problem %q: %v", p.code, p)
			}
			return
		}
		if len(a.drafts) == 0 || len(a.drafts) > s.opt.Limits.Files || len(a.allow) > maxAllow || len(a.only) > maxList || len(a.skip) > maxList {
			t.Errorf("%d drafts, %d words", len(a.drafts), len(a.allow))
		}
		for _, d := range a.drafts {
			if d.format == nil || d.name == "" {
				t.Errorf("draft %+v", d)
			}
			if a.several && strings.ContainsAny(d.name, `/\`) {
				t.Errorf("name %q", d.name)
			}
		}
		for _, shown := range []string{a.url, a.title, a.id, a.channel, a.user} {
			if strings.ContainsFunc(shown, unicode.IsControl) || !utf8.ValidString(shown) {
				t.Errorf("%q", shown)
			}
		}
	})
}

// FuzzPointed follows pointers into messages.
func FuzzPointed(f *testing.F) {
	f.Add("/a/0/b", []byte(`{"a": [{"b": "x"}]}`))
	f.Add("/a~1b/~0", []byte(`{"a/b": {"~": 1.5e300}}`))
	f.Add("", []byte(`"x"`))
	f.Fuzz(func(t *testing.T, pointer string, body []byte) {
		if pointer != "" && pointer[0] != '/' {
			return // the config refuses it
		}
		h := &Webhook{Content: pointer, ID: pointer, URL: pointer}
		if a, p := h.read(body); p == nil && (len(a.drafts) != 1 || a.drafts[0].format == nil) {
			t.Errorf("got %+v", a)
		}
	})
}

// FuzzPlaces finds places of any bytes: they grow with the offset, and end at the end.
func FuzzPlaces(f *testing.F) {
	f.Add([]byte("😀通知\r\n请登陆\xff系统\r\r\n𠮷"), int64(3), int64(11))
	f.Add([]byte("\xef\xbb\xbfa"), int64(0), int64(3))
	f.Add([]byte("\xff\xfea\x00\x3d\xd8\x00\xde"), int64(2), int64(4))
	f.Fuzz(func(t *testing.T, text []byte, a, b int64) {
		d, err := formats.Decode(formats.Text, text, formats.Options{})
		if err != nil {
			return
		}
		a, b = max(0, min(a, b)), max(0, a, b)
		for _, o := range []int64{a, b} {
			if at := d.Offset(o); at < int64(len(d.Text)) && !utf8.RuneStart(d.Text[at]) {
				return // places of findings are never inside of a character
			}
		}
		at := places(d, []int64{b, a, int64(len(text))})
		if at[a].Rune > at[b].Rune || at[a].UTF16 > at[b].UTF16 || at[a].Rune > at[a].UTF16 || at[a].Line > at[b].Line {
			t.Errorf("%d is %+v, %d is %+v", a, at[a], b, at[b])
		}
		if end := at[int64(len(text))]; end.Rune != utf8.RuneCount(d.Text) {
			t.Errorf("the end is at %d of %d", end.Rune, utf8.RuneCount(d.Text))
		}
	})
}

// FuzzForm chooses a form by any Accept header and query.
func FuzzForm(f *testing.F) {
	f.Add("text/html;q=0.9, */*;q=0.1", "")
	f.Add("application/json", "sarif")
	f.Add(";;;q=NaN,,*/*;q=Inf", "")
	f.Fuzz(func(t *testing.T, accept, report string) {
		r := httptest.NewRequest("POST", "/v1/check?report="+url.QueryEscape(report), nil)
		r.Header.Set("Accept", accept)
		if form, p := formFor(r); p != nil && (form != nil || statuses[p.code] == 0) {
			t.Errorf("%v, %v", form, p)
		}
	})
}
