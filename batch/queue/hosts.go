package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"proofcheck/links"
)

// The hosts of the net are divided into parts, and each part is asked by one worker at a time, whatever
// worker has the document: so limits of connections and rate for a host hold for all workers together. A
// worker keeps a part as long as it renews its lease; the parts of one that is gone go to others.

// hostParts is how many parts there are.
const hostParts = 64

// Times of leases.
const (
	lease = 9 * time.Second
	renew = 2 * time.Second
)

// Times of questions. Whoever is asked says at once, and then again and again, that it is at it.
const (
	alive    = 2 * time.Second
	patience = 8 * time.Second
)

// partOf returns the part of a host.
func partOf(host string) int {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(host)))
	return int(h.Sum32() % hostParts)
}

// Asker asks about addresses through the worker that has their host. It is safe for many goroutines.
type Asker struct{ q *Queue }

// Asker returns one. Some worker must answer, see Answer.
func (q *Queue) Asker() *Asker { return &Asker{q} }

// Probe asks about an address. It waits until a worker answers or ctx is over; then it was skipped.
func (a *Asker) Probe(ctx context.Context, u *url.URL) *links.Answer {
	for {
		out, err := a.ask(ctx, u)
		if err == nil {
			return out
		}
		select {
		case <-ctx.Done():
			return &links.Answer{URL: u.String(), Reason: "cancelled", Size: -1}
		case <-time.After(500 * time.Millisecond): // nobody has the part now, or who had it is gone
		}
	}
}

func (a *Asker) subject(part int) string { return a.q.opt.Name + ".links." + strconv.Itoa(part) }

// ask asks once.
func (a *Asker) ask(ctx context.Context, u *url.URL) (*links.Answer, error) {
	inbox := a.q.nc.NewRespInbox()
	sub, err := a.q.nc.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer sub.Unsubscribe()
	if err := a.q.nc.PublishRequest(a.subject(partOf(u.Hostname())), inbox, []byte(u.String())); err != nil {
		return nil, err
	}
	for {
		one, cancel := context.WithTimeout(ctx, patience)
		m, err := sub.NextMsgWithContext(one)
		cancel()
		if err != nil {
			return nil, err
		}
		if m.Header.Get("Status") == "503" {
			return nil, nats.ErrNoResponders
		}
		if len(m.Data) == 0 {
			continue // somebody is at it
		}
		out := &links.Answer{}
		return out, json.Unmarshal(m.Data, out)
	}
}

// hosts answers for some of the parts.
type hosts struct {
	*Queue
	prober  *links.Prober
	leases  jetstream.KeyValue
	walker  *worker // of sites; nil for none
	self    string
	running sync.WaitGroup
	held    map[int]*heldPart
}

type heldPart struct {
	revision uint64
	sub      *nats.Subscription
	walk     *siteWalk // that is going on, or nil
}

// hosts asks the network for all workers about the hosts that fall to this one, and walks their sites, until
// ctx is over. What the others ask while a part changes hands is asked again.
func (q *Queue) hosts(ctx context.Context, p *links.Prober, walker *worker) error {
	kv := jetstream.KeyValueConfig{Bucket: q.opt.Name + "-hosts", Description: "which worker asks which hosts", TTL: lease, Storage: jetstream.MemoryStorage, Replicas: q.opt.Replicas}
	h := &hosts{Queue: q, prober: p, walker: walker, self: nuid.Next(), held: map[int]*heldPart{}}
	if err := q.patiently(ctx, func() (err error) {
		if h.leases, err = q.js.KeyValue(ctx, kv.Bucket); errors.Is(err, jetstream.ErrBucketNotFound) {
			h.leases, err = q.js.CreateKeyValue(ctx, kv)
		}
		return err
	}); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer h.running.Wait()
	defer cancel()
	tick := time.NewTicker(renew)
	defer tick.Stop()
	for {
		h.share(ctx)
		if err := h.walk(ctx); err != nil {
			h.leave()
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			h.leave()
			return nil
		}
	}
}

// share renews the leases, gives up what is more than a fair share, and takes what nobody has.
func (h *hosts) share(ctx context.Context) {
	short, cancel := context.WithTimeout(ctx, renew)
	defer cancel()
	if _, err := h.leases.Put(short, "worker."+h.self, nil); err != nil {
		h.expire()
		return
	}
	workers, taken := 0, map[int]bool{}
	keys, err := h.leases.Keys(short)
	if err != nil && !errors.Is(err, jetstream.ErrNoKeysFound) {
		h.expire()
		return
	}
	for _, k := range keys {
		if part, ok := strings.CutPrefix(k, "part."); ok {
			n, _ := strconv.Atoi(part)
			taken[n] = true
		} else {
			workers++
		}
	}
	most := (hostParts + workers - 1) / max(1, workers)
	for part, held := range h.held {
		if len(h.held) > most && held.walk == nil { // a site is walked to its end
			h.drop(part)
			h.leases.Delete(short, "part."+strconv.Itoa(part), jetstream.LastRevision(held.revision))
			continue
		}
		revision, err := h.leases.Update(short, "part."+strconv.Itoa(part), []byte(h.self), held.revision)
		if err != nil {
			h.drop(part)
			continue
		}
		held.revision = revision
	}
	for part := range hostParts {
		if len(h.held) >= most {
			return
		}
		if !taken[part] && h.held[part] == nil {
			h.take(short, ctx, part)
		}
	}
}

// take takes a part that nobody has. Questions are answered until ctx is over, the lease within short.
func (h *hosts) take(short, ctx context.Context, part int) {
	revision, err := h.leases.Create(short, "part."+strconv.Itoa(part), []byte(h.self))
	if err != nil {
		return // another one was faster
	}
	sub, err := h.nc.Subscribe(h.Asker().subject(part), func(m *nats.Msg) {
		h.running.Go(func() { h.answer(ctx, m) })
	})
	if err == nil {
		h.held[part] = &heldPart{revision: revision, sub: sub}
	}
}

// answer asks the network and says what it was told.
func (h *hosts) answer(ctx context.Context, m *nats.Msg) {
	m.Respond(nil)
	done := make(chan *links.Answer, 1)
	go func() {
		u, err := url.Parse(string(m.Data))
		if err != nil {
			done <- &links.Answer{URL: string(m.Data), Reason: "syntax", Size: -1}
			return
		}
		done <- h.prober.Probe(ctx, u)
	}()
	tick := time.NewTicker(alive)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.Respond(nil)
		case a := <-done:
			if ctx.Err() != nil {
				return // it was cut short; another worker will be asked
			}
			if text, err := json.Marshal(a); err == nil {
				m.Respond(text)
			}
			return
		}
	}
}

// drop stops answering for a part, and walking its site.
func (h *hosts) drop(part int) {
	h.held[part].sub.Unsubscribe()
	if w := h.held[part].walk; w != nil {
		w.stop()
	}
	delete(h.held, part)
}

// expire gives up all parts whose leases cannot be renewed: others will take them.
func (h *hosts) expire() {
	for part := range h.held {
		h.drop(part)
	}
}

// leave gives the leases back.
func (h *hosts) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), renew)
	defer cancel()
	for part, held := range h.held {
		h.drop(part)
		h.leases.Delete(ctx, "part."+strconv.Itoa(part), jetstream.LastRevision(held.revision))
	}
	h.leases.Delete(ctx, "worker."+h.self)
}
