package head

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// recordLimit is more than the longest head that net/http reads, which is 4096
// bytes over its limit.
const recordLimit = MaxBytes + 8<<10

// recordedConn is a connection that keeps the head of the request being read.
type recordedConn struct {
	net.Conn
	ahead []byte // read, and to be read again
	// raise is set until the status line of an HTTP/1.0 response is written.
	raise atomic.Bool

	mu    sync.Mutex // guards the fields below
	buf   []byte
	whole bool
	off   bool
	later bool // than the first head of the connection
}

// Conn is a connection whose heads are kept, from [Listen] or [ListenTLS].
type Conn interface {
	net.Conn
	// Unread has the next Reads give bytes that have been read, all since the
	// last head began. They are recorded already.
	Unread(p []byte)
	// Next makes ready for another head, which starts where the next Read does.
	Next()

	recording() *recordedConn
}

func (c *recordedConn) recording() *recordedConn { return c }

// NetConn gives the connection below, as that of a tls.Conn does.
func (c *recordedConn) NetConn() net.Conn { return c.Conn }

// Read reads from the connection and records what came.
func (c *recordedConn) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.record(p[:n])
	}
	return n, err
}

func (c *recordedConn) record(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.whole || c.off {
		return
	}
	from := max(0, len(c.buf)-3)
	c.buf = append(c.buf, p[:min(len(p), recordLimit-len(c.buf))]...)
	// net/http takes a bare LF for the end of a line too (RFC 9112 §2.2).
	c.whole = bytes.Contains(c.buf[from:], []byte("\n\r\n")) || bytes.Contains(c.buf[from:], []byte("\n\n"))
	c.off = len(c.buf) == recordLimit
}

// Unread has the next Reads give bytes again.
func (c *recordedConn) Unread(p []byte) { c.ahead = bytes.Clone(p) }

// Next makes ready for the head of the next request, which is as certain as the one
// before.
func (c *recordedConn) Next() { c.await(false) }

// restart makes ready for the head of the next request, of which it is not certain
// where it starts.
func (c *recordedConn) restart() { c.await(true) }

func (c *recordedConn) await(later bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf, c.whole, c.off, c.later = c.buf[:0], false, false, c.later || later
}

// head gives the recorded lines if they seem to be those of r; certain is true
// where they are. The first byte may be missing: while a handler runs, net/http
// reads one byte ahead to notice that a client went away.
func (c *recordedConn) head(r *http.Request) (h Head, certain bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.whole {
		return nil, false
	}
	first, rest, _ := bytes.Cut(c.buf, []byte("\n"))
	if !strings.HasSuffix(string(bytes.TrimSuffix(first, []byte("\r"))), " "+r.RequestURI+" "+r.Proto) {
		return nil, false
	}
	return rest, !c.later
}

// Listen wraps a listener so that heads are kept as they come in.
func Listen(l net.Listener) net.Listener {
	return recordingListener{l}
}

// recordingListener hands out recorded connections.
type recordingListener struct {
	net.Listener
}

// Accept waits for the next connection.
func (l recordingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &recordedConn{Conn: c}, nil
}
