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
	"proofcheck/store"
)

// Site says how a live site is walked, wherever that is done; see links.CrawlOptions.
type Site struct {
	Address      string
	Own          []string `json:",omitempty"`
	Depth        int
	MaxPages     int  `json:",omitempty"`
	IgnoreRobots bool `json:",omitempty"`
	NoSitemap    bool `json:",omitempty"`
}

// openSite walks a live site: its sitemaps and the links of its pages. Keys are addresses.
func openSite(address string, opt SourceOptions) (*Source, error) {
	start, err := links.Resolve(nil, address)
	if err != nil || start.Host == "" {
		return nil, fmt.Errorf("%q: no address of a site", address)
	}
	if opt.Site.Prober == nil {
		return nil, errors.New("no network to walk a site with")
	}
	s := &Source{Name: shownAddress(links.Key(start)), Pages: true, Site: &Site{
		Address: address, Own: opt.Site.Own, Depth: opt.Site.Depth, MaxPages: opt.Site.MaxPages, IgnoreRobots: opt.Site.IgnoreRobots, NoSitemap: opt.Site.NoSitemap,
	}}
	s.Walk = func(ctx context.Context, known []store.Address) iter.Seq2[*Record, error] {
		return walkSite(ctx, start, known, opt)
	}
	s.Records = func(ctx context.Context, _ string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			for r, err := range s.Walk(ctx, nil) {
				if (err != nil || !r.passed) && !yield(r, err) {
					return
				}
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

// walkSite reads the pages of a site that are not known to have been visited.
func walkSite(ctx context.Context, start *url.URL, known []store.Address, opt SourceOptions) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		how := opt.Site
		how.Known = make([]links.Step, len(known))
		for i, a := range known {
			how.Known[i] = links.Step(a)
		}
		n := len(known)
		for v := range links.Walk(ctx, start, how) {
			if n++; n == 1 && v.Err != nil && v.Address == links.Key(start) {
				yield(nil, v.Err) // nothing else can be reached
				return
			}
			r := visited(v, opt)
			// A dead link is for the link checker to tell.
			r.passed = v.Pass != links.PassNone || v.Status == http.StatusNotFound || v.Status == http.StatusGone
			for _, s := range v.Steps {
				r.walked = append(r.walked, store.Address(s))
			}
			if !yield(r, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
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
