package batch

import (
	"context"
	"sync"
)

// room bounds the bytes of records that are in memory. One that is larger than all of it waits until
// it is alone.
type room struct {
	mu    sync.Mutex
	freed *sync.Cond
	used  int64
	size  int64
}

func newRoom(size int64) *room {
	r := &room{size: size}
	r.freed = sync.NewCond(&r.mu)
	return r
}

func (r *room) enter(ctx context.Context, n int64) error {
	defer context.AfterFunc(ctx, func() {
		r.mu.Lock()
		r.freed.Broadcast()
		r.mu.Unlock()
	})()
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.used > 0 && r.used+n > r.size && ctx.Err() == nil {
		r.freed.Wait()
	}
	r.used += n
	return ctx.Err()
}

func (r *room) leave(n int64) {
	r.mu.Lock()
	r.used -= n
	r.freed.Broadcast()
	r.mu.Unlock()
}
