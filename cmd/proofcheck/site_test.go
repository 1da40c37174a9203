package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// trialSite starts a web site for scripts. It answers as a proxy, too; /count tells how often each
// address was asked for.
func trialSite(t testing.TB) *httptest.Server {
	var mu sync.Mutex
	counts := map[string]int{}
	long := "<p>" + strings.Repeat("本页的内容很长，不像一个错误页面。", 40)
	pages := map[string]string{
		"/":             "<title>首页</title><a href='ok.html'>通知公告</a>\n<a href='gone.html'>名单</a>" + long,
		"/ok.html":      "<title>通知公告</title><p id=one><a href='/deep/gone.html'>附件</a>" + long,
		"/hijacked":     "<title>北京赛车_时时彩</title><p>百家乐 老虎机 六合彩开奖" + long,
		"/soft":         "<title>页面不存在</title><p>您访问的页面不存在",
		"/expected.doc": "<title>登录</title>" + long,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		mu.Lock()
		if r.URL.Path != "/count" {
			counts[r.URL.Path]++
		}
		mu.Unlock()
		status, page := http.StatusOK, pages[r.URL.Path]
		switch {
		case r.URL.IsAbs():
			page = "<title>代理</title>" + long
		case r.URL.Path == "/count":
			mu.Lock()
			page = fmt.Sprint(counts)
			mu.Unlock()
		case r.URL.Path == "/old.html":
			http.Redirect(w, r, "/ok.html", http.StatusMovedPermanently)
			return
		case r.URL.Path == "/secret" && r.Header.Get("X-Key") == "value of key":
			page = "<title>内部</title>" + long
		case r.URL.Path == "/secret":
			status = http.StatusForbidden
		case r.URL.Path == "/login" && user == "editor" && password == "pass":
			page = "<title>登录后</title>" + long
		case r.URL.Path == "/login":
			status = http.StatusUnauthorized
		case r.URL.Path == "/teapot":
			status = http.StatusTeapot
		case page == "":
			status = http.StatusNotFound
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s
}
