package batch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"proofcheck/formats"
)

// readWARC reads the pages of a web archive (ISO 28500), plain or with each record compressed. Keys
// are the addresses of the pages. Responses that are not pages, or not successful, are left out. A cursor is
// where the next record begins in the archive, decompressed, in bytes.
func readWARC(in *packed, cursor string, opt SourceOptions, yield func(*Record) bool) error {
	from, _ := strconv.ParseInt(cursor, 10, 64)
	read := &counter{in: in}
	w := warcReader{in: bufio.NewReaderSize(read, 64<<10), opt: opt}
	if n, err := io.CopyN(io.Discard, w.in, from); err != nil {
		return fmt.Errorf("byte %d: %w", n, broken(err))
	}
	for {
		at := read.n - int64(w.in.Buffered())
		r, err := w.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("record at byte %d: %w", at, broken(err))
		}
		if r == nil {
			continue
		}
		r.Cursor = strconv.FormatInt(read.n-int64(w.in.Buffered()), 10)
		if !yield(r) {
			return nil
		}
	}
}

// warcReader reads records.
type warcReader struct {
	in  *bufio.Reader
	opt SourceOptions
}

// mostHeader bounds the header of one record.
const mostHeader = 1 << 20

// next returns the page of the next record, nil when that is no page.
func (w *warcReader) next() (*Record, error) {
	line := ""
	for line == "" { // between records
		text, err := w.in.ReadSlice('\n')
		if err == io.EOF && len(text) == 0 {
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		line = strings.TrimSpace(string(text))
	}
	if !strings.HasPrefix(line, "WARC/") {
		return nil, fmt.Errorf("no WARC record begins with %q", head(line, 40))
	}
	header, err := readHeader(w.in)
	if err != nil {
		return nil, err
	}
	size, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	if err != nil || size < 0 {
		return nil, errors.New("no Content-Length")
	}
	body := &io.LimitedReader{R: w.in, N: size}
	r := w.page(header, body)
	_, err = io.Copy(io.Discard, body)
	if err == nil && body.N > 0 {
		err = io.ErrUnexpectedEOF
	}
	return r, err
}

// readHeader reads lines up to an empty one.
func readHeader(in *bufio.Reader) (textproto.MIMEHeader, error) {
	h := textproto.MIMEHeader{}
	for total := 0; ; {
		text, err := in.ReadSlice('\n')
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		if total += len(text); total > mostHeader {
			return nil, errors.New("the header is too long")
		}
		line := strings.TrimSpace(string(text))
		if line == "" {
			return h, nil
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Set(name, strings.TrimSpace(value))
		}
	}
}

// page makes the record of a response or a resource.
func (w *warcReader) page(header textproto.MIMEHeader, body io.Reader) *Record {
	address := strings.Trim(header.Get("Warc-Target-Uri"), "<>")
	media := header.Get("Content-Type")
	switch header.Get("Warc-Type") {
	case "response":
		if !strings.HasPrefix(address, "http") {
			return nil
		}
		resp, err := http.ReadResponse(bufio.NewReader(body), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			return nil
		}
		defer resp.Body.Close()
		media, body = resp.Header.Get("Content-Type"), resp.Body
		if body, err = uncoded(resp.Header.Get("Content-Encoding"), body); err != nil {
			return nil
		}
	case "resource":
	default:
		return nil
	}
	format := formats.ByMediaType(media)
	if format == nil {
		return nil
	}
	r := &Record{Key: address, URL: address, Format: format, Charset: w.opt.Charset, Page: format == formats.HTML}
	if _, params, err := mime.ParseMediaType(media); err == nil && params["charset"] != "" {
		r.Charset = params["charset"]
	}
	if u, err := url.Parse(address); err == nil && len(u.Path) > 1 {
		r.Column = columnOf(u.Path[1:])
	}
	r.Content, r.Err = readAll(body, -1, w.opt.maxSize())
	if r.Err != nil {
		r.Err = broken(r.Err)
	}
	r.Size = int64(len(r.Content))
	return r
}

// uncoded undoes the coding of an HTTP body.
func uncoded(coding string, body io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		return gzip.NewReader(body)
	case "deflate":
		return flate.NewReader(body), nil
	case "br":
		return brotli.NewReader(body), nil
	case "zstd":
		return zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	}
	return nil, errors.New("unknown coding")
}
