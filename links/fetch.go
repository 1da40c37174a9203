package links

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"proofcheck/formats"
)

// try is one attempt to get an answer.
type try struct {
	p         *Prober
	answer    *Answer
	confirmed bool            // an attempt before has said that there is no such page
	read      *formats.Format // the references of a page are wanted
	again     bool            // another attempt may have another result
	soon      bool            // it need not wait
	after     time.Duration   // the server says how long to wait
	whole     bool            // Range was refused
	first     bool            // a file may be asked for by HEAD
	asked     bool            // it was, and GET has to decide
	leave     func()          // gives the slot of the host back, once
}

// fail sets the verdict of a failure.
func (t *try) fail(v Verdict, reason string, args ...string) {
	t.answer.Verdict, t.answer.Reason, t.answer.Args = v, reason, args
}

// run follows an address to its end.
func (t *try) run(ctx context.Context, u *url.URL) {
	a := t.answer
	visited := map[string]int{}
	permanent := true
	for {
		key := Key(u)
		// A page may send its visitor to itself once, to set a cookie.
		if visited[key]++; visited[key] > 2 {
			t.fail(Suspect, "loop")
			return
		}
		if len(a.Chain) > t.p.opt.MaxRedirects {
			t.fail(Suspect, "redirects")
			return
		}
		a.Final = key
		next, ok := t.hop(ctx, u)
		if !ok {
			a.Permanent = permanent && len(a.Chain) > 1
			return
		}
		if s := a.Chain[len(a.Chain)-1].Status; s != http.StatusMovedPermanently && s != http.StatusPermanentRedirect {
			permanent = false
		}
		if next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
			t.fail(Suspect, "location")
			return
		}
		u = next
	}
}

