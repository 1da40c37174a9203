package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"proofcheck/formats"
	"proofcheck/links"
)

// openSite walks a live site: its sitemaps and the links of its pages. Keys are addresses. There is no
// cursor: a run that goes on reads the pages again, and checks those that it has not checked.
func openSite(address string, opt SourceOptions) (*Source, error) {
	start, err := links.Resolve(nil, address)
	if err != nil || start.Host == "" {
		return nil, fmt.Errorf("%q: no address of a site", address)
	}
	if opt.Site.Prober == nil {
		return nil, errors.New("no network to walk a site with")
	}
	s := &Source{Name: shownAddress(links.Key(start))}
	s.Records = func(ctx context.Context, _ string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			n := 0
			for v := range links.Walk(ctx, start, opt.Site) {
				if n++; n == 1 && v.Err != nil && v.Address == links.Key(start) {
					yield(nil, v.Err) // nothing else can be reached
					return
				}
				if v.Status == http.StatusNotFound || v.Status == http.StatusGone {
					continue // a dead link, which is for the link checker to tell
				}
				if !yield(visited(v, opt), nil) {
					return
				}
			}
			if err := ctx.Err(); err != nil {
				yield(nil, err)
			}
		}
	}
	s.Fetch = func(ctx context.Context, key string) (*Record, error) {
		u, err := url.Parse(key)
		if err != nil {
			return nil, err
		}
		v := opt.Site.Prober.Read(ctx, u)
		if v.Status == http.StatusNotFound || v.Status == http.StatusGone {
			return nil, ErrGone
		}
		return visited(v, opt), ctx.Err()
	}
	return s, nil
}

// visited makes the record of a page.
func visited(v *links.Visit, opt SourceOptions) *Record {
	r := &Record{Key: v.Address, URL: v.Address, Charset: v.Charset, Content: v.Content, Size: int64(len(v.Content)), Err: v.Err, Page: true, Format: formats.ByMediaType(v.Type)}
	if v.Final != "" && v.Err == nil {
		r.Key, r.URL = v.Final, v.Final
	}
	if r.Format == nil {
		r.Format = formats.HTML
	}
	if u, err := url.Parse(r.URL); err == nil && len(u.Path) > 1 {
		r.Column = columnOf(u.Path[1:])
	}
	return r
}
