package links

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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

func TestForbiddenPagesOfTheOwnSiteAreDead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("own.cn", &server{handler: sequence(403)})
		n.add("other.cn", &server{handler: sequence(403)})
		n.add("accepted.cn", &server{handler: sequence(403)})
		p := n.prober(func(o *ProbeOptions) {
			o.Own = func(h string) bool { return h == "own.cn" }
			o.Hosts = map[string]*HostOptions{"accepted.cn": {Accept: []int{403}}}
		})
		for name, want := range map[string]Verdict{"own.cn": Dead, "other.cn": Suspect, "accepted.cn": OK} {
			if a := p.Probe(context.Background(), address(t, "http://"+name+"/a")); a.Verdict != want {
				t.Errorf("%s: %v %s, want %v", name, a.Verdict, a.Reason, want)
			}
		}
		n.end(p)
	})
}

func TestAddressesAreLeftOutAndSentElsewhereAsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("trial.cn", "<title>好</title>"+long)
		p := n.prober(func(o *ProbeOptions) {
			o.Exclude = func(u *url.URL) bool { return u.Hostname() == "left.cn" }
			o.Rewrite = func(u *url.URL) *url.URL {
				if u.Hostname() != "live.cn" {
					return nil
				}
				v := *u
				v.Host = "trial.cn"
				return &v
			}
		})
		if a := p.Probe(context.Background(), address(t, "http://left.cn/")); a.Verdict != Skipped || a.Reason != "excluded" {
			t.Errorf("left out: %v %s", a.Verdict, a.Reason)
		}
		if a := p.Probe(context.Background(), address(t, "http://live.cn/a")); a.Verdict != OK || a.Final != "http://live.cn/a" {
			t.Errorf("sent elsewhere: %v %s, final %s", a.Verdict, a.Reason, a.Final)
		}
		n.end(p)
	})
}

// However much a body grows, no more of it is taken than the limit: what the whole probe allocates is told by the
// runtime, so the test cannot pass by being quick.
func TestBombsAreNotTakenIntoMemory(t *testing.T) {
	const size = 128 << 20
	for _, coding := range []string{"gzip", "br", "zstd", "deflate"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			bomb := bombOf(t, coding, size)
			n.add("site.cn", &server{handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Encoding", coding)
				_, _ = w.Write(bomb)
			}})
			p := n.prober(nil)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			a := p.Probe(context.Background(), address(t, "http://site.cn/a"))
			runtime.ReadMemStats(&after)
			if a.Verdict != OK || a.Size < 0 {
				t.Errorf("%s: %v %s, %d bytes", coding, a.Verdict, a.Reason, a.Size)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
				t.Errorf("%s: a body of %d KiB that grows to %d MiB made the probe allocate %d MiB", coding, len(bomb)>>10, size>>20, took>>20)
			}
			n.end(p)
		})
	}
}

// bombOf packs a page of that many bytes.
func bombOf(t *testing.T, coding string, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := packer(coding, &b)
	chunk := bytes.Repeat([]byte("<p>零</p>"), 1<<16)
	for n := 0; n < size; n += len(chunk) {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
