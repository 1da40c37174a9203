package main

import (
	"sync"

	"proofcheck/checker"
	"proofcheck/source"
)

// event is one thing that happens while a draft is checked, for the reports. One field is set.
type event struct {
	document *source.Document // what is known before the first segment
	segment  *source.Segment  // with its number
	number   int
	finding  *checker.Finding
}

// queue holds the events of one draft until its turn in the reports comes. It holds no more than
// queueLimit; the worker waits while it is full.
type queue struct {
	mu     sync.Mutex
	change sync.Cond
	events []event
	weight int  // bytes, roughly
	closed bool // no more events will come
	cut    bool // nobody takes any more events
}

// queueLimit is how many bytes of events wait for each draft that is ahead of its turn.
const queueLimit = 1 << 20

func newQueue() *queue {
	q := &queue{}
	q.change.L = &q.mu
	return q
}

// put adds an event and reports whether anybody wants more.
func (q *queue) put(e event) bool {
	w := 256
	if e.finding != nil {
		w += 512
	}
	if e.segment != nil {
		w += 2 * len(e.segment.Text)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.weight > queueLimit && !q.cut {
		q.change.Wait()
	}
	q.weight += w
	q.events = append(q.events, e)
	q.change.Broadcast()
	return !q.cut
}

// close says that no more events will come.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.change.Broadcast()
	q.mu.Unlock()
}

// stop says that no more events are wanted.
func (q *queue) stop() {
	q.mu.Lock()
	q.cut = true
	q.change.Broadcast()
	q.mu.Unlock()
}

// take waits for events and returns all there are; none when there will be no more. The slice is
// the caller's.
func (q *queue) take() []event {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.events) == 0 && !q.closed {
		q.change.Wait()
	}
	events := q.events
	q.events, q.weight = nil, 0
	q.change.Broadcast()
	return events
}
