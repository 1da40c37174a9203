package queue

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
	"proofcheck/store"
)

// A site is walked by the worker that asks its host, so the limits of a host hold for pages and links
// together. One that stops or dies leaves the site to whoever takes the part, who goes on where it was: results
// and frontier are in the store.

const (
	// siteWait is how long the walker of a site may be silent before another one gets the site.
	siteWait = 10 * time.Second
	// siteWalks is how many sites a worker walks at a time.
	siteWalks = 8
	// headerReached is how far the site was when its message was sent; see batch.Worker.Reached.
	headerReached = "Proofcheck-Reached"
)

// siteWalk is one that is going on.
type siteWalk struct {
	stop context.CancelFunc
	done chan struct{}
	err  error // why the worker must end; read when done is closed
}

// partOfAddress returns the part of the host of an address.
func partOfAddress(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	return partOf(u.Hostname())
}

// sites returns the parts with sites that are to be walked, or are being walked.
func (r *worker) sites(ctx context.Context) (map[int]bool, error) {
	stream, err := r.js.Stream(ctx, r.site())
	if err != nil {
		return nil, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(r.opt.Name+".site.*"))
	if err != nil {
		return nil, err
	}
	out := map[int]bool{}
	for subject, n := range info.State.Subjects {
		if part, err := strconv.Atoi(strings.TrimPrefix(subject, r.opt.Name+".site.")); err == nil && n > 0 {
			out[part] = true
		}
	}
	return out, nil
}

// walk begins to walk sites of the parts that are held. An error ends the worker.
func (h *hosts) walk(ctx context.Context) error {
	if h.walker == nil {
		return nil
	}
	busy := 0
	for _, held := range h.held {
		if held.walk == nil {
			continue
		}
		select {
		case <-held.walk.done:
			if err := held.walk.err; err != nil {
				return err
			}
			held.walk = nil
		default:
			busy++
		}
	}
	short, cancel := context.WithTimeout(ctx, renew)
	defer cancel()
	waiting, err := h.walker.sites(short)
	if err != nil {
		return nil // the servers are away; the leases will tell
	}
	for part, held := range h.held {
		if busy >= siteWalks || !waiting[part] || held.walk != nil {
			continue
		}
		busy++
		ctx, stop := context.WithCancel(ctx)
		w := &siteWalk{stop: stop, done: make(chan struct{})}
		held.walk = w
		h.running.Go(func() {
			defer close(w.done)
			defer stop()
			w.err = h.walker.walkPart(ctx, part)
		})
	}
	return nil
}

// walkPart walks the sites of a part, one after the other, until none waits or ctx is over. An error ends the worker.
func (r *worker) walkPart(ctx context.Context, part int) error {
	for ctx.Err() == nil {
		consumer, err := r.js.CreateOrUpdateConsumer(ctx, r.site(), jetstream.ConsumerConfig{
			Durable: "part-" + strconv.Itoa(part), FilterSubject: r.siteSubject(part),
			AckPolicy: jetstream.AckExplicitPolicy, AckWait: siteWait, MaxDeliver: -1, MaxAckPending: 1, // one at a time, whoever thinks that it has the part
		})
		if err != nil {
			return nil // tried again as long as the part is held
		}
		fetched, err := consumer.Fetch(1, jetstream.FetchMaxWait(fetchWait))
		if err != nil {
			return nil
		}
		m, ok := <-fetched.Messages()
		if !ok {
			return nil
		}
		if err := r.handleSite(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// handleSite walks the site of a message. An error ends the worker.
func (r *worker) handleSite(ctx context.Context, m jetstream.Msg) error {
	delivered, stop, err := r.take(ctx, m, siteWait)
	if err != nil {
		return err
	}
	defer stop()
	p, err := r.open(ctx, m.Headers(), m.Data())
	if err != nil || p.Site == nil {
		return r.bury(ctx, m, 0, "", errors.Join(err, errors.New("no site")))
	}
	if delivered > uint64(r.Tries) {
		return r.resend(ctx, m, p)
	}
	counts, err := r.Worker.Walk(ctx, p, r.Prober, r.Send)
	if errors.Is(err, store.ErrOvertaken) {
		return nil // its message is not this worker's any more
	}
	return r.settle(ctx, m, p, counts, err)
}

// resend sends the message of a site again that many workers have broken off at, when they have got on with it
// meanwhile, and gives the site up otherwise.
func (r *worker) resend(ctx context.Context, m jetstream.Msg, p *batch.Parcel) error {
	reached, err := r.Worker.Reached(ctx, p)
	if err != nil {
		m.NakWithDelay(fetchWait)
		return err
	}
	if reached == m.Headers().Get(headerReached) {
		return r.giveUp(ctx, m, p)
	}
	if err := r.pass(ctx, m, m.Subject(), headerReached, reached); err != nil {
		return err
	}
	m.DoubleAck(ctx)
	return nil
}
