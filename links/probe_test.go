package links

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
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

// coded answers with a page in a content coding.
func coded(coding, page string) http.HandlerFunc {
	var b bytes.Buffer
	var z io.WriteCloser
	switch coding {
	case "gzip":
		z = gzip.NewWriter(&b)
	case "br":
		z = brotli.NewWriter(&b)
	default:
		z, _ = zstd.NewWriter(&b)
	}
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

func TestOneRequestForEachAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("site.cn", "<title>好</title>")
		p := n.prober(nil)
		done := make(chan *Answer)
		targets := []string{"http://site.cn/a#1", "http://SITE.cn/a#2", "http://site.cn:80/%61", "http://site.cn/x/../a"}
		for _, target := range targets {
			go func() { done <- p.Probe(context.Background(), address(t, target)) }()
		}
		for range targets {
			if a := <-done; a.Verdict != OK {
				t.Errorf("%s is %v", a.URL, a.Verdict)
			}
		}
		if got := n.requests.Load(); got != 1 {
			t.Errorf("%d requests, want 1", got)
		}
		n.end(p)
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var first, second time.Time
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			if first.IsZero() {
				first = time.Now()
				w.Header().Set("Retry-After", "20")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			second = time.Now()
			w.Header().Set("Content-Type", "text/html")
		}})
		p := n.prober(nil)
		a := p.Probe(context.Background(), address(t, "http://site.cn/a"))
		if a.Verdict != OK || second.Sub(first) < 20*time.Second || second.Sub(first) > 25*time.Second {
			t.Errorf("%v, asked again after %v", a.Verdict, second.Sub(first))
		}
		n.end(p)
	})
}

func TestHostsAreSpared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var now, most atomic.Int64
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			k := now.Add(1)
			for m := most.Load(); k > m && !most.CompareAndSwap(m, k); m = most.Load() {
			}
			time.Sleep(3 * time.Second)
			now.Add(-1)
			w.Header().Set("Content-Type", "text/html")
		}})
		p := n.prober(func(o *ProbeOptions) { o.Rate = 0 })
		start := time.Now()
		done := make(chan bool)
		for i := range 80 {
			go func() {
				p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
				done <- true
			}()
		}
		for range 80 {
			<-done
		}
		if most.Load() > 4 {
			t.Errorf("%d connections at a time, want at most 4", most.Load())
		}
		if took := time.Since(start); took < 60*time.Second {
			t.Errorf("80 requests of 3 s took %v; four at a time take 60 s", took)
		}
		n.end(p)
	})
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("site.cn", "<title>好</title>")
		p := n.prober(func(o *ProbeOptions) { o.Rate = 0 })
		start := time.Now()
		for i := range 84 {
			p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
		}
		if took := time.Since(start); took < 9500*time.Millisecond {
			t.Errorf("84 requests took %v; eight a second take 10 s", took)
		}
		n.end(p)
	})
}

func TestACircuitOpensAndClosesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		broken := true
		s := n.add("site.cn", &server{handler: serve("<title>好</title>"), dial: func(int) error {
			if broken {
				return &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
			}
			return nil
		}})
		p := n.prober(nil)
		for i := range 40 {
			a := p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
			if a.Verdict != Suspect {
				t.Errorf("%v, want suspect", a.Verdict)
			}
		}
		if got := s.dialled.Load(); got > 30 {
			t.Errorf("%d connections were tried, want few", got)
		}
		broken = false
		time.Sleep(circuitFor)
		if a := p.Probe(context.Background(), address(t, "http://site.cn/new")); a.Verdict != OK {
			t.Errorf("after the host is back: %v %s", a.Verdict, a.Reason)
		}
		n.end(p)
	})
}

// A site that is being restarted while hundreds of its pages are asked for is not given up.
func TestAShortOutageOfTheOwnSiteCostsNoPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		start := time.Now()
		n.add("site.cn", &server{handler: serve("<title>好</title>" + long), dial: func(int) error {
			if time.Since(start) < 5*time.Second {
				return errRefused
			}
			return nil
		}})
		p := n.prober(func(o *ProbeOptions) {
			o.Own = func(string) bool { return true }
			o.PerHost = 64
		})
		done := make(chan *Answer)
		for i := range 300 {
			go func() { done <- p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i))) }()
		}
		for range 300 {
			if a := <-done; a.Verdict != OK {
				t.Errorf("%s: %v %s", a.URL, a.Verdict, a.Reason)
			}
		}
		n.end(p)
	})
}

func TestRedirectsAreFollowedAndRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("old.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://new.cn"+r.URL.Path, http.StatusMovedPermanently)
		}})
		n.page("new.cn", "<title>好</title><p>"+strings.Repeat("很长的内容", 100))
		p := n.prober(nil)
		a := p.Probe(context.Background(), address(t, "http://old.cn/a"))
		if fmt.Sprint(a.Statuses()) != "[301 200]" || a.Final != "http://new.cn/a" || !a.Permanent {
			t.Errorf("%v to %s, permanent %v", a.Statuses(), a.Final, a.Permanent)
		}
		n.end(p)
	})
}

