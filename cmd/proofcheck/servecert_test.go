package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"proofcheck/server"
)

// authority issues certificates for 127.0.0.1.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t), pool: x509.NewCertPool()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.cert)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// issue returns a certificate that ends at some time, and its key, as PEM.
func (a *authority) issue(serial int64, end time.Time) (cert, key []byte) {
	a.t.Helper()
	private := newKey(a.t)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "proofcheck"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: end,
	}, a.cert, &private.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

// secureRun is a service with files for TLS, not yet listening.
func secureRun(t *testing.T, cert, key []byte) (r *serveRun, said *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	said = &bytes.Buffer{}
	r = &serveRun{program: &program{speaker: speaker{"en"}, stderr: said}, first: &config{}, log: slog.New(slog.DiscardHandler), flags: serveConfig{
		addr: "127.0.0.1:0", cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"),
	}}
	replace(t, r.flags.cert, cert)
	replace(t, r.flags.key, key)
	return r, said
}

// replace writes a file as tools that renew certificates do, but always with the same time, as two renewals within the grain
// of the file system's times have; nil writes none.
func replace(t *testing.T, name string, data []byte) {
	t.Helper()
	if data == nil {
		return
	}
	if err := os.WriteFile(name+".new", data, 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(name+".new", then, then); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

// secureService serves over TLS and returns its address.
func secureService(t *testing.T, r *serveRun) string {
	t.Helper()
	s, err := server.New(context.Background(), server.Options{Load: func(context.Context) (*server.Config, error) { return &server.Config{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := r.listen(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "https://" + l.Addr().String() + "/healthz"
}

// shake asks over a connection of its own, and returns the serial number of the certificate.
func shake(url string, conf *tls.Config) (serial int64, err error) {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: conf, DisableKeepAlives: true}, Timeout: 20 * time.Second}
	r, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
		return 0, errors.Join(err, errors.New(r.Status))
	}
	return r.TLS.PeerCertificates[0].SerialNumber.Int64(), nil
}

func TestTheServiceSpeaksTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue(7, time.Now().Add(time.Hour))
	r, said := secureRun(t, cert, key)
	url := secureService(t, r)
	if serial, err := shake(url, &tls.Config{RootCAs: a.pool}); err != nil || serial != 7 {
		t.Errorf("serial %d, %v", serial, err)
	}
	var unknown x509.UnknownAuthorityError
	if _, err := shake(url, &tls.Config{RootCAs: x509.NewCertPool()}); !errors.As(err, &unknown) {
		t.Errorf("a client that does not know the authority: %v", err)
	}
	if _, err := shake(url, &tls.Config{RootCAs: a.pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	// Who speaks no TLS is not served in the clear.
	plain, err := http.Get("http" + strings.TrimPrefix(url, "https"))
	if err == nil {
		plain.Body.Close()
		if plain.StatusCode == http.StatusOK {
			t.Error("an answer without TLS")
		}
	}
	if _, err := shake(url, &tls.Config{RootCAs: a.pool}); err != nil {
		t.Errorf("after that: %v", err)
	}
	if said.Len() > 0 {
		t.Errorf("said %q", said)
	}
}

// A renewed certificate is taken without a restart; while its files do not belong together, or are none, the one
// before goes on.
func TestARenewedCertificateIsTaken(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue(1, time.Now().Add(time.Hour))
	r, _ := secureRun(t, cert, key)
	url := secureService(t, r)
	expect := func(what string, want int64) {
		t.Helper()
		if serial, err := shake(url, &tls.Config{RootCAs: a.pool}); err != nil || serial != want {
			t.Errorf("%s: serial %d, %v; want %d", what, serial, err, want)
		}
	}
	expect("at first", 1)
	cert, key = a.issue(2, time.Now().Add(time.Hour))
	replace(t, r.flags.cert, cert)
	expect("the new certificate with the old key", 1)
	replace(t, r.flags.key, key)
	expect("with its own key", 2)
	replace(t, r.flags.cert, []byte("no certificate"))
	expect("a file that is no certificate", 2)
	if err := os.Remove(r.flags.cert); err != nil {
		t.Fatal(err)
	}
	expect("no file", 2)
	cert, key = a.issue(3, time.Now().Add(time.Hour))
	replace(t, r.flags.key, key)
	replace(t, r.flags.cert, cert)
	expect("renewed again", 3)
}

func TestFilesThatAreNoCertificateAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue(1, time.Now().Add(time.Hour))
	_, other := a.issue(2, time.Now().Add(time.Hour))
	for _, test := range []struct {
		name      string
		cert, key []byte
		want      string
	}{
		{"another certificate's key", cert, other, "private key does not match"},
		{"no key", cert, nil, "does not exist"},
		{"no certificate", nil, key, "does not exist"},
		{"a text", []byte("hello"), key, "PEM"},
		{"key and certificate changed for each other", key, cert, "PEM"},
	} {
		r, _ := secureRun(t, test.cert, test.key)
		s, err := server.New(context.Background(), server.Options{Load: func(context.Context) (*server.Config, error) { return &server.Config{}, nil }})
		if err != nil {
			t.Fatal(err)
		}
		l, err := r.listen(s)
		if err == nil {
			l.Close()
			t.Errorf("%s: it is taken", test.name)
			continue
		}
		if text := err.Error(); !strings.Contains(strings.ToLower(text), strings.ToLower(test.want)) || !strings.Contains(text, "cert.pem") || !strings.Contains(text, "key.pem") {
			t.Errorf("%s: %s", test.name, text)
		}
	}
}

// An expired certificate does not keep the service from starting after a restart, since it may be renewed beside it; but it
// is told, and clients refuse it.
func TestAnExpiredCertificateIsTold(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue(1, time.Now().Add(-time.Hour))
	r, said := secureRun(t, cert, key)
	url := secureService(t, r)
	if !strings.Contains(said.String(), "expired on") || !strings.Contains(said.String(), "cert.pem") {
		t.Errorf("said %q", said)
	}
	var invalid x509.CertificateInvalidError
	if _, err := shake(url, &tls.Config{RootCAs: a.pool}); !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		t.Errorf("the client: %v", err)
	}
	cert, key = a.issue(2, time.Now().Add(time.Hour))
	replace(t, r.flags.key, key)
	replace(t, r.flags.cert, cert)
	if serial, err := shake(url, &tls.Config{RootCAs: a.pool}); err != nil || serial != 2 {
		t.Errorf("renewed: %d, %v", serial, err)
	}
}
