package links

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// sequence answers with one status after the other, and stays at the last.
func sequence(codes ...int) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		k := min(int(n.Add(1)), len(codes))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(codes[k-1])
		fmt.Fprint(w, "<title>标题</title><p>内容")
	}
}

func serve(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
}

// speak writes an answer byte by byte, with a pause before each piece.
func speak(pause time.Duration, pieces ...string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		for _, p := range pieces {
			time.Sleep(pause)
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
		}
		// The other side closes, or its time runs out.
		_, _ = io.Copy(io.Discard, r)
	}
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

func TestVerdictsOfAHostileNetwork(t *testing.T) {
	t.Parallel()
	notFound := func(int) error { return &net.DNSError{Err: "no such host", IsNotFound: true} }
	twice := func(err error) func(int) error {
		return func(n int) error {
			if n <= 2 {
				return err
			}
			return nil
		}
	}
	gb, _ := simplifiedchinese.GBK.NewEncoder().String("<title>北京市人民政府</title><p>内容")
	for _, c := range []struct {
		name    string
		server  *server
		path    string
		verdict Verdict
		reason  string
	}{
		{"fine", &server{handler: serve("<title>好</title>")}, "/", OK, ""},
		{"not found", &server{handler: sequence(404)}, "/a", Dead, "status"},
		{"gone", &server{handler: sequence(410)}, "/a", Dead, "status"},
		{"not found once", &server{handler: sequence(404, 200)}, "/a", OK, ""},
		{"5xx once", &server{handler: sequence(502, 200)}, "/a", OK, ""},
		{"5xx twice", &server{handler: sequence(500, 503, 200)}, "/a", OK, ""},
		{"5xx always", &server{handler: sequence(500)}, "/a", Suspect, "status"},
		{"forbidden outside", &server{handler: sequence(403)}, "/a", Suspect, "status"},
		{"unauthorised", &server{handler: sequence(401)}, "/a", Suspect, "status"},
		{"429 always", &server{handler: sequence(429)}, "/a", Suspect, "status"},
		{"no host", nil, "/a", Dead, "no-host"},
		{"no host at first", &server{handler: serve("好"), lookUp: twice(&net.DNSError{Err: "no such host", IsNotFound: true})}, "/a", OK, ""},
		{"never a host", &server{handler: serve("好"), lookUp: notFound}, "/a", Dead, "no-host"},
		{"resolver fails", &server{handler: serve("好"), lookUp: func(int) error { return &net.DNSError{Err: "server misbehaving", IsTemporary: true} }}, "/a", Suspect, "resolve"},
		{"refused", &server{dial: func(int) error { return errRefused }}, "/a", Dead, "refused"},
		{"refused twice", &server{handler: serve("好"), dial: twice(errRefused)}, "/a", OK, ""},
		{"reset", &server{raw: func(c net.Conn) { c.Close() }}, "/a", Suspect, "reset"},
		{"slow headers", &server{raw: speak(20*time.Second, head+"\r\n")}, "/a", Suspect, "timeout"},
		{"headers one by one", &server{raw: speak(time.Second, strings.Split(strings.Repeat("X-A: b\r\n|", 60), "|")...)}, "/a", Suspect, ""},
		{"slow body", &server{raw: speak(time.Second, append([]string{head + "\r\n"}, strings.Split(strings.Repeat("<p>,", 100), ",")...)...)}, "/a", Suspect, "timeout"},
		{"endless body", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			for {
				if _, err := io.WriteString(w, strings.Repeat("<p>长长的内容</p>\n", 100)); err != nil {
					return
				}
			}
		}}, "/a", OK, ""},
		{"short body", &server{raw: speak(0, head+"Content-Length: 100\r\n\r\n<p>", "")}, "/a", Suspect, ""},
		{"redirect loop", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, map[string]string{"/a": "/b", "/b": "/a"}[r.URL.Path], http.StatusFound)
		}}, "/a", Suspect, "loop"},
		{"endless redirects", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}}, "/a", Suspect, "redirects"},
		{"redirect to a file", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}}, "/a", Suspect, "location"},
		{"huge header", &server{raw: speak(0, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("a", 200<<10)+"\r\n\r\n")}, "/a", Suspect, "header"},
		{"nonsense", &server{raw: speak(0, "220 smtp.example ESMTP\r\n")}, "/a", Suspect, "header"},
		{"invalid UTF-8", &server{handler: serve("<title>\xff\xfe坏\x80</title><p>\xc3\x28")}, "/a", OK, ""},
		{"GBK", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=gbk")
			io.WriteString(w, gb)
		}}, "/a", OK, ""},
		{"gzip bomb", &server{handler: coded("gzip", strings.Repeat("<p>零</p>", 20<<20/9))}, "/a", OK, ""},
		{"broken gzip", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "not gzip at all")
		}}, "/a", OK, ""},
		{"soft 404", &server{handler: serve("<title>您访问的页面不存在</title><p>返回首页")}, "/a", Wrong, "soft-404"},
		{"wildcard", &server{wild: true, handler: serve("<title>欢迎</title><p>欢迎光临本站")}, "/zw/2020/1.html", Wrong, "random"},
		{"hijacked", &server{handler: serve("<title>澳门新葡京_百家乐_时时彩平台</title><meta name=keywords content='六合彩,百家乐,老虎机'><p>北京赛车")}, "/a", Hijacked, "words"},
		{"news of gambling", &server{handler: serve("<title>警方打击网络赌博</title><p>警方查处一个以百家乐、时时彩、六合彩为名的赌博网站。")}, "/", OK, ""},
		{"parked", &server{handler: serve("<title>a.cn</title><p>This domain is for sale. Buy this domain.")}, "/a", Hijacked, "parked"},
		{"empty attachment", &server{handler: func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "0") }}, "/a.pdf", Wrong, "empty-file"},
		{"attachment is a page", &server{handler: serve("<title>登录</title><p>请登录")}, "/a.pdf", Wrong, "type"},
		{"no ranges", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "application/pdf")
			io.WriteString(w, "%PDF-1.4")
		}}, "/a.pdf", OK, ""},
		{"private address", &server{addr: netip.MustParseAddr("169.254.169.254"), handler: serve("geheim")}, "/a", Skipped, "private"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				if c.server != nil {
					n.add("site.cn", c.server)
				}
				p := n.prober(func(o *ProbeOptions) { o.PublicOnly = true })
				a := p.Probe(context.Background(), address(t, "http://site.cn"+c.path))
				if a.Verdict != c.verdict || c.reason != "" && a.Reason != c.reason || c.verdict == OK && a.Reason != "" {
					t.Errorf("got %v, %q %v after %v; want %v, %q", a.Verdict, a.Reason, a.Args, a.Chain, c.verdict, c.reason)
				}
				if a.Took > 3*15*time.Second+30*time.Second && c.name != "429 always" {
					t.Errorf("it took %v", a.Took)
				}
				n.end(p)
			})
		})
	}
}

