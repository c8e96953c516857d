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

// Set is the tunnels that are open. The zero value is ready.
type Set struct {
	mu     sync.Mutex // guards the fields below
	closed bool
	open   map[net.Conn]struct{} // both ends of each

	running sync.WaitGroup
}

// Run passes bytes between two connections until both directions have ended,
// one broke, nothing moved for five minutes, or the set is closed. Closing the
// connections stays with its caller.
func (s *Set) Run(a, b net.Conn) {
	if !s.add(a, b) {
		return
	}
	defer s.remove(a, b)
	idle := time.AfterFunc(idlePatience, func() { a.Close(); b.Close() })
	defer idle.Stop()
	var back sync.WaitGroup
	back.Go(func() { pass(a, b, idle) })
	pass(b, a, idle)
	back.Wait()
}

func (s *Set) add(conns ...net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.open == nil {
		s.open = map[net.Conn]struct{}{}
	}
	for _, c := range conns {
		s.open[c] = struct{}{}
	}
	s.running.Add(1)
	return true
}

func (s *Set) remove(conns ...net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range conns {
		delete(s.open, c)
	}
	s.running.Done()
}

// Close ends all tunnels and waits for them, until ctx is done. Later ones are
// not begun.
func (s *Set) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
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
