package server

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// crowd bounds the number of connections. When there are too many, the one that has been silent for
// longest makes room, so that a crowd of silent ones does not keep others out; where all of them
// have a request under way, the new one is closed.
type crowd struct {
	most   int
	mu     sync.Mutex
	all    map[net.Conn]*list.Element // nil while a request is under way
	silent *list.List                 // of net.Conn: new and idle ones, the longest silent first
}

func newCrowd(most int) *crowd {
	return &crowd{most: most, all: map[net.Conn]*list.Element{}, silent: list.New()}
}

// track follows the states of connections; it is a http.Server.ConnState.
func (c *crowd) track(conn net.Conn, state http.ConnState) {
	var close net.Conn
	c.mu.Lock()
	if e := c.all[conn]; e != nil {
		c.silent.Remove(e)
	}
	switch state {
	case http.StateClosed, http.StateHijacked:
		delete(c.all, conn)
	case http.StateActive:
		c.all[conn] = nil
	case http.StateNew, http.StateIdle:
		c.all[conn] = c.silent.PushBack(conn)
		if len(c.all) > c.most {
			close = c.silent.Remove(c.silent.Front()).(net.Conn)
			delete(c.all, close)
		}
	}
	c.mu.Unlock()
	if close != nil {
		_ = close.Close() // it is gone, whatever the error
	}
}
