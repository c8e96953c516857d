package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits of a tunnel.
const (
	dialPatience   = 10 * time.Second
	tunnelPatience = 5 * time.Minute // without a byte in either direction
)

// connect answers a CONNECT (RFC 9110 §9.3.6). The function is asked first and
// must answer 2xx; then the host dials, by its own rules, and the bytes of both
// sides are passed on. Anything else that the function answers is the response.
func (x *exchange) connect() {
	x.target = target{sent: x.r.Host}
	x.endpoint = x.g.methods[http.MethodConnect]
	x.w.Header().Set("Connection", "close")
	if x.endpoint == nil {
		// Refused in an HTTP API's words: no API carries the method.
		x.endpoint = methodEndpoint(http.MethodConnect, "")
		x.refuse(tunnelRefused)
		return
	}
	x.identify()
	if refused := x.checkAuthority(); refused != passed {
		x.refuse(refused)
		return
	}
	x.writeEvent()
	payload, refused := x.invoke()
	if refused != passed {
		x.refuse(refused)
		return
	}
	x.decide(payload)
}

// decide opens the tunnel if the function said so in so many words: the 200 that
// is inferred where statusCode is missing permits nothing.
func (x *exchange) decide(payload []byte) {
	r, err := readResult(payload, false)
	switch {
	case err == nil && !r.hasStatus:
		x.refuse(tunnelRefused)
	case err == nil && r.wrong == nil && r.status/100 == 2:
		x.open()
	default:
		x.respond(payload)
	}
}

// checkAuthority wants host:port, no body, and a connection that can become a
// tunnel.
func (x *exchange) checkAuthority() cause {
	if x.r.ProtoMajor != 1 {
		return tunnelUnsupported
	}
	if x.r.ContentLength != 0 {
		return badRequest
	}
	host, port, err := net.SplitHostPort(x.r.Host)
	if err != nil || host == "" {
		return badRequest
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return badRequest
	}
	return passed
}

// open dials, says so, and passes bytes on until both sides are done.
func (x *exchange) open() {
	target, err := x.g.config.Tunnel.dial(x.r.Context(), x.r.Host)
	if err != nil {
		x.refuse(dialCause(err))
		return
	}
	defer target.Close()
	client, err := x.hijack()
	if err != nil {
		x.refuse(tunnelUnsupported)
		return
	}
	defer client.Close()
	x.status = http.StatusOK
	// A client that is gone shows when its bytes are read.
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection Established\r\n\r\n")
	x.g.tunnels.run(client, target)
}

func dialCause(err error) cause {
	var netErr net.Error
	switch {
	case errors.Is(err, errForbiddenAddress):
		return tunnelRefused
	case errors.As(err, &netErr) && netErr.Timeout():
		return tunnelTimeout
	}
	return tunnelBroken
}

// hijack takes the connection from net/http, with what the client sent behind
// the head and net/http has read already.
func (x *exchange) hijack() (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return nil, err
	}
	ahead := make([]byte, buffered.Reader.Buffered())
	if _, err := io.ReadFull(buffered, ahead); err != nil {
		conn.Close()
		return nil, err
	}
	return &aheadConn{Conn: conn, ahead: ahead}, nil
}

// aheadConn is a connection of which some bytes were read ahead.
type aheadConn struct {
	net.Conn
	ahead []byte
}

// Read gives the bytes read ahead first.
func (c *aheadConn) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// tunnels is the set of open tunnels. The zero value is ready.
type tunnels struct {
	mu     sync.Mutex // guards the fields below
	closed bool
	open   map[net.Conn]struct{} // both ends of each

	running sync.WaitGroup
}

// run passes bytes between two connections until both directions have ended,
// one broke, nothing moved for tunnelPatience, or the set is closed.
func (t *tunnels) run(a, b net.Conn) {
	if !t.add(a, b) {
		return
	}
	defer t.remove(a, b)
	idle := time.AfterFunc(tunnelPatience, func() { a.Close(); b.Close() })
	defer idle.Stop()
	var back sync.WaitGroup
	back.Go(func() { pass(a, b, idle) })
	pass(b, a, idle)
	back.Wait()
}

func (t *tunnels) add(conns ...net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	if t.open == nil {
		t.open = map[net.Conn]struct{}{}
	}
	for _, c := range conns {
		t.open[c] = struct{}{}
	}
	t.running.Add(1)
	return true
}

func (t *tunnels) remove(conns ...net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range conns {
		delete(t.open, c)
	}
	t.running.Done()
}

// close ends all tunnels and waits for them, until ctx is done.
func (t *tunnels) close(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	for c := range t.open {
		c.Close()
	}
	t.mu.Unlock()
	done := make(chan struct{})
	go func() {
		t.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass copies from one connection to another until the first ends, and then
// ends the writing half of the second, so that an answer can still come back.
func pass(to, from net.Conn, idle *time.Timer) {
	_, err := io.Copy(to, &watchedReader{from, idle})
	if err != nil || closeWrite(to) != nil {
		to.Close()
		from.Close()
	}
}

// watchedReader winds up a timer with each read.
type watchedReader struct {
	io.Reader
	idle *time.Timer
}

// Read reads and notes that something moved.
func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.idle.Reset(tunnelPatience)
	return n, err
}

// closeWrite ends the writing half of a connection, below whatever wraps it.
func closeWrite(c net.Conn) error {
	switch c := c.(type) {
	case interface{ CloseWrite() error }:
		return c.CloseWrite()
	case *aheadConn:
		return closeWrite(c.Conn)
	case recorded:
		return closeWrite(c.recording().Conn)
	}
	return errors.ErrUnsupported
}
