package server

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
)

// conns are the connections that net/http's Shutdown does not see to: those on
// which no request has come yet, as browsers open them ahead of need, for each of
// which it would wait five seconds, and those that it has given away.
type conns struct {
	mu       sync.Mutex // guards the fields below
	silent   map[net.Conn]struct{}
	hijacked map[net.Conn]struct{}
	// noSilent and noHijacked have later ones closed as they come.
	noSilent, noHijacked bool
	// running counts the handlers that may hijack their connections, not only those
	// that have: net/http forgets a connection before it tells that it is hijacked.
	running int
	left    sync.Cond // on mu: running has become less
}

func (c *conns) init() {
	c.silent, c.hijacked = map[net.Conn]struct{}{}, map[net.Conn]struct{}{}
	c.left.L = &c.mu
}

// changed is a hook for http.Server.ConnState.
func (c *conns) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.silent, conn)
	switch {
	case state == http.StateNew && c.noSilent, state == http.StateHijacked && c.noHijacked:
		conn.Close()
	case state == http.StateNew:
		c.silent[conn] = struct{}{}
	case state == http.StateHijacked:
		c.hijacked[conn] = struct{}{}
	}
}

// enter notes that a handler begins which may hijack its connection.
func (c *conns) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running++
}

// leave notes that it has returned. Its connection ends with it where it was
// hijacked, so that none is left of which nobody knows.
func (c *conns) leave(conn net.Conn) {
	if c.takeBack(conn) {
		conn.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	c.left.Broadcast()
}

// takeBack reports whether a connection was hijacked, and forgets it.
func (c *conns) takeBack(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, hijacked := c.hijacked[conn]
	delete(c.hijacked, conn)
	return hijacked
}

// closeSilent closes the silent connections, and those that become so.
func (c *conns) closeSilent() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noSilent = true
	for conn := range c.silent {
		conn.Close()
	}
}

// closeHijacked closes the hijacked connections, and those that become so. The
// end of a connection over TLS is written, which can take its time.
func (c *conns) closeHijacked() {
	c.mu.Lock()
	c.noHijacked = true
	open := slices.Collect(maps.Keys(c.hijacked))
	c.mu.Unlock()
	for _, conn := range open {
		conn.Close()
	}
}

// wait waits until no handler is running, or ctx is done.
func (c *conns) wait(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.left.Broadcast()
	})
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.running > 0 && ctx.Err() == nil {
		c.left.Wait()
	}
}

// connKey is the key of a request's connection in its context.
type connKey struct{}

// withConn is a hook for http.Server.ConnContext.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// connOf gives a request's connection, as net/http has it.
func connOf(r *http.Request) net.Conn {
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	return conn
}