// packer writes in a coding of HTTP.
func packer(coding string, w io.Writer) io.WriteCloser {
	switch coding {
	case "gzip":
		return gzip.NewWriter(w)
	case "br":
		return brotli.NewWriterLevel(w, 1)
	case "deflate":
		z, _ := flate.NewWriter(w, flate.BestSpeed) // fails for other levels only
		return z
	}
	z, _ := zstd.NewWriter(w) // fails for options only
	return z
}

// coded answers with a page in a content coding.
func coded(coding, page string) http.HandlerFunc {
	var b bytes.Buffer
	z := packer(coding, &b)
	io.WriteString(z, page)
	z.Close()
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), coding) {
			w.WriteHeader(http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Encoding", coding)
		w.Write(b.Bytes())
	}
}

func TestPagesAreReadInEveryCoding(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "br", "zstd"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.add("site.cn", &server{handler: coded(coding, "<title>标题</title><p id=fj1>附件一")})
			p := n.prober(nil)
			a := p.Probe(context.Background(), address(t, "http://site.cn/"))
			if has, known := a.HasAnchor("fj1"); a.Title != "标题" || !has || !known {
				t.Errorf("%s: title %q, anchor %v %v", coding, a.Title, has, known)
			}
			if has, known := a.HasAnchor("fj2"); has || !known {
				t.Errorf("%s: an anchor that is not there: %v %v", coding, has, known)
			}
			n.end(p)
		})
	}
}

// Whatever bytes a server sends, an address is called dead only when they say 404 or 410, or send the
// caller to a host that does not exist; and time is bounded.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(head + "Content-Length: 5\r\n\r\nhello"))
	f.Add([]byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 301 Moved\r\nLocation: http://site.cn/a\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 301 Moved\r\nLocation: http://nowhere.cn/\r\n\r\n"))
	f.Add([]byte(head + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"))
	f.Add([]byte(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"))
	f.Add([]byte("HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/-5\r\nContent-Encoding: br\r\n\r\n\x8b"))
	f.Add([]byte("HTTP/1.1 429 Slow\r\nRetry-After: 99999999999\r\n\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.add("site.cn", &server{raw: speak(0, string(answer))})
			p := n.prober(nil)
			for _, target := range []string{"http://site.cn/a", "http://site.cn/a.pdf"} {
				a := p.Probe(context.Background(), address(t, target))
				k := len(a.Chain)
				elsewhere := k > 0 && a.Chain[k-1].Status/100 == 3 && a.Reason != "status" // to a host that is gone
				if a.Verdict == Dead && !elsewhere && (k == 0 || a.Chain[k-1].Status != 404 && a.Chain[k-1].Status != 410) {
					t.Errorf("%s: dead by %q after %v", target, a.Reason, a.Chain)
				}
				if a.Took > 10*time.Minute {
					t.Errorf("%s took %v", target, a.Took)
				}
			}
			n.end(p)
		})
	})
}
