package main

import (
	"crypto/tls"
	"os"
	"sync"
	"time"
)

// certificates reads the files of a certificate, and again when they have changed.
type certificates struct {
	cert, key string // files

	mu     sync.Mutex
	loaded *tls.Certificate
	change time.Time // of the file that was read
}

// get returns the certificate. One that cannot be read leaves the one before.
func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err == nil && (c.loaded == nil || !info.ModTime().Equal(c.change)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.loaded, c.change = &pair, info.ModTime()
		}
	}
	if c.loaded != nil {
		return c.loaded, nil
	}
	return nil, err
}
