// Package http1 is the server's half of HTTP/1.1 as far as a Lambda runtime
// speaks it to its Runtime API: requests one after the other on a connection
// that stays open, bodies with a Content-Length or in chunks with trailers.
//
// It exists because the Runtime API is the hot path of the host and has one
// client per listener. net/http serves each connection from a goroutine of its
// own, which costs two hand-offs between goroutines per invocation; here the
// goroutine that serves the caller reads and writes the connection itself, and
// nothing is allocated for a request but its body.
//
// Framing follows RFC 9112. What is ambiguous there is refused here: a request
// with both Content-Length and Transfer-Encoding, with differing lengths, with
// a transfer coding other than chunked, with white space before a colon, or
// with a line folded onto the next. Left out, since no runtime needs them:
// pipelining (each answer is written before the next request is read),
// upgrades, and HTTP/1.0 keep-alive.
package http1

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

const (
	// MaxHead is the longest request head that is read, in bytes. It leaves
	// room for Lambda-Runtime-Function-XRay-Error-Cause, which AWS limits to 1 MiB.
	MaxHead = 1<<20 + 64<<10
	// bufferSize is a connection's buffer to begin with: a head and the small
	// body that follows it arrive in one read.
	bufferSize = 4 << 10
)

// ErrMalformed is wrapped by every error that the bytes of a client caused. The
// connection cannot be used any more: answer 400 and close it.
var ErrMalformed = errors.New("malformed HTTP request")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// Conn is the server's side of one connection. Only one goroutine may use it
// at a time, but SetReadDeadline may be called from any, to interrupt a read.
type Conn struct {
	conn net.Conn
	// buf[start:end] has been read from conn and not been consumed.
	buf        []byte
	start, end int
	head       []byte
	body       body
}

// NewConn returns a Conn that serves c.
func NewConn(c net.Conn) *Conn {
	return &Conn{conn: c, buf: make([]byte, bufferSize)}
}

// Write sends bytes of a response as they are.
func (c *Conn) Write(p []byte) (int, error) { return c.conn.Write(p) }

// SetReadDeadline makes reads fail with os.ErrDeadlineExceeded from t on; a
// read that is under way when t passes fails too. The zero time means never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.conn.SetReadDeadline(t) }

// SetWriteDeadline makes writes fail with os.ErrDeadlineExceeded from t on. The
// zero time means never.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.conn.SetWriteDeadline(t) }

// Ended reports whether the client has closed the connection, without reading
// from it. A client whose process has died has: the kernel closes its sockets
// before anyone is told of the death. Systems other than Unix do not tell it, and
// Ended is false there.
func (c *Conn) Ended() bool {
	raw, err := c.raw()
	if err != nil {
		return !errors.Is(err, errors.ErrUnsupported)
	}
	return ended(raw)
}

// Refused reports, of a connection whose end has been read, whether the client
// had closed it before the last Write, and so has not read that. TCP answers what
// comes too late by a reset, which Linux keeps behind the end of the stream;
// where it is not kept, still under way, or not told (as on systems other than
// Unix), Refused is false.
func (c *Conn) Refused() bool {
	raw, err := c.raw()
	return err == nil && refused(raw)
}

// raw gives the connection's descriptor. The error is errors.ErrUnsupported where
// it has none.
func (c *Conn) raw() (syscall.RawConn, error) {
	s, ok := c.conn.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return s.SyscallConn()
}

// Close closes the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// ReadRequest reads the head of the next request; what is left of the previous
// request's body is skipped first. The Request is valid until the next call.
//
// It returns io.EOF when the client closed the connection between requests,
// io.ErrUnexpectedEOF when it did so within one, the connection's own error
// when reading failed (after a deadline, reading can go on with a new one),
// and an error wrapping ErrMalformed for what is not a request.
func (c *Conn) ReadRequest() (*Request, error) {
	if err := c.body.skip(c); err != nil {
		return nil, err
	}
	n, err := c.readHead()
	if err != nil {
		return nil, err
	}
	c.head = append(c.head[:0], c.buf[c.start:c.start+n]...)
	c.start += n
	r, err := parseHead(c.head)
	if err != nil {
		return nil, err
	}
	c.body = body{chunked: r.chunked, left: r.length, expectContinue: r.expectContinue}
	return &r, nil
}

// readHead fills the buffer until it holds a whole head and returns the head's
// length, its closing empty line included.
func (c *Conn) readHead() (int, error) {
	for seen := 0; ; {
		window := c.buf[c.start:c.end]
		if n := endOfHead(window, seen); n > 0 {
			return n, nil
		}
		seen = max(0, len(window)-3)
		if len(window) > MaxHead {
			return 0, malformed("head longer than %d bytes", MaxHead)
		}
		if err := c.fill(); err != nil {
			if err == io.EOF && c.end > c.start {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
}

// fill reads once from the connection, making room first.
func (c *Conn) fill() error {
	switch {
	case c.start == c.end:
		c.start, c.end = 0, 0
	case c.end == len(c.buf) && c.start > 0:
		c.end = copy(c.buf, c.buf[c.start:c.end])
		c.start = 0
	}
	if c.end == len(c.buf) {
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	n, err := c.conn.Read(c.buf[c.end:])
	c.end += n
	if n > 0 {
		return nil
	}
	return err
}

// endOfHead returns the length of the head that window begins with, or 0 if
// its end is not there yet. The first from bytes are known not to hold the end.
func endOfHead(window []byte, from int) int {
	for i := from; i+3 < len(window); i++ {
		if window[i] == '\r' && window[i+1] == '\n' && window[i+2] == '\r' && window[i+3] == '\n' {
			return i + 4
		}
	}
	return 0
}
