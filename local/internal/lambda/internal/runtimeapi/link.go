package runtimeapi

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"maru/local/internal/lambda/internal/http1"
)

// link is the host's end of the connections that a runtime opens to its Runtime
// API. Runtimes differ in how many they use; most use one.
//
// The goroutine that owns the environment reads one of them itself, the driven
// one, so that an invocation takes no hand-off between goroutines. Every other
// is read by a goroutine of its own, until a request on it asks for an event:
//
//	accept ──▶ served by a goroutine ──next──▶ turns ──▶ driven ──closed──▶ –
//	                    ▲        └──outcome──▶ turns        │
//	                    └────── another one is driven ──────┘
type link struct {
	listener net.Listener
	api      *api
	exited   <-chan struct{} // closed when the runtime's process has ended
	turns    chan turn       // what came on connections that are served
	closed   chan struct{}
	served   sync.WaitGroup

	// driven is changed by the owner alone.
	driven *http1.Conn
	// pending tells that the event was sent on driven, once, and nothing has come
	// since.
	pending bool
	// unread tells that the runtime closed driven without having read the event.
	unread bool
	// left was driven until the runtime closed it with the event pending. It is kept
	// for lastTurn to see whether that came too late, which shows a moment later.
	left *http1.Conn

	mu sync.Mutex // guards the fields below
	// reading is the connection that the owner waits for a request on, and that
	// may be interrupted; nil while it does something else.
	reading *http1.Conn
	open    map[*http1.Conn]struct{} // those that are served
}

// lastWords is how long a connection of a runtime that has ended is read: what
// the runtime had sent is there already, and a child that it left behind may
// keep the connection open for ever.
const lastWords = 20 * time.Millisecond

// deathGrace is how long after the end of a connection, within a request, the
// runtime may be found to have ended, too. On a busy machine that takes a while;
// one that lives on, which has broken its own request, is made to wait.
const deathGrace = time.Second

// interrupted is a read deadline that has passed for any clock.
var interrupted = time.Unix(1, 0)

// newLink accepts the connections of a runtime until close, or until exited is
// closed.
func newLink(listener net.Listener, api *api, exited <-chan struct{}) *link {
	l := &link{
		listener: listener, api: api, exited: exited,
		turns: make(chan turn, 1), closed: make(chan struct{}), open: map[*http1.Conn]struct{}{},
	}
	l.served.Go(l.accept)
	l.served.Go(func() {
		<-exited
		listener.Close()
		l.interrupt()
	})
	return l
}

// await returns the runtime's next turn, on whatever connection it comes. The
// error is ErrTimedOut at limit, and ErrExited or ErrUnread when the runtime has
// ended.
func (l *link) await(limit time.Time) (turn, error) {
	for l.driven != nil {
		t, err := l.read(limit)
		if err != nil || t != (turn{}) {
			return t, err
		}
	}
	timer := time.NewTimer(time.Until(limit))
	defer timer.Stop()
	select {
	case t := <-l.turns:
		return l.adopt(t), nil
	case <-timer.C:
		return turn{}, ErrTimedOut
	case <-l.exited:
		return l.lastTurn()
	}
}

// read takes one request from the driven connection, unless a turn comes on
// another one first. The zero turn means that there was none; the connection
// may be gone then.
func (l *link) read(limit time.Time) (turn, error) {
	c, until, ended := l.driven, limit, isClosed(l.exited)
	if words := time.Now().Add(lastWords); ended && words.Before(limit) {
		until = words
	}
	if t, ok := l.beginRead(c, until); ok {
		return l.adopt(t), nil
	}
	r, err := c.ReadRequest()
	l.endRead()
	switch {
	case err == nil:
		l.pending = false
		t, ok := l.take(c, r, limit)
		if !ok {
			l.drop()
		}
		return t, nil
	case errors.Is(err, os.ErrDeadlineExceeded) && (!ended || time.Now().Before(until)):
		if !time.Now().Before(limit) {
			return turn{}, ErrTimedOut
		}
		return turn{}, nil // interrupted: of what has ended, by the word of its end
	case errors.Is(err, http1.ErrMalformed):
		_ = refuse(c, 400, "InvalidRequest", err.Error())
	case errors.Is(err, io.EOF) && l.pending:
		l.left, l.driven = c, nil
		return turn{}, nil
	case errors.Is(err, syscall.ECONNRESET):
		l.unread = l.pending
	}
	l.drop()
	return turn{}, nil
}

// beginRead makes c interruptible, unless a turn is there already. Whoever has a
// turn sends it first and then interrupts; so one of the two is seen.
func (l *link) beginRead(c *http1.Conn, until time.Time) (turn, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case t := <-l.turns:
		return t, true
	default:
		l.reading = c
		_ = c.SetReadDeadline(until)
		return turn{}, false
	}
}

func (l *link) endRead() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading = nil
}

// interrupt makes the owner look at turns and at exited.
func (l *link) interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reading != nil {
		_ = l.reading.SetReadDeadline(interrupted)
	}
}