// hop sends one request. It returns where the answer redirects to, or false when it is the last.
func (t *try) hop(ctx context.Context, u *url.URL) (next *url.URL, redirected bool) {
	p := t.p
	to := u
	if p.opt.Rewrite != nil {
		if r := p.opt.Rewrite(u); r != nil {
			to = r
		}
	}
	h := p.host(HostKey(to))
	if wait := h.open(); wait > 0 {
		t.fail(Suspect, "circuit")
		// The own site may have been restarted; for strangers nobody waits.
		t.again, t.after = p.own(u), wait
		return nil, false
	}
	if err := p.enter(ctx, h); err != nil {
		t.fail(Skipped, "cancelled")
		return nil, false
	}
	t.leave = sync.OnceFunc(func() { p.leave(h) })
	defer t.leave()
	whole := ctx
	attachment := t.read == nil && isAttachment(u.Path)
	if attachment {
		before := t.asked
		if t.head(ctx, u, to, h) {
			return nil, false
		}
		if t.asked && !before {
			defer t.contradicted(h)
			if err := h.wait(ctx); err != nil {
				t.fail(Skipped, "cancelled")
				return nil, false
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	req, err := p.request(ctx, to, h)
	if err != nil {
		t.fail(Suspect, "location")
		return nil, false
	}
	if attachment && !t.whole {
		req.Header.Set("Range", "bytes=0-511")
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		t.broken(h, err)
		return nil, false
	}
	defer resp.Body.Close()
	h.connected(true)
	if cookies := resp.Cookies(); len(cookies) > 0 {
		p.jar.SetCookies(to, cookies[:min(len(cookies), 20)])
	}
	status := resp.StatusCode
	t.answer.Chain = append(t.answer.Chain, Hop{Key(u), status})
	switch {
	case h.accepts(status), slices.Contains(p.opt.Accept, status):
		t.answer.Verdict = OK
	case status == 301 || status == 302 || status == 303 || status == 307 || status == 308:
		next, err := Resolve(u, resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			t.fail(Suspect, "location")
			return nil, false
		}
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // to use the connection again
		return next, true
	case status == http.StatusRequestedRangeNotSatisfiable && attachment && !t.whole:
		if strings.HasSuffix(resp.Header.Get("Content-Range"), "/0") {
			t.answer.Size = 0
			t.fail(Wrong, "empty-file")
			return nil, false
		}
		fallthrough
	case status >= 400 && attachment && !t.whole:
		// Some servers do not know Range: the same address is asked again without.
		t.whole = true
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
		return u, true
	case status >= 200 && status < 300:
		t.content(whole, u, h, resp, attachment)
	default:
		t.refusal(u, h, resp)
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
	}
	return nil, false
}

func (p *Prober) own(u *url.URL) bool { return p.opt.Own != nil && p.opt.Own(u.Hostname()) }

func (p *Prober) request(ctx context.Context, u *url.URL, h *host) (*http.Request, error) {
	plain := *u
	plain.Fragment, plain.RawFragment = "", ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, plain.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Host = HostKey(u)
	req.URL.Host = req.Host
	if req.URL.Path == "" {
		req.URL.Path = "/"
	}
	req.Header = http.Header{
		"User-Agent":      {p.opt.UserAgent},
		"Accept":          {"text/html,application/xhtml+xml,*/*;q=0.8"},
		"Accept-Language": {"zh-CN,zh;q=0.9,en;q=0.5"},
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	for k, v := range h.opt.Header {
		req.Header[k] = v
	}
	if h.opt.User != "" {
		req.SetBasicAuth(h.opt.User, h.opt.Password)
	} else if u.User != nil {
		password, _ := u.User.Password()
		req.SetBasicAuth(u.User.Username(), password)
	}
	for _, c := range p.jar.Cookies(u) {
		req.AddCookie(c)
	}
	return req, nil
}

// broken judges a request without an answer.
func (t *try) broken(h *host, err error) {
	if errors.Is(err, context.Canceled) {
		t.fail(Skipped, "cancelled")
		return
	}
	reason := reasonOf(err)
	t.again = true
	switch reason {
	case "private":
		t.again = false
		t.fail(Skipped, reason)
		return
	case "no-host", "refused":
		t.fail(Dead, reason)
	case "tls-expired", "tls-host", "tls-self-signed", "tls-authority":
		t.again = false // it will say the same again
		t.fail(Suspect, reason)
		return
	default:
		t.fail(Suspect, reason)
	}
	if reason != "no-host" {
		h.connected(false)
	}
}

// refusal judges a status of 400 and more, and strange ones.
func (t *try) refusal(u *url.URL, h *host, resp *http.Response) {
	status := resp.StatusCode
	code := strconv.Itoa(status)
	own := t.p.own(u)
	t.fail(Suspect, "status", "status", code)
	switch {
	case status == http.StatusNotFound, status == http.StatusGone:
		// Asked once more: some servers say so while they are being restarted.
		t.again, t.soon = !t.confirmed, own
		t.answer.Verdict = Dead
	case status == http.StatusForbidden && own:
		t.again, t.soon = !t.confirmed, true
		t.answer.Verdict = Dead
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		t.again = true
		t.after = retryAfter(resp.Header.Get("Retry-After"))
		if t.after > 0 && t.after <= t.p.opt.MaxWait {
			h.rest(t.after)
		}
	case status >= 500, status == http.StatusForbidden, status == http.StatusUnauthorized, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		t.again = true
	}
}

// retryAfter reads a number of seconds or a date (RFC 9110 section 10.2.3).
func retryAfter(s string) time.Duration {
	if s == "" {
		return 0
	}
	if n, err := strconv.ParseUint(s, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// isAttachment reports whether a path names a file whose content need not be read.
func isAttachment(path string) bool {
	switch extensionTable()[extension(path)] {
	case "", "page", "text", "resource":
		return false
	}
	return true
}

// content judges what a server has sent.
func (t *try) content(ctx context.Context, u *url.URL, h *host, resp *http.Response, attachment bool) {
	a := t.answer
	a.Verdict = OK
	media, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		media, _, _ = strings.Cut(resp.Header.Get("Content-Type"), ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	a.Type = shorten(media, 100)
	a.Size = size(resp)
	page := formats.ByMediaType(media) == formats.HTML
	if attachment {
		if a.Size == 0 && resp.StatusCode != http.StatusNoContent {
			t.fail(Wrong, "empty-file")
			return
		}
		if !page {
			if resp.StatusCode == http.StatusPartialContent {
				_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // the connection is worth more
			}
			return
		}
	}
	if !page || resp.StatusCode == http.StatusNoContent {
		// The connection is worth more than the rest of a small file.
		if a.Size >= 0 && a.Size <= 64<<10 {
			_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
		}
		return
	}
	body := bodies.Get().(*bytes.Buffer)
	defer putBody(body)
	if err := readBody(body, resp, t.p.opt.MaxBody); err != nil && brokenBody(err) {
		t.again = true
		reason := "body"
		if reasonOf(err) == "timeout" {
			reason = "timeout"
		}
		t.fail(Suspect, reason)
		return
	}
	// The next request need not wait until this page has been read.
	resp.Body.Close()
	t.leave()
	runtime.Gosched() // nor until others have, whose answers have come meanwhile
	t.p.reading <- struct{}{}
	t.page(u, body, params["charset"])
	<-t.p.reading
	if attachment {
		if media == "text/html" && t.answer.Verdict == OK {
			t.fail(Wrong, "type", "type", media)
		}
		return
	}
	if t.answer.Verdict == OK {
		t.soft(ctx, u, h)
	}
}
