package links

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"proofcheck/source"
)

const (
	maxRobots      = 500 << 10 // bytes, as the big search engines read (RFC 9309 section 2.5)
	maxSitemap     = 50 << 20  // bytes after decompression, the protocol's own limit
	maxSitemapURLs = 50_000
	maxSitemaps    = 100
)

// sitemaps adds the pages that the site lists. Maps may name further maps.
func (c *crawler) sitemaps(list []string) {
	for len(list) > 0 && c.ctx.Err() == nil {
		u, err := Resolve(nil, list[0])
		list = list[1:]
		if err != nil || u.Host == "" || !c.isOwn(u) || !c.newMap(Key(u)) {
			continue
		}
		text, err := c.opt.Prober.fetch(c.ctx, u, maxSitemap)
		if err != nil {
			continue
		}
		pages, maps := parseSitemap(text)
		list = append(list, maps...)
		for _, p := range pages {
			if v, err := Resolve(u, p); err == nil && c.isOwn(v) {
				c.link(c.add(v, 1), &pageName{address: Key(u)}, &Reference{Link: source.Link{Target: p, Element: "loc"}})
			}
		}
	}
}

// newMap reports whether a map has not been read yet, and takes note of it. Two hosts of a site may
// name the same one.
func (c *crawler) newMap(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.maps[key] || len(c.maps) >= maxSitemaps {
		return false
	}
	c.maps[key] = true
	return true
}

func (c *crawler) isOwn(u *url.URL) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own[ASCIIHost(u.Hostname())] && (u.Scheme == "http" || u.Scheme == "https")
}

// parseSitemap returns the pages and the further maps that a map names (sitemaps.org): XML, its gzip
// form, or a plain list of addresses.
func parseSitemap(text []byte) (pages, maps []string) {
	if bytes.HasPrefix(text, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return nil, nil
		}
		if text, err = io.ReadAll(io.LimitReader(z, maxSitemap)); err != nil {
			return nil, nil
		}
	}
	if !bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))), []byte("<")) {
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "http") && len(pages) < maxSitemapURLs {
				pages = append(pages, line)
			}
		}
		return pages, nil
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false
	inside := ""
	for len(pages)+len(maps) < maxSitemapURLs {
		t, err := d.Token()
		if err != nil {
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "url", "sitemap":
			inside = start.Name.Local
		case "loc":
			var at string
			if d.DecodeElement(&at, &start) != nil {
				return pages, maps
			}
			if at = strings.TrimSpace(at); inside == "sitemap" {
				maps = append(maps, at)
			} else if at != "" {
				pages = append(pages, at)
			}
		}
	}
	return pages, maps
}

// fetch reads a small file of a site, following redirects within the host.
func (p *Prober) fetch(ctx context.Context, u *url.URL, limit int64) ([]byte, error) {
	for range 4 {
		text, next, err := p.fetchOnce(ctx, u, limit)
		if err != nil || next == nil {
			return text, err
		}
		u = next
	}
	return nil, fmt.Errorf("links: %s: too many redirects", u)
}

func (p *Prober) fetchOnce(ctx context.Context, u *url.URL, limit int64) ([]byte, *url.URL, error) {
	if p.opt.Rewrite != nil {
		if r := p.opt.Rewrite(u); r != nil {
			u = r
		}
	}
	h := p.host(HostKey(u))
	if err := p.enter(ctx, h); err != nil {
		return nil, nil, err
	}
	defer p.leave(h)
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	req, err := p.request(ctx, u, h)
	if err != nil {
		return nil, nil, err
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if location := resp.Header.Get("Location"); resp.StatusCode >= 300 && resp.StatusCode < 400 && location != "" {
		next, err := Resolve(u, location)
		if err != nil || next.Scheme != "http" && next.Scheme != "https" {
			return nil, nil, fmt.Errorf("links: %s: redirect to %q", u, location)
		}
		return nil, next, nil
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("links: %s: status %d", u, resp.StatusCode)
	}
	body, close, err := decoded(resp, limit)
	if err != nil {
		return nil, nil, err
	}
	defer close()
	text, err := io.ReadAll(body)
	return text, nil, err
}
