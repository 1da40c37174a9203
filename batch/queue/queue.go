// Package queue spreads a scan over machines with NATS JetStream: one process hands parcels of records
// over, any number of workers take them, check them and commit the results to the store of the run, and
// only then say that a parcel is done. Workers and servers may come, go and crash: what is not done
// is delivered again, and what is done twice counts once (see package store). It checks nothing itself, and it
// keeps no results.
package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
)

// Options say where the queue is.
type Options struct {
	URL         string // of servers, separated by commas: nats://host:4222; the scheme tls encrypts
	Name        string // of the queue; several may share the servers. "proofcheck" by default
	Token       string // that the servers ask for
	Credentials string // path of a file with a user's credentials
	Replicas    int    // on how many servers of a cluster everything is kept, 1 to 5; 0 means 1. Only who makes the queue decides
	MaxBytes    int64  // of parcels that wait; whoever hands over then waits. 0 means 4 GiB

	// Patience is how long a call waits for servers that cannot be reached, ten minutes by default.
	Patience time.Duration

	// Waiting is told when a call waits, and why. May be nil.
	Waiting func(err error, wait time.Duration)
}

// Queue is an open queue. It is safe for many goroutines.
type Queue struct {
	opt    Options
	nc     *nats.Conn
	js     jetstream.JetStream
	large  jetstream.ObjectStore
	packer *zstd.Encoder
	opener *zstd.Decoder
}

// Bounds of what is in the queue.
const (
	inline     = 512 << 10 // bytes of a parcel in a message; a larger one is an object
	mostBody   = 128 << 20 // bytes of a parcel, unpacked
	keepDead   = 30 * 24 * time.Hour
	duplicates = 10 * time.Minute
	// ackWait is how long a worker may be silent before its parcel goes to another one.
	ackWait = 30 * time.Second
)

// Headers of messages.
const (
	headerRun     = "Proofcheck-Run"
	headerBegan   = "Proofcheck-Began" // milliseconds
	headerTool    = "Proofcheck-Tool"
	headerRules   = "Proofcheck-Rules"
	headerLexicon = "Proofcheck-Lexicon"
	headerLang    = "Proofcheck-Lang"
	headerObject  = "Proofcheck-Object"
	headerReason  = "Proofcheck-Reason"
)

// Connect opens the queue, and makes it on the servers when it is not there.
func Connect(ctx context.Context, opt Options) (*Queue, error) {
	if opt.Name == "" {
		opt.Name = "proofcheck"
	}
	if strings.ContainsFunc(opt.Name, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return nil, &BadOptionError{Name, opt.Name}
	}
	if opt.Replicas == 0 {
		opt.Replicas = 1
	}
	if opt.Replicas < 0 || opt.Replicas > 5 {
		return nil, &BadOptionError{Replicas, strconv.Itoa(opt.Replicas)}
	}
	if opt.MaxBytes == 0 {
		opt.MaxBytes = 4 << 30
	}
	if opt.Patience == 0 {
		opt.Patience = 10 * time.Minute
	}
	settings := []nats.Option{nats.Name("proofcheck"), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond), nats.Timeout(5 * time.Second)}
	if opt.Token != "" {
		settings = append(settings, nats.Token(opt.Token))
	}
	if opt.Credentials != "" {
		settings = append(settings, nats.UserCredentials(opt.Credentials))
	}
	q := &Queue{opt: opt}
	var err error
	if q.packer, q.opener, err = coders(); err != nil {
		return nil, err
	}
	err = q.patiently(ctx, func() error {
		q.nc, err = nats.Connect(opt.URL, settings...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %s: %w", opt.URL, err)
	}
	if q.js, err = jetstream.New(q.nc); err == nil {
		err = q.patiently(ctx, func() error { return q.create(ctx) })
	}
	if err != nil {
		q.Close()
		return nil, fmt.Errorf("queue: %s: %w", opt.URL, err)
	}
	return q, nil
}

// coders returns what packs and unpacks parcels.
func coders() (*zstd.Encoder, *zstd.Decoder, error) {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, nil, err
	}
	opener, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(mostBody))
	return packer, opener, err
}

// Close closes the connection.
func (q *Queue) Close() {
	if q.nc != nil {
		q.nc.Close()
	}
	q.opener.Close()
	q.packer.Close()
}

func (q *Queue) work() string { return q.opt.Name + "-work" }
func (q *Queue) dead() string { return q.opt.Name + "-dead" }
func (q *Queue) site() string { return q.opt.Name + "-sites" }

// subject is where the message of a parcel belongs.
func (q *Queue) subject(p *batch.Parcel) string {
	if p.Site == nil {
		return q.opt.Name + ".work"
	}
	return q.siteSubject(partOfAddress(p.Site.Address))
}

func (q *Queue) siteSubject(part int) string { return q.opt.Name + ".site." + strconv.Itoa(part) }

