package links

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"time"

	"proofcheck/formats"
)

// headTimeout bounds the question that GET can answer as well.
const headTimeout = 5 * time.Second

// head asks for a file without its content. It reports whether the answer is enough: only a success that
// names a type and a size is. Whatever else a server says to HEAD may be false, and says nothing.
func (t *try) head(ctx context.Context, u, to *url.URL, h *host) bool {
	p := t.p
	if !t.first || h.headless.Load() {
		return false
	}
	t.first = false
	ctx, cancel := context.WithTimeout(ctx, min(p.opt.Timeout, headTimeout))
	defer cancel()
	req, err := p.request(ctx, to, h)
	if err != nil {
		return false
	}
	req.Method = http.MethodHead
	req.Header.Set("Accept-Encoding", "identity") // the size is that of the file
	t.asked = true
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		h.headless.Store(true)
		return false
	}
	resp.Body.Close()
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode == http.StatusOK && err == nil && formats.ByMediaType(media) != formats.HTML && resp.ContentLength > 0 {
		h.connected(true)
		a := t.answer
		a.Chain = append(a.Chain, Hop{Key(u), resp.StatusCode})
		a.Verdict, a.Type, a.Size = OK, shorten(media, 100), resp.ContentLength
		return true
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		h.headless.Store(true) // GET has to follow all of its redirects
	}
	if wait := retryAfter(resp.Header.Get("Retry-After")); wait > 0 && wait <= p.opt.MaxWait {
		h.rest(wait)
	}
	return false
}

// contradicted notes that GET has found what HEAD has not; the host is not asked so again.
func (t *try) contradicted(h *host) {
	if t.asked && t.answer.Verdict == OK {
		h.headless.Store(true)
	}
}
