package head

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maru/local/internal/server/servertest"
)

// pipeListener accepts the other ends of pipes.
type pipeListener struct {
	accepted chan net.Conn
	closed   chan struct{}
	open     atomic.Int32 // connections
}

func newPipeListener() *pipeListener {
	return &pipeListener{accepted: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Addr() net.Addr { return nil }

func (l *pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (l *pipeListener) dial() net.Conn {
	near, far := net.Pipe()
	l.open.Add(1)
	l.accepted <- &countedConn{Conn: far, open: &l.open}
	return near
}

// countedConn tells when it is closed.
type countedConn struct {
	net.Conn
	open *atomic.Int32
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// TestHandshakesEndWithTheListener has a client that says nothing, and one that
// nobody accepts: Close waits for both to be gone, and not for their patience.
func TestHandshakesEndWithTheListener(t *testing.T) {
	config := servertest.Certified(t)
	synctest.Test(t, func(t *testing.T) {
		inner := newPipeListener()
		l := ListenTLS(inner, config)
		inner.dial()
		ready := tls.Client(inner.dial(), &tls.Config{InsecureSkipVerify: true})
		go func() { _, _ = io.ReadAll(ready) }() // until it is closed
		synctest.Wait()
		start := time.Now()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if open, took := inner.open.Load(), time.Since(start); open != 0 || took != 0 {
			t.Errorf("got %d connections after %v, want none at once", open, took)
		}
		if c, err := l.Accept(); err == nil {
			t.Errorf("got a connection of %v after Close", c.RemoteAddr())
		}
	})
}

// TestHandshakeTakesTooLong gives up on a client as if it had sent half a head.
func TestHandshakeTakesTooLong(t *testing.T) {
	config := servertest.Certified(t)
	synctest.Test(t, func(t *testing.T) {
		inner := newPipeListener()
		l := ListenTLS(inner, config)
		defer l.Close()
		start := time.Now()
		inner.dial()
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != Patience || inner.open.Load() != 0 {
			t.Errorf("got %v and %d open, want it closed after %v", took, inner.open.Load(), Patience)
		}
		if err := c.(*tls.Conn).Handshake(); err == nil {
			t.Error("got no error for net/http to meet")
		}
	})
}

// brokenListener fails a few times, with an error that passes.
type brokenListener struct {
	net.Listener
	failures int
}

func (l *brokenListener) Accept() (net.Conn, error) {
	if l.failures > 0 {
		l.failures--
		return nil, io.ErrNoProgress
	}
	return l.Listener.Accept()
}

// TestAcceptPassesErrorsOn: whether to go on is for the server to decide.
func TestAcceptPassesErrorsOn(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := ListenTLS(&brokenListener{inner, 2}, servertest.Certified(t))
	defer l.Close()
	for range 2 {
		if _, err := l.Accept(); err != io.ErrNoProgress {
			t.Errorf("got %v, want %v", err, io.ErrNoProgress)
		}
	}
	client, err := tls.Dial("tcp", inner.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
