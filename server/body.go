package server

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// body is what a request sent. Close gives its memory back.
type body struct {
	bytes    []byte
	budget   *budget
	reserved int64
}

func (b *body) close() { b.budget.give(b.reserved) }

// readBody reads the body of a request, which may be compressed. What it holds at any time has been
// reserved, and a client that is slow holds only what it has sent.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (*body, *problem) {
	most := s.opt.Limits.Body
	var in io.Reader = http.MaxBytesReader(w, r.Body, most)
	switch coding := strings.ToLower(r.Header.Get("Content-Encoding")); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, bodyProblem(err, most)
		}
		in = io.LimitReader(z, most+1)
	default:
		return nil, fail("encoding-unsupported", "type", short(coding))
	}
	b := &body{budget: s.memory}
	size := int64(16 << 10)
	if r.ContentLength > 0 && r.ContentLength < size {
		size = r.ContentLength + 1 // so that the end is seen without growing
	}
	for {
		if err := b.grow(size); err != nil {
			b.close()
			return nil, err
		}
		err := b.fill(in)
		switch {
		case int64(len(b.bytes)) > most:
			b.close()
			return nil, fail("body-large", "limit", strconv.FormatInt(most, 10))
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			b.close()
			return nil, bodyProblem(err, most)
		}
		size = 2 * int64(cap(b.bytes))
	}
}

// fill reads until there is no room, or an error. io.EOF is the end; a body that was cut is not.
func (b *body) fill(in io.Reader) error {
	for len(b.bytes) < cap(b.bytes) {
		n, err := in.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		if err != nil {
			return err
		}
	}
	return nil
}

// grow makes room for size bytes in all.
func (b *body) grow(size int64) *problem {
	if !b.budget.take(size - b.reserved) {
		return later("busy", 1)
	}
	b.reserved = size
	bigger := make([]byte, len(b.bytes), size)
	copy(bigger, b.bytes)
	b.bytes = bigger
	return nil
}

// bodyProblem says why a body could not be read.
func bodyProblem(err error, most int64) *problem {
	var large *http.MaxBytesError
	var timeout net.Error
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &large):
		return fail("body-large", "limit", strconv.FormatInt(most, 10))
	case errors.As(err, &timeout) && timeout.Timeout():
		return fail("body-timeout")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return fail("bad-encoding", "error", err.Error())
	}
	return fail("body-cut", "error", err.Error())
}
