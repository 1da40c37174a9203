package links

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	"proofcheck/formats"
)

// Visit is a page of a site as it was read.
type Visit struct {
	Address string // as of Key, where it was asked for
	Final   string // where redirects led
	Type    string // media type, lower case
	Charset string // that the server declared
	Content []byte // without the coding of the transport
	Err     error  // why there is no content
	Status  int    // of the last answer; 0 when there was none

	// Steps are the addresses that Walk knows by this visit: its own, where redirects led, and those to
	// which it is the first to lead. A walk over the same site with all Steps so far as
	// CrawlOptions.Known goes on where the first one was.
	Steps []Step

	// Pass says why Walk has nothing for its reader here; then there is neither content nor Err.
	Pass Pass
}

// Step is an address that a walk has come upon.
type Step struct {
	Address string // as of Key
	Depth   int
	Visited bool
}

// Pass is why there is nothing to read at an address.
type Pass int8

// The reasons.
const (
	PassNone      Pass = iota // there is a page, or an Err
	PassRobots                // robots.txt keeps it out
	PassElsewhere             // it leads to a page that has been read, or to another site
	PassFile                  // a file for programs
)

// Read reads one address, with the politeness and the limits of the Prober, and follows redirects. It
// asks again when the network fails.
func (p *Prober) Read(ctx context.Context, u *url.URL) *Visit {
	v := &Visit{Address: Key(u)}
	wait := p.opt.Backoff
	for attempt := 0; ; attempt++ {
		again := p.readOnce(ctx, u, v)
		if !again || attempt >= p.opt.Retries || ctx.Err() != nil {
			return v
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
		wait *= 2
	}
}

// readOnce is one attempt. It reports whether another may have another result.
func (p *Prober) readOnce(ctx context.Context, u *url.URL, v *Visit) (again bool) {
	for range p.opt.MaxRedirects + 1 {
		next, again, err := p.readHop(ctx, u, v)
		v.Err, v.Final = err, Key(u)
		if err != nil || next == nil {
			return again
		}
		if next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
			v.Err = fmt.Errorf("links: %s: redirect to %q", u, next)
			return false
		}
		u = next
	}
	v.Err = fmt.Errorf("links: %s: too many redirects", v.Address)
	return false
}

func (p *Prober) readHop(ctx context.Context, u *url.URL, v *Visit) (next *url.URL, again bool, err error) {
	to := u
	if p.opt.Rewrite != nil {
		if r := p.opt.Rewrite(u); r != nil {
			to = r
		}
	}
	h := p.host(HostKey(to))
	if err := p.enter(ctx, h); err != nil {
		return nil, false, err
	}
	defer p.leave(h)
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	req, err := p.request(ctx, to, h)
	if err != nil {
		return nil, false, err
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return nil, reasonOf(err) != "private", err
	}
	defer resp.Body.Close()
	if cookies := resp.Cookies(); len(cookies) > 0 {
		p.jar.SetCookies(to, cookies[:min(len(cookies), 20)])
	}
	v.Status = resp.StatusCode
	if location := resp.Header.Get("Location"); resp.StatusCode >= 300 && resp.StatusCode < 400 && location != "" {
		next, err := Resolve(u, location)
		return next, false, err
	}
	if resp.StatusCode != http.StatusOK {
		if wait := retryAfter(resp.Header.Get("Retry-After")); wait > 0 && wait <= p.opt.MaxWait {
			h.rest(wait)
		}
		return nil, resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests, fmt.Errorf("links: %s: status %d", u, resp.StatusCode)
	}
	media, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	v.Type, v.Charset = media, knownCharset(params["charset"])
	if f := formats.ByMediaType(media); f == nil {
		return nil, false, nil // a file for programs
	}
	var body bytes.Buffer
	if err := readBody(&body, resp, p.opt.MaxBody); err != nil {
		return nil, brokenBody(err), err
	}
	v.Content = body.Bytes()
	return nil, false, nil
}
