package patrol

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWebhooksAreSigned(t *testing.T) {
	t.Parallel()
	secret := []byte("a secret of some length")
	status := http.StatusNoContent
	var problems []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
			problems = append(problems, "signature "+r.Header.Get("webhook-signature"))
		}
		if at, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64); err != nil || time.Since(time.Unix(at, 0)) > time.Hour {
			problems = append(problems, "timestamp")
		}
		if !bytes.Contains(body, []byte(`"site":"某市"`)) || r.Header.Get("Content-Type") != "application/json" {
			problems = append(problems, string(body))
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	hook := &Webhook{URL: server.URL + "/hook?token=secret", Secret: secret}
	if err := hook.Notify(t.Context(), &Report{Site: "某市"}); err != nil || problems != nil {
		t.Errorf("%v, %q", err, problems)
	}
	if strings.Contains(hook.Name(), "secret") {
		t.Errorf("the name is %s", hook.Name())
	}
	status = http.StatusInternalServerError
	if err := hook.Notify(t.Context(), &Report{Site: "某市"}); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("an answer of 500: %v", err)
	}
}

// smtpServer is a mail server that wants TLS and a password, and keeps what it gets.
type smtpServer struct {
	host  string
	port  int
	trust *tls.Config
	got   chan string
}

func newSMTP(t *testing.T) *smtpServer {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &smtpServer{host: "127.0.0.1", port: l.Addr().(*net.TCPAddr).Port, trust: &tls.Config{RootCAs: pool, ServerName: "example.com"}, got: make(chan string, 4)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c, &tls.Config{Certificates: web.TLS.Certificates})
		}
	}()
	return s
}

func (s *smtpServer) talk(c net.Conn, config *tls.Config) {
	defer func() { c.Close() }()
	in := bufio.NewReader(c)
	say := func(line string) { io.WriteString(c, line+"\r\n") }
	say("220 mail.example.com ESMTP")
	secure, known := false, false
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO":
			if secure {
				say("250-mail.example.com\r\n250 AUTH PLAIN")
			} else {
				say("250-mail.example.com\r\n250 STARTTLS")
			}
		case "STARTTLS":
			say("220 go ahead")
			t := tls.Server(c, config)
			if t.Handshake() != nil {
				return
			}
			c, in, secure = t, bufio.NewReader(t), true
		case "AUTH":
			word := strings.Fields(line)
			secret, _ := base64.StdEncoding.DecodeString(word[len(word)-1])
			if known = secure && string(secret) == "\x00user\x00right"; known {
				say("235 welcome")
			} else {
				say("535 no")
			}
		case "MAIL":
			if known {
				say("250 ok")
			} else {
				say("530 who are you")
			}
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				b.WriteString(line)
			}
			s.got <- b.String()
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestMailGoesOverTLSWithAPassword(t *testing.T) {
	t.Parallel()
	s := newSMTP(t)
	e := &Email{Host: s.host, Port: s.port, User: "user", Password: "right", From: "巡查 <patrol@example.com>", To: []string{"editor@example.com", "chief@example.com"}, Config: s.trust}
	r := &Report{Site: "某市\r\nBcc: evil@example.com", New: 1, First: []Finding{{Level: "error", Message: "“登陆”应为“登录”", Context: "请【登陆】系统"}}}
	if err := e.Notify(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(<-s.got))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "【网站巡查】某市 Bcc: evil@example.com：首页无法访问，新发现问题 1 处" || m.Header.Get("Bcc") != "" || !strings.Contains(m.Header.Get("To"), "chief@example.com") {
		t.Errorf("subject %q, header %v, %v", subject, m.Header, err)
	}
	e.Password = "wrong"
	if err := e.Notify(t.Context(), r); err == nil {
		t.Error("a wrong password was taken")
	}
	e.Password, e.Config = "right", nil
	if err := e.Notify(t.Context(), r); err == nil {
		t.Error("a certificate that nobody knows was taken")
	}
}
