package patrol

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// Webhook posts reports as JSON. With a secret they are signed as Standard Webhooks are: the header
// webhook-signature is "v1," and the HMAC-SHA256 of ID.TIMESTAMP.BODY in base64.
type Webhook struct {
	URL    string
	Secret []byte // nil: not signed
	Client *http.Client
}

// Name returns the address without query and password.
func (w *Webhook) Name() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return "webhook"
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// notifyTimeout is how long one attempt of sending takes at most.
const notifyTimeout = 30 * time.Second

// Notify implements Notifier. An answer that is not 2xx is an error.
func (w *Webhook) Notify(ctx context.Context, r *Report) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	id, at := "msg_"+rand.Text(), strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "proofcheck-patrol")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", at)
	if w.Secret != nil {
		mac := hmac.New(sha256.New, w.Secret)
		io.WriteString(mac, id+"."+at+".")
		mac.Write(body)
		req.Header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	client := w.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}

// Email sends reports by SMTP.
type Email struct {
	Host     string
	Port     int    // 0: 465 with TLS "tls", else 587
	TLS      string // "starttls" (default), "tls", or "none"
	User     string // "": no authentication
	Password string
	From     string
	To       []string
	Lang     string
	Config   *tls.Config // nil is the usual one
}

// Name returns the host and the first address.
func (e *Email) Name() string { return "mail:" + e.Host + ":" + fmt.Sprint(e.To) }

// Notify implements Notifier.
func (e *Email) Notify(ctx context.Context, r *Report) error {
	m := mail.NewMsg()
	if err := m.From(e.From); err != nil {
		return err
	}
	if err := m.To(e.To...); err != nil {
		return err
	}
	m.Subject(r.Subject(e.Lang))
	m.SetBodyString(mail.TypeTextPlain, r.Text(e.Lang))
	m.SetDate()
	m.SetMessageID()
	opts := []mail.Option{mail.WithTimeout(notifyTimeout)}
	switch e.TLS {
	case "tls":
		opts = append(opts, mail.WithSSL(), mail.WithPort(465))
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS), mail.WithPort(25))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithPort(587))
	}
	if e.Port != 0 {
		opts = append(opts, mail.WithPort(e.Port))
	}
	if e.Config != nil {
		opts = append(opts, mail.WithTLSConfig(e.Config))
	}
	if e.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(e.User), mail.WithPassword(e.Password))
	}
	client, err := mail.NewClient(e.Host, opts...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*notifyTimeout)
	defer cancel()
	return client.DialAndSendWithContext(ctx, m)
}

// File appends reports to a file, one JSON object a line.
type File struct{ Path string }

// Name returns the path.
func (f *File) Name() string { return f.Path }

// Notify implements Notifier.
func (f *File) Notify(_ context.Context, r *Report) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(f.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}
