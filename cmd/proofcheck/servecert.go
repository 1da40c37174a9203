package main

import (
	"bytes"
	"crypto/tls"
	"os"
	"sync"
)

// certificates reads the files of a certificate, and takes them when they have changed.
type certificates struct {
	cert, key string // files

	mu     sync.Mutex
	loaded *tls.Certificate
	pem    [2][]byte // what it was made of
}

// get returns the certificate. Both files are read at every handshake, which costs far less than the handshake: two
// renewals within the grain of a file's time look alike, and the key may be replaced after the certificate. Files that
// cannot be read, or do not belong together, leave the certificate before.
func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	cert, err := os.ReadFile(c.cert)
	var key []byte
	if err == nil {
		key, err = os.ReadFile(c.key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && (c.loaded == nil || !bytes.Equal(cert, c.pem[0]) || !bytes.Equal(key, c.pem[1])) {
		var pair tls.Certificate
		if pair, err = tls.X509KeyPair(cert, key); err == nil {
			c.loaded, c.pem = &pair, [2][]byte{cert, key}
		}
	}
	if c.loaded != nil {
		return c.loaded, nil
	}
	return nil, err
}