func TestNoConnectionLeavesThePublicNetwork(t *testing.T) {
	t.Parallel()
	for _, inside := range []string{"127.0.0.1", "10.0.0.1", "100.100.100.200", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			secret := n.add("inside.cn", &server{addr: netip.MustParseAddr(inside), handler: serve("secret")})
			n.add("outside.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://inside.cn/", http.StatusFound)
			}})
			// A name that is public when it is first asked for, and private afterwards.
			n.add("rebind.cn", &server{handler: serve("好")})
			p := n.prober(func(o *ProbeOptions) {
				o.PublicOnly = true
				o.Proxy = http.ProxyFromEnvironment
			})
			literal := inside
			if strings.Contains(inside, ":") {
				literal = "[" + inside + "]"
			}
			for _, target := range []string{"http://inside.cn/", "http://outside.cn/", "http://" + literal + "/", "https://" + literal + "/"} {
				if a := p.Probe(context.Background(), address(t, target)); a.Verdict != Skipped || a.Reason != "private" {
					t.Errorf("%s by %s: %v %s", target, inside, a.Verdict, a.Reason)
				}
			}
			p.Probe(context.Background(), address(t, "http://rebind.cn/1"))
			p.Close()
			n.mu.Lock()
			n.hosts["rebind.cn"] = secret
			n.mu.Unlock()
			time.Sleep(2 * nameLife)
			if a := p.Probe(context.Background(), address(t, "http://rebind.cn/2")); a.Reason != "private" {
				t.Errorf("after its name was bound anew: %v %s", a.Verdict, a.Reason)
			}
			if secret.dialled.Load() > 0 {
				t.Errorf("%s was connected to", inside)
			}
			n.end(p)
		})
	}
}

func TestCredentialsAndCookiesStayWithTheirHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var sent, cookie, leaked string
		n.add("own.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			sent = r.Header.Get("Authorization") + r.Header.Get("X-Key")
			if c, err := r.Cookie("s"); err == nil {
				cookie = c.Value
			}
			http.SetCookie(w, &http.Cookie{Name: "s", Value: "1"})
			http.Redirect(w, r, "http://other.cn/", http.StatusFound)
		}})
		n.add("other.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			leaked = r.Header.Get("Authorization") + r.Header.Get("X-Key") + r.Header.Get("Cookie")
		}})
		p := n.prober(func(o *ProbeOptions) {
			o.Hosts = map[string]*HostOptions{"own.cn": {User: "u", Password: "p", Header: http.Header{"X-Key": {"k"}}}}
		})
		p.Probe(context.Background(), address(t, "http://own.cn/a"))
		p.Probe(context.Background(), address(t, "http://own.cn/b"))
		if sent != "Basic dTpwk" && sent != "Basic dTpw"+"k" || cookie != "1" || leaked != "" {
			t.Errorf("sent %q, cookie %q, leaked %q", sent, cookie, leaked)
		}
		n.end(p)
	})
}

// certificate makes one for a name that is valid from start for a day, signed by itself or by parent.
func certificate(t *testing.T, name string, start time.Time, parent *tls.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: start, NotAfter: start.Add(24 * time.Hour),
		IsCA: parent == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	issuer, signer := template, any(key)
	if parent != nil {
		if issuer, err = x509.ParseCertificate(parent.Certificate[0]); err != nil {
			t.Fatal(err)
		}
		signer = parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestProblemsOfCertificatesAreToldApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		now := time.Now()
		root := certificate(t, "root", now.Add(-time.Hour), nil)
		stranger := certificate(t, "stranger", now.Add(-time.Hour), nil)
		pool := x509.NewCertPool()
		leaf, err := x509.ParseCertificate(root.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		pool.AddCert(leaf)
		p := n.prober(func(o *ProbeOptions) { o.TLS = &tls.Config{RootCAs: pool} })
		for name, c := range map[string]struct {
			cert *tls.Certificate
			want string
		}{
			"good.cn":     {certificate(t, "good.cn", now.Add(-time.Hour), root), ""},
			"expired.cn":  {certificate(t, "expired.cn", now.Add(-48*time.Hour), root), "tls-expired"},
			"host.cn":     {certificate(t, "other.cn", now.Add(-time.Hour), root), "tls-host"},
			"self.cn":     {certificate(t, "self.cn", now.Add(-time.Hour), nil), "tls-self-signed"},
			"stranger.cn": {certificate(t, "stranger.cn", now.Add(-time.Hour), stranger), "tls-authority"},
			"plain.cn":    {nil, "tls"},
		} {
			s := &server{handler: serve("<title>好</title>")}
			if c.cert != nil {
				s.wrap = func(conn net.Conn) net.Conn {
					return tls.Server(newBuffered(conn), &tls.Config{Certificates: []tls.Certificate{*c.cert}})
				}
			}
			n.add(name, s)
			a := p.Probe(context.Background(), address(t, "https://"+name+"/"))
			want := Suspect
			if c.want == "" {
				want = OK
			}
			if a.Verdict != want || a.Reason != c.want {
				t.Errorf("%s: %v %q, want %q", name, a.Verdict, a.Reason, c.want)
			}
		}
		n.end(p)
	})
}

func TestACancelledProbeReturnsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("site.cn", &server{raw: speak(time.Hour, head)})
		p := n.prober(nil)
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		a := p.Probe(ctx, address(t, "http://site.cn/"))
		if took := time.Since(start); took > 2*time.Second || a.Reason != "cancelled" {
			t.Errorf("it took %v: %v %s", took, a.Verdict, a.Reason)
		}
		n.end(p)
		time.Sleep(2 * time.Hour)
	})
}