// create makes what the queue consists of. What is there stays as it is.
func (q *Queue) create(ctx context.Context) error {
	for _, c := range []jetstream.StreamConfig{
		{
			Name: q.work(), Subjects: []string{q.opt.Name + ".work"}, Description: "parcels of records to check",
			Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxBytes: q.opt.MaxBytes, Duplicates: duplicates,
			Storage: jetstream.FileStorage, Replicas: q.opt.Replicas,
		},
		{
			Name: q.site(), Subjects: []string{q.opt.Name + ".site.*"}, Description: "sites to walk, by the part of their host",
			Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxBytes: 64 << 20, Duplicates: duplicates,
			Storage: jetstream.FileStorage, Replicas: q.opt.Replicas,
		},
		{
			Name: q.dead(), Subjects: []string{q.opt.Name + ".dead"}, Description: "records that no worker could check",
			Retention: jetstream.LimitsPolicy, MaxAge: keepDead, MaxBytes: 1 << 30, Discard: jetstream.DiscardOld, Storage: jetstream.FileStorage, Replicas: q.opt.Replicas,
		},
	} {
		if _, err := q.js.CreateStream(ctx, c); err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return err
		}
	}
	var err error
	if q.large, err = q.js.ObjectStore(ctx, q.opt.Name+"-large"); errors.Is(err, jetstream.ErrBucketNotFound) {
		q.large, err = q.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: q.opt.Name + "-large", Description: "parcels that are too large for a message", Storage: jetstream.FileStorage, Replicas: q.opt.Replicas,
		})
	}
	return err
}

// Send hands a parcel over. It returns when the servers keep it. A parcel that is sent twice is kept
// once as a rule, and done twice without harm otherwise.
func (q *Queue) Send(ctx context.Context, p *batch.Parcel) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if len(text) > mostBody {
		return fmt.Errorf("queue: a parcel of %d bytes, the limit is %d; lower --max-size", len(text), mostBody)
	}
	body := q.packer.EncodeAll(text, nil)
	// Runs of two stores may have one number.
	run, began := strconv.FormatInt(p.Run, 10), strconv.FormatInt(p.Began.UnixMilli(), 10)
	id := run + "-" + began + "-" + p.ID
	m := &nats.Msg{Subject: q.subject(p), Header: nats.Header{
		headerRun: {run}, headerBegan: {began}, headerTool: {p.Ruleset.Tool}, headerRules: {p.Ruleset.Rules}, headerLexicon: p.Ruleset.Lexicons, headerLang: {p.Lang},
	}}
	if len(body) > inline {
		if err := q.patiently(ctx, func() error {
			_, err := q.large.PutBytes(ctx, id, body)
			return err
		}); err != nil {
			return fmt.Errorf("queue: %w", err)
		}
		m.Header.Set(headerObject, id)
	} else {
		m.Data = body
	}
	if err := q.patiently(ctx, func() error {
		_, err := q.js.PublishMsg(ctx, m, jetstream.WithMsgID(id))
		return err
	}); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// Codes of servers.
const (
	errFull    = 10077 // the queue holds Options.MaxBytes
	errNoPeers = 10005 // servers of a cluster have not met yet, or too few of them are there
)

// patiently calls f until it does not fail for a reason that passes, at longer and longer intervals. A
// queue that is full empties as workers go on, so for that it waits without end.
func (q *Queue) patiently(ctx context.Context, f func() error) error {
	began := time.Now()
	for wait := time.Second; ; wait = min(2*wait, 8*time.Second) {
		err := f()
		if err == nil || ctx.Err() != nil {
			return err
		}
		var api *jetstream.APIError
		full := errors.As(err, &api) && api.ErrorCode == errFull
		if !full && (!passes(err) || time.Since(began) > q.opt.Patience) {
			return err
		}
		if q.opt.Waiting != nil {
			q.opt.Waiting(err, wait)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// passes reports whether trying again may help.
func passes(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code >= 500 || api.ErrorCode == errNoPeers
	}
	return !errors.Is(err, nats.ErrAuthorization) && !errors.Is(err, nats.ErrMaxPayload) && !errors.Is(err, nats.ErrConnectionClosed) && !errors.Is(err, nats.ErrAuthExpired) &&
		!errors.Is(err, nats.ErrJetStreamNotEnabled) && !errors.Is(err, jetstream.ErrJetStreamNotEnabled) && !strings.Contains(err.Error(), "parse")
}

// open reads the parcel of a message.
func (q *Queue) open(ctx context.Context, h nats.Header, body []byte) (*batch.Parcel, error) {
	if id := h.Get(headerObject); id != "" {
		var err error
		if body, err = q.large.GetBytes(ctx, id); err != nil {
			return nil, err
		}
	}
	text, err := q.opener.DecodeAll(body, nil)
	if err != nil {
		return nil, &brokenError{err}
	}
	p := &batch.Parcel{}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(p); err != nil {
		return nil, &brokenError{err}
	}
	return p, nil
}

// brokenError says that a message is no parcel.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return "not a parcel: " + e.err.Error() }
