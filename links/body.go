package links

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func putBody(b *bytes.Buffer) {
	if b.Cap() <= 256<<10 {
		b.Reset()
		bodies.Put(b)
	}
}

// readBody reads the content of an answer without its coding, at most limit bytes.
func readBody(b *bytes.Buffer, resp *http.Response, limit int64) error {
	r, close, err := decoded(resp, limit)
	if err != nil {
		return err
	}
	defer close()
	_, err = b.ReadFrom(r)
	return err
}

// brokenBody reports whether an error comes from the network and not from what was sent.
func brokenBody(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || reasonOf(err) == "timeout" || strings.Contains(err.Error(), "connection reset") || strings.Contains(err.Error(), "stream error")
}

func size(resp *http.Response) int64 {
	if resp.StatusCode == http.StatusPartialContent {
		if _, total, ok := strings.Cut(resp.Header.Get("Content-Range"), "/"); ok {
			if n, err := strconv.ParseInt(total, 10, 64); err == nil && n >= 0 {
				return n
			}
		}
		return -1
	}
	return resp.ContentLength
}

var (
	wires = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 8<<10) }}
	gzips sync.Pool // of *gzip.Reader
)

// decoded returns the content without its coding, at most limit bytes of it, and what to call when it has been
// read.
func decoded(resp *http.Response, limit int64) (io.Reader, func(), error) {
	// No more than that is taken from the wire either.
	raw := io.LimitReader(resp.Body, limit)
	coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch coding {
	case "gzip", "x-gzip", "br", "zstd", "deflate":
	default:
		return raw, func() {}, nil
	}
	wire := wires.Get().(*bufio.Reader)
	wire.Reset(raw)
	done := func() {
		wire.Reset(nil)
		wires.Put(wire)
	}
	switch coding {
	case "br":
		return io.LimitReader(brotli.NewReader(wire), limit), done, nil
	case "zstd":
		z, err := zstd.NewReader(wire, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			done()
			return nil, nil, err
		}
		return io.LimitReader(z, limit), func() {
			z.Close()
			done()
		}, nil
	case "deflate":
		return io.LimitReader(flate.NewReader(wire), limit), done, nil
	}
	z, _ := gzips.Get().(*gzip.Reader)
	var err error
	if z == nil {
		z, err = gzip.NewReader(wire)
	} else {
		err = z.Reset(wire)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return io.LimitReader(z, limit), func() {
		gzips.Put(z)
		done()
	}, nil
}
