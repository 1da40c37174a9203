package queue

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
	"proofcheck/store"
)

// handleEnd does a parcel that ends a source of pages, when the pages are done. An error ends the worker.
func (r *worker) handleEnd(ctx context.Context, m jetstream.Msg, p *batch.Parcel, delivered uint64) error {
	err := r.Worker.Ended(ctx, p)
	switch {
	case errors.Is(err, batch.ErrNotEnded):
		return r.later(ctx, m)
	case err != nil:
		return r.settle(ctx, m, p, store.Counts{}, err)
	case delivered > uint64(r.Tries):
		return r.giveUp(ctx, m, p)
	}
	counts, err := r.Worker.End(ctx, p)
	return r.settle(ctx, m, p, counts, err)
}

// headerWaited makes a message of one that is sent again.
const headerWaited = "Proofcheck-Waited"

// later sends a message again behind the others, since it is not its turn: coming back, it would count among the attempts that
// workers broke off at.
func (r *worker) later(ctx context.Context, m jetstream.Msg) error {
	select {
	case <-time.After(fetchWait):
	case <-ctx.Done():
		return m.NakWithDelay(0)
	}
	short, cancel := context.WithTimeout(ctx, ackWait/3) // a full queue is no place to wait for others
	defer cancel()
	if r.pass(short, m, m.Subject(), headerWaited, time.Now().Format(time.RFC3339)) != nil {
		return m.NakWithDelay(fetchWait)
	}
	m.DoubleAck(ctx)
	return nil
}
