package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
	"proofcheck/links"
	"proofcheck/store"
)

// Work is what a worker does.
type Work struct {
	Worker *batch.Worker
	Jobs   int  // parcels at a time; 0 means 1
	Drain  bool // end when nothing waits and nobody works

	// Tries is how many workers may break off at a parcel before it is taken apart into its records,
	// and at a record before it is given up; 5 by default.
	Tries int

	// Prober asks the network for the hosts that fall to this worker: about links for all workers, and for the
	// pages of sites. Without one the worker walks no sites and answers nobody.
	Prober *links.Prober

	// Done is told of each parcel that was committed, by many goroutines. May be nil.
	Done func(p *batch.Parcel, counts store.Counts)

	// Dead is told of each record that was given up. May be nil.
	Dead func(run int64, key, reason string)
}

// work takes parcels.
type worker struct {
	*Queue
	Work
	consumer jetstream.Consumer
	began    sync.Map // of runs, by their number: when they began in the worker's store, as in headerBegan
}

// Do takes parcels and does them until ctx is over, or, with Drain, nothing is left. A worker that may
// not do a run, since it was handed over with other rules, ends with a *SkewError and leaves its parcels
// to others.
func (q *Queue) Do(ctx context.Context, w Work) error {
	if w.Jobs <= 0 {
		w.Jobs = 1
	}
	if w.Tries <= 0 {
		w.Tries = 5
	}
	r := &worker{Queue: q, Work: w}
	if err := r.begin(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var hosts sync.WaitGroup
	ours, end := context.WithCancel(ctx)
	if w.Prober != nil {
		hosts.Go(func() {
			if err := r.hosts(ours, w.Prober, r); err != nil {
				cancel(err)
			}
		})
	}
	var group sync.WaitGroup
	for range w.Jobs {
		group.Go(func() {
			for ctx.Err() == nil {
				more, err := r.next(ctx)
				if err != nil {
					cancel(err)
				}
				if !more {
					return
				}
			}
		})
	}
	group.Wait()
	end() // with Drain, all sites have been walked
	hosts.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// begin joins the workers, unless what comes next is not for this one.
func (r *worker) begin(ctx context.Context) error {
	var stream jetstream.Stream
	err := r.patiently(ctx, func() (err error) {
		if stream, err = r.js.Stream(ctx, r.work()); err != nil {
			return err
		}
		r.consumer, err = stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
			Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxDeliver: -1, MaxAckPending: 10_000,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	last, err := stream.GetLastMsgForSubject(ctx, r.opt.Name+".work")
	if err != nil {
		return nil // there is none, or it has just been done
	}
	return r.fits(ctx, last.Header)
}

// fetchWait is how long a worker waits for a parcel before it looks whether it should go on.
const fetchWait = time.Second

// next takes one parcel and does it; more is false when the worker should end.
func (r *worker) next(ctx context.Context) (more bool, err error) {
	fetched, err := r.consumer.Fetch(1, jetstream.FetchMaxWait(fetchWait))
	if err != nil {
		return r.unreachable(ctx, err)
	}
	none := true
	for m := range fetched.Messages() {
		none = false
		if err := r.handle(ctx, m); err != nil {
			return false, err
		}
	}
	if err := fetched.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) {
		return r.unreachable(ctx, err)
	}
	if none && r.Drain {
		return r.left(ctx)
	}
	return true, nil
}

// unreachable waits a moment: the client looks for another server by itself.
func (r *worker) unreachable(ctx context.Context, err error) (bool, error) {
	if r.nc.IsClosed() {
		return false, fmt.Errorf("queue: %w", err)
	}
	if r.opt.Waiting != nil {
		r.opt.Waiting(err, fetchWait)
	}
	select {
	case <-time.After(fetchWait):
	case <-ctx.Done():
	}
	return true, nil
}

// left reports whether there is anything to do, or somebody may leave something to do.
func (r *worker) left(ctx context.Context) (bool, error) {
	info, err := r.consumer.Info(ctx)
	if err != nil {
		return r.unreachable(ctx, err)
	}
	more := info.NumPending > 0 || info.NumAckPending > 0
	if !more && r.Prober != nil {
		waiting, err := r.sites(ctx)
		if err != nil {
			return r.unreachable(ctx, err)
		}
		more = len(waiting) > 0
	}
	return more, nil
}

// handle does the parcel of a message. An error ends the worker.
func (r *worker) handle(ctx context.Context, m jetstream.Msg) error {
	delivered, stop, err := r.take(ctx, m, ackWait)
	if err != nil {
		return err
	}
	defer stop()
	p, err := r.open(ctx, m.Headers(), m.Data())
	var broken *brokenError
	switch {
	case errors.As(err, &broken):
		return r.bury(ctx, m, 0, "", err)
	case errors.Is(err, jetstream.ErrObjectNotFound):
		m.DoubleAck(ctx) // it has been done, and only the word of that was lost
		return nil
	case err != nil:
		m.NakWithDelay(backoff(delivered))
		return nil
	}
	if p.End != nil {
		return r.handleEnd(ctx, m, p, delivered)
	}
	if delivered > uint64(r.Tries) {
		return r.giveUp(ctx, m, p)
	}
	// What has been taken is finished when the worker is to stop: given back, it would count among the
	// attempts that others broke off at.
	counts, err := r.Worker.Do(ctx, p, finishWait)
	return r.settle(ctx, m, p, counts, err)
}

// take accepts a message that is for the rules and the store of this worker, says that it is being worked at until stop, and returns
// how often it was handed out. The message comes again when nothing is heard for wait. An error ends the worker.
func (r *worker) take(ctx context.Context, m jetstream.Msg, wait time.Duration) (delivered uint64, stop func(), err error) {
	if err := r.fits(ctx, m.Headers()); err != nil {
		m.NakWithDelay(fetchWait)
		return 0, nil, err
	}
	meta, err := m.Metadata()
	if err != nil {
		return 0, nil, fmt.Errorf("queue: %w", err)
	}
	return meta.NumDelivered, r.heartbeat(m, wait/3), nil
}

// settle gives back a message that could not be done, and acknowledges one that was. An error ends the worker.
func (r *worker) settle(ctx context.Context, m jetstream.Msg, p *batch.Parcel, counts store.Counts, err error) error {
	if err != nil {
		m.NakWithDelay(0)
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if r.Done != nil {
		r.Done(p, counts)
	}
	r.acknowledge(ctx, m)
	return nil
}

// finishWait is how long a worker that is to stop goes on with what it has taken.
const finishWait = 20 * time.Second

// backoff is how long a parcel waits after so many attempts.
func backoff(delivered uint64) time.Duration {
	return min(time.Second<<min(delivered, 6), time.Minute)
}

// heartbeat tells the servers again and again that a parcel is being worked at, until stop.
func (r *worker) heartbeat(m jetstream.Msg, every time.Duration) (stop func()) {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				m.InProgress()
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// acknowledge says that a parcel is done. If the word is lost, it is done again without harm.
func (r *worker) acknowledge(ctx context.Context, m jetstream.Msg) {
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if m.DoubleAck(late) == nil {
		if id := m.Headers().Get(headerObject); id != "" {
			r.large.Delete(late, id) // only now: an object that is missing tells that its parcel was done
		}
	}
}

// giveUp takes a parcel apart that no worker got through, or lays a record aside.
func (r *worker) giveUp(ctx context.Context, m jetstream.Msg, p *batch.Parcel) error {
	if len(p.Records) > 1 {
		if err := r.Worker.Divide(ctx, p, r.Send); err != nil {
			m.NakWithDelay(0)
			return err
		}
		r.acknowledge(ctx, m)
		return nil
	}
	reason := fmt.Errorf("%d workers broke off at it", r.Tries)
	if err := r.Worker.GiveUp(ctx, p, reason, r.Send); err != nil {
		m.NakWithDelay(0)
		return err
	}
	key := ""
	if len(p.Records) > 0 {
		key = p.Records[0].Key
	}
	return r.bury(ctx, m, p.Run, key, reason)
}

// bury puts a message among the dead letters.
func (r *worker) bury(ctx context.Context, m jetstream.Msg, run int64, key string, reason error) error {
	if err := r.pass(ctx, m, r.opt.Name+".dead", headerReason, reason.Error()); err != nil {
		return err
	}
	if r.Dead != nil {
		r.Dead(run, key, reason.Error())
	}
	m.DoubleAck(ctx)
	return nil
}

// pass sends a message to another subject, or again, with a header more.
func (r *worker) pass(ctx context.Context, m jetstream.Msg, subject, header, value string) error {
	out := &nats.Msg{Subject: subject, Header: nats.Header{}, Data: m.Data()}
	for name, values := range m.Headers() {
		if name != jetstream.MsgIDHeader {
			out.Header[name] = values
		}
	}
	out.Header.Set(header, value)
	if err := r.patiently(ctx, func() error {
		_, err := r.js.PublishMsg(ctx, out)
		return err
	}); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// Letter is a parcel that could not be done.
type Letter struct {
	Run    int64     `json:"run"`
	Keys   []string  `json:"keys"` // of its records; none when it was no parcel
	Reason string    `json:"reason"`
	Time   time.Time `json:"time"`
}

// Letters returns the newest dead letters, at most n.
func (q *Queue) Letters(ctx context.Context, n int) ([]Letter, error) {
	stream, err := q.js.Stream(ctx, q.dead())
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	out := []Letter{}
	for seq := info.State.LastSeq; seq >= info.State.FirstSeq && seq > 0 && len(out) < n; seq-- {
		m, err := stream.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return out, fmt.Errorf("queue: %w", err)
		}
		l := Letter{Keys: []string{}, Reason: m.Header.Get(headerReason), Time: m.Time}
		l.Run, _ = strconv.ParseInt(m.Header.Get(headerRun), 10, 64)
		if p, err := q.open(ctx, m.Header, m.Data); err == nil {
			for _, rec := range p.Records {
				l.Keys = append(l.Keys, rec.Key)
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// Waiting returns how many parcels wait, and how many are being worked at.
func (q *Queue) Waiting(ctx context.Context) (waiting, worked int64, err error) {
	stream, err := q.js.Stream(ctx, q.work())
	if err != nil {
		return 0, 0, fmt.Errorf("queue: %w", err)
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("queue: %w", err)
	}
	if c, err := stream.Consumer(ctx, "workers"); err == nil {
		worked = int64(c.CachedInfo().NumAckPending)
	}
	return int64(info.State.Msgs) - worked, worked, nil
}
