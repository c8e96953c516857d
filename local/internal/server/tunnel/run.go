package tunnel

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// idlePatience is how long a tunnel stands without a byte in either direction.
const idlePatience = 5 * time.Minute

// Run passes bytes between two connections until both directions have ended,
// one broke, nothing moved for five minutes, or ctx is done; the connections are
// closed but for the first of these. Closing them in any case stays with the caller.
func Run(ctx context.Context, a, b net.Conn) {
	cut := func() { a.Close(); b.Close() }
	// A direction that has ended does not show that its connection is closed, so
	// closing one of the two may not be enough.
	stop := context.AfterFunc(ctx, cut)
	defer stop()
	idle := time.AfterFunc(idlePatience, cut)
	defer idle.Stop()
	var back sync.WaitGroup
	back.Go(func() { pass(a, b, idle) })
	pass(b, a, idle)
	back.Wait()
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
	r.idle.Reset(idlePatience)
	return n, err
}

// closeWrite ends the writing half of a connection, below whatever wraps it.
func closeWrite(c net.Conn) error {
	switch c := c.(type) {
	case interface{ CloseWrite() error }:
		return c.CloseWrite()
	case interface{ NetConn() net.Conn }:
		return closeWrite(c.NetConn())
	}
	return errors.ErrUnsupported
}
