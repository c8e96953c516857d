package plain

import (
	"context"
	"errors"
	stdlog "log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"maru/local/internal/server/head"
)

// Listener accepts for net/http the connections that are not, or no longer,
// served here.
type Listener struct {
	net.Listener
	server *http.Server

	ready  chan net.Conn
	failed chan error // an error of accepting
	closed chan struct{}
	// tasks are accepting, and each connection that is served here.
	tasks sync.WaitGroup
	// closing is set before the idle connections are closed.
	closing atomic.Bool

	mu    sync.Mutex // guards conns
	conns map[*conn]struct{}
}

// Listen serves the plain requests on the connections of a listener of package
// head with the server's Handler, and keeps to its IdleTimeout,
// ReadHeaderTimeout, ConnContext and ErrorLog. The server has to serve the Listener,
// for all other requests: a connection that it gets begins anew there, with
// ConnContext and ReadHeaderTimeout.
func Listen(l net.Listener, server *http.Server) *Listener {
	p := &Listener{
		Listener: l, server: server,
		ready: make(chan net.Conn), failed: make(chan error), closed: make(chan struct{}), conns: map[*conn]struct{}{},
	}
	p.tasks.Go(p.acceptAll)
	return p
}

// Accept waits for the next connection that net/http has to serve.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case err := <-l.failed:
		return nil, err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends accepting and closes idle connections. A request that is being
// answered is answered to its end, and its connection closed then.
func (l *Listener) Close() error {
	if l.closing.Swap(true) {
		return nil
	}
	close(l.closed)
	err := l.Listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.closeIdle()
	}
	return err
}

// Wait waits, after Close, for the requests that are being answered, until ctx is
// done; it closes their connections then.
func (l *Listener) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		l.tasks.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.Close()
	}
	return ctx.Err()
}

// acceptAll serves each connection until the listener is closed. After an error
// that others may follow, such as for want of file descriptors, it waits a moment; one
// that ends accepting goes to net/http.
func (l *Listener) acceptAll() {
	pause := minPause
	for {
		c, err := l.Listener.Accept()
		var temporary interface{ Temporary() bool }
		switch {
		case err == nil:
			pause = minPause
			l.take(c)
			continue
		case errors.Is(err, net.ErrClosed):
			return
		case errors.As(err, &temporary) && temporary.Temporary():
			l.logf("http: Accept error: %v; retrying in %v", err, pause)
		default:
			select {
			case l.failed <- err:
			case <-l.closed:
			}
			return
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, maxPause)
		case <-l.closed:
			return
		}
	}
}

// The shortest and the longest pause after an error of accepting; net/http's are the
// same.
const (
	minPause = 5 * time.Millisecond
	maxPause = time.Second
)

// logf logs where the server does.
func (l *Listener) logf(format string, args ...any) {
	if log := l.server.ErrorLog; log != nil {
		log.Printf(format, args...)
	} else {
		stdlog.Printf(format, args...)
	}
}

// take serves a connection here, unless it speaks HTTP/2, or has failed to shake
// hands.
func (l *Listener) take(c net.Conn) {
	recorded, ok := c.(head.Conn)
	if !ok {
		l.tasks.Go(func() { l.handOver(c) })
		return
	}
	served := newConn(l, recorded)
	l.mu.Lock()
	l.conns[served] = struct{}{}
	if l.closing.Load() { // Close may not have seen it
		served.closeIdle()
	}
	l.mu.Unlock()
	l.tasks.Go(func() {
		defer l.forget(served)
		if served.serve() {
			l.handOver(c)
		} else {
			c.Close()
		}
	})
}

func (l *Listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// handOver gives a connection to net/http.
func (l *Listener) handOver(c net.Conn) {
	select {
	case l.ready <- c:
	case <-l.closed:
		c.Close()
	}
}
