package batch

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"

	"proofcheck/formats"
	"proofcheck/store"
)

// pending makes of a source one that has only those of its records again which the store knows to have
// open findings, or to have failed. What is no longer there has no findings any more.
func pending(s *store.Store, src *Source) *Source {
	out := &Source{Name: src.Name, Pages: src.Pages, Close: src.Close}
	filter := store.DocumentFilter{Sources: []string{src.Name}, Pending: true}
	if src.Fetch == nil {
		out.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
			return func(yield func(*Record, error) bool) {
				wanted := map[string]bool{}
				for d, err := range s.Documents(ctx, filter) {
					if err != nil {
						yield(nil, err)
						return
					}
					wanted[d.Key] = true
				}
				for r, err := range src.Records(ctx, cursor) {
					if err == nil && !wanted[store.Clean(shortKey(r.Key))] {
						continue
					}
					if !yield(r, err) {
						return
					}
				}
			}
		}
		out.Total = src.Total
		return out
	}
	out.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			after, _ := strconv.ParseInt(cursor, 10, 64)
			for {
				// In pages, so that no query is open while documents are committed.
				page := filter
				page.After, page.Limit = after, 500
				var docs []*store.Document
				for d, err := range s.Documents(ctx, page) {
					if err != nil {
						yield(nil, err)
						return
					}
					docs = append(docs, d)
				}
				if len(docs) == 0 {
					return
				}
				for _, d := range docs {
					after = d.ID
					key, shared := d.Key, strings.HasPrefix(d.Key, templateKey)
					if shared {
						key = d.URL
					}
					r, err := src.Fetch(ctx, key)
					if errors.Is(err, ErrGone) {
						r, err = &Record{Key: d.Key, URL: d.URL, Title: d.Title, Date: d.Date, Column: d.Column, Unit: d.Unit, Format: formatOf(d.Key, SourceOptions{Format: formats.Named(d.Format)}), Gone: true}, nil
					}
					if err != nil {
						yield(nil, err)
						return
					}
					if shared {
						r.Key, r.Page, r.shared = d.Key, false, true
					}
					r.Cursor = strconv.FormatInt(after, 10)
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	return out
}
