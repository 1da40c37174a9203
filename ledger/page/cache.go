package page

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"

	"proofcheck/store"
)

// mostCached is how many bytes of packed data are kept for the next who asks.
const mostCached = 64 << 20

// cache keeps the data of a page as long as nothing in the store has changed. It is safe for many goroutines.
type cache struct {
	turn    chan struct{} // one reads the store for all who ask meanwhile
	version string
	packed  []byte // gzip; nil when there is none
}

func newCache() *cache { return &cache{turn: make(chan struct{}, 1)} }

// get returns the data, packed, from make unless the store is as it was when that was called last.
func (c *cache) get(ctx context.Context, s *store.Store, make func(io.Writer) error) ([]byte, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Before the data are read: what changes meanwhile is read again next time.
	version, err := s.Version(ctx)
	if err != nil {
		return nil, err
	}
	if c.packed != nil && c.version == version {
		return c.packed, nil
	}
	c.packed = nil
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err := make(z); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if out.Len() <= mostCached {
		c.version, c.packed = version, out.Bytes()
	}
	return out.Bytes(), nil
}
