package server

import (
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheReportPageIsBehindTheScopesOfTokens(t *testing.T) {
	t.Parallel()
	s, err := New(t.Context(), Options{
		Load: func(context.Context) (*Config, error) {
			return &Config{Tokens: []Token{{Name: "读", Hash: sha256.Sum256([]byte("read-read-read-read-read")), Scopes: []string{"audit"}}, {Name: "张三", Hash: sha256.Sum256([]byte("write-write-write-write")), Scopes: []string{"audit", "override"}}}}, nil
		},
		Report: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path+" "+Who(r)) }),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, token, want string
		status                    int
	}{
		{"GET", "/report/", "", "/ ", 200},
		{"GET", "/report/data", "", "", 401},
		{"GET", "/report/data", "read-read-read-read-read", "/data 读", 200},
		{"POST", "/report/states", "read-read-read-read-read", "", 403},
		{"POST", "/report/states", "write-write-write-write", "/states 张三", 200},
	} {
		r := httptest.NewRequest(c.method, "http://127.0.0.1"+c.path, nil)
		r.Header.Set("X-Proofcheck", "1")
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || c.want != "" && w.Body.String() != c.want {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Body, c.status, c.want)
		}
	}
}
