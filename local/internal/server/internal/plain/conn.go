package plain

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"maru/local/internal/server/head"
)

// conn is a connection that is served here.
type conn struct {
	head.Conn
	l      *Listener
	remote string
	tls    *tls.ConnectionState // nil where there is none
	ctx    context.Context
	state  atomic.Int32

	buf    []byte        // what has been read of a request
	bytes  bytes.Reader  // reads buf
	reader *bufio.Reader // reads bytes, for net/http's parser
	pieces *bufio.Writer // cuts the body of the response that is being written
	out    []byte        // of it, to be sent
	served bool          // a request at least
	armed  time.Time     // when the read deadline for the next one was set
}

// The states of a conn. Who takes it out of idle decides what becomes of it: the
// one who has read a request, or the one who closes the Listener.
const (
	idle int32 = iota
	busy
	closed
)

// rearm is how old a read deadline may be before it is set anew: to set one for
// every request takes longer than it is worth.
const rearm = time.Second

func newConn(l *Listener, recorded head.Conn) *conn {
	c := &conn{Conn: recorded, l: l, remote: recorded.RemoteAddr().String(), buf: make([]byte, 0, maxRequest)}
	if r, ok := recorded.(interface{ ConnectionState() tls.ConnectionState }); ok {
		state := r.ConnectionState()
		c.tls = &state
	}
	c.reader, c.pieces = bufio.NewReader(&c.bytes), bufio.NewWriterSize(nil, heldBody)
	ctx := context.WithValue(context.Background(), http.ServerContextKey, l.server)
	c.ctx = context.WithValue(ctx, http.LocalAddrContextKey, recorded.LocalAddr())
	if l.server.ConnContext != nil {
		c.ctx = l.server.ConnContext(c.ctx, recorded)
	}
	return c
}

// serve answers plain requests. It returns true where net/http is to go on with
// the connection, and false where it is to be closed.
func (c *conn) serve() (more bool) {
	for {
		c.arm()
		r, more := c.read()
		if r == nil {
			return more && c.state.CompareAndSwap(idle, busy) // with net/http's request
		}
		if !c.state.CompareAndSwap(idle, busy) || !c.answer(r) {
			return false
		}
		c.state.Store(idle)
		if c.l.closing.Load() {
			return false
		}
		c.Next()
	}
}

// closeIdle closes a connection on which no request is being answered.
func (c *conn) closeIdle() {
	if c.state.CompareAndSwap(idle, closed) {
		c.Close()
	}
}

// arm sets how long the connection may stand still before the next request.
func (c *conn) arm() {
	now := time.Now()
	switch {
	case !c.served:
		_ = c.SetReadDeadline(after(now, c.l.server.ReadHeaderTimeout))
	case now.Sub(c.armed) > rearm:
		c.armed = now
		_ = c.SetReadDeadline(after(now, c.l.server.IdleTimeout))
	}
}

// after is a deadline; a server's timeout of zero means none.
func after(now time.Time, timeout time.Duration) time.Time {
	if timeout == 0 {
		return time.Time{}
	}
	return now.Add(timeout)
}

// read reads one request. There is none where the client has gone or says
// nothing, and none where what it says is not one plain request: more is true then,
// and what was read is there to be read again.
func (c *conn) read() (r *http.Request, more bool) {
	n, err := c.Read(c.buf[:cap(c.buf)])
	if c.buf = c.buf[:n]; n == 0 {
		return nil, false
	}
	if size, ok := measure(c.buf); err == nil && ok && size == n {
		r = c.parse()
	}
	if r == nil {
		c.Unread(c.buf)
	}
	return r, true
}

// parse makes a request of the bytes that were read; nil where net/http finds
// fault with them.
func (c *conn) parse() *http.Request {
	c.bytes.Reset(c.buf)
	c.reader.Reset(&c.bytes)
	r, err := http.ReadRequest(c.reader)
	if err != nil {
		return nil
	}
	r = r.WithContext(c.ctx)
	r.RemoteAddr, r.TLS = c.remote, c.tls
	return r
}

// answer runs the handler and reports whether the connection can be used again. A
// panic ends the connection, as in net/http.
func (c *conn) answer(r *http.Request) (again bool) {
	defer func() {
		if err := recover(); err != nil {
			again = false
			if err != http.ErrAbortHandler {
				c.l.logf("http: panic serving %v: %v\n%s", c.remote, err, debug.Stack())
			}
		}
	}()
	c.served = true
	w := newResponse(c, r)
	c.l.server.Handler.ServeHTTP(w, r)
	r.Body.Close() // its bytes are the next request's
	again = w.finish()
	c.pieces.Reset(nil) // lets go of w, and of r
	return again
}