// take answers the request r, unless it asks for an event. ok tells whether the
// connection can be read again.
func (l *link) take(c *http1.Conn, r *http1.Request, limit time.Time) (t turn, ok bool) {
	if r.HasBody() {
		_ = c.SetReadDeadline(limit)
	}
	closing := r.Close()
	t, err := l.api.take(c, r)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return turn{}, false // it lives, and its time is up
	case err != nil && l.ending():
		return turn{}, false // it died within its answer
	}
	return t, err == nil && (!closing || t.waiting != nil)
}

// ending reports whether the runtime has ended, or does so in a moment: the
// kernel closes the connections of a process before it tells of its death.
func (l *link) ending() bool {
	timer := time.NewTimer(deathGrace)
	defer timer.Stop()
	select {
	case <-l.exited:
		return true
	case <-timer.C:
		return false
	}
}

// adopt makes the connection of a turn the driven one. The one before is served
// by a goroutine again: the runtime may go on using it.
func (l *link) adopt(t turn) turn {
	if t.waiting == nil {
		return t
	}
	l.forget()
	if before := l.driven; before != nil {
		_ = before.SetReadDeadline(time.Time{})
		l.serve(before)
	}
	l.driven, l.pending, l.unread = t.waiting, false, false
	return t
}

// drop closes the driven connection.
func (l *link) drop() {
	l.driven.Close()
	l.driven = nil
}

// forget closes left.
func (l *link) forget() {
	if l.left != nil {
		l.left.Close()
		l.left = nil
	}
}

// broken reports whether the runtime has closed the connection on which it
// waits for an event, and drops it then.
func (l *link) broken() bool {
	if l.driven != nil && !l.driven.Ended() {
		return false
	}
	if l.driven != nil {
		l.drop()
	}
	return true
}

// send writes the event to the runtime that waits for it. That it could not be
// sent is seen when the answer is read; the connection cannot be used any more then. A
// runtime that closed it midway has not read the event. again tells that the
// runtime may have read it before.
func (l *link) send(i *Invocation, again bool) {
	if l.driven == nil {
		return
	}
	_ = l.driven.SetWriteDeadline(i.Deadline)
	l.pending = !again
	if err := writeEvent(l.driven, i); err != nil {
		l.unread = l.pending && !errors.Is(err, os.ErrDeadlineExceeded)
		l.drop()
	}
}

// lastTurn is called when the runtime has ended: an answer that it sent before
// may still be under way from the goroutine of its connection.
func (l *link) lastTurn() (turn, error) {
	served := make(chan struct{})
	go func() {
		l.served.Wait()
		close(served)
	}()
	timer := time.NewTimer(lastWords)
	defer timer.Stop()
	select {
	case t := <-l.turns:
		if t.outcome != nil {
			return t, nil
		}
		t.waiting.Close()
	case <-served:
	case <-timer.C: // somebody holds a connection open
		l.closeOpen()
	}
	if l.unread || l.left != nil && l.left.Refused() {
		return turn{}, ErrUnread
	}
	return turn{}, ErrExited
}

// accept serves each connection of the runtime.
func (l *link) accept() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.serve(http1.NewConn(conn))
	}
}

// serve reads a connection in a goroutine until one of its requests asks for an
// event; from then on the owner drives it.
func (l *link) serve(c *http1.Conn) {
	l.mu.Lock()
	l.open[c] = struct{}{}
	l.mu.Unlock()
	l.served.Go(func() {
		if !l.takeAll(c) {
			c.Close()
		}
		l.mu.Lock()
		delete(l.open, c)
		l.mu.Unlock()
	})
}

// takeAll takes requests and reports whether the owner has got the connection.
func (l *link) takeAll(c *http1.Conn) bool {
	for {
		r, err := c.ReadRequest()
		if errors.Is(err, http1.ErrMalformed) {
			_ = refuse(c, 400, "InvalidRequest", err.Error())
		}
		if err != nil {
			return false
		}
		if l.foreign(r) {
			_ = refuse(c, 403, "Forbidden", "the Runtime API is the runtime's alone")
			return false
		}
		t, ok := l.take(c, r, time.Time{})
		if t != (turn{}) && !l.hand(t) || !ok {
			return false
		}
		if t.waiting != nil {
			return true
		}
	}
}

// foreign reports whether a request is not the runtime's but a browser's: one
// that a page caused, or that came under another name than the one the runtime
// was told.
func (l *link) foreign(r *http1.Request) bool {
	host := r.Header("Host")
	return host != "" && host != l.listener.Addr().String() ||
		r.Header("Origin") != "" || r.Header("Sec-Fetch-Site") != ""
}

// hand gives a turn to the owner; false when the link is closed first.
func (l *link) hand(t turn) bool {
	select {
	case l.turns <- t:
		l.interrupt()
		return true
	case <-l.closed:
		return false
	}
}

// close closes every connection and waits for the goroutines that served them.
// The owner calls it, after the process has ended.
func (l *link) close() {
	close(l.closed)
	l.listener.Close()
	if l.driven != nil {
		l.drop()
	}
	l.forget()
	l.closeOpen()
	l.served.Wait()
	select {
	case t := <-l.turns: // that nobody waited for
		if t.waiting != nil {
			t.waiting.Close()
		}
	default:
	}
}

func (l *link) closeOpen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.Close()
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
