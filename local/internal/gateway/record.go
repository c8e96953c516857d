package gateway

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync"

	"maru/local/internal/template"
)

// Events of payload format 1.0 show header names as the client spelled them
// (recorded: "tEsT-HEADeR"), which net/http does not keep. So the doors look at
// the bytes of each request head as they come in:
//
//	StateNew ──bytes──▶ recording ──blank line──▶ whole ──StateIdle──▶ recording
//	                        └─────recordLimit───▶ off ────StateIdle──▶ recording
//
// Only the spelling of names that net/http itself has read is taken from there,
// so bytes that mislead the recorder change upper to lower case and no more. A
// head that is not whole, like that of a pipelined request, which arrives
// before its turn, gives no spellings, and the canonical ones are used.
//
// How a message is framed is read from there as well, and for that the recorder
// must not be misled. It cannot be about the first head of a connection, which
// starts where the connection does. It can be about later ones: net/http may
// hold the start of one when its recording begins, and what is recorded of it
// can be made to look like a head of its own.

// recordLimit is more than the longest head that net/http reads, which is 4096
// bytes over its limit.
const recordLimit = maxHead + 8<<10

// recordedConn is a connection that keeps the head of the request being read.
type recordedConn struct {
	net.Conn

	mu    sync.Mutex // guards the fields below
	buf   []byte
	whole bool
	off   bool
	later bool // than the first head of the connection
}

// recorded is a connection that is, or holds, a recordedConn.
type recorded interface {
	recording() *recordedConn
}

func (c *recordedConn) recording() *recordedConn { return c }

// Read reads from the connection and records what came.
func (c *recordedConn) Read(p []byte) (int, error) {
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

// restart makes ready for the head of the next request.
func (c *recordedConn) restart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf, c.whole, c.off, c.later = c.buf[:0], false, false, true
}

// head gives the recorded lines if they seem to be those of r; certain is true
// where they are. The first byte may be missing: while a handler runs, net/http
// reads one byte ahead to notice that a client went away.
func (c *recordedConn) head(r *http.Request) (h head, certain bool) {
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

// head is the header section of a request as it was sent, or nil.
type head []byte

// names yields each name in it. A line that starts with a space continues the
// one before it (RFC 9112 §5.2), and net/http reads it so.
func (h head) names(yield func(name []byte) bool) {
	for line := range bytes.Lines(h) {
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, found := bytes.Cut(line, []byte(":"))
		if !found || !yield(name) {
			return // the blank line, after which comes the body
		}
	}
}

func (h head) has(name string) bool {
	for got := range h.names {
		if strings.EqualFold(string(got), name) {
			return true
		}
	}
	return false
}

// connKey is the key of a recordedConn in a connection's context.
type connKey struct{}

// headOf finds the recorded head of a request, as [recordedConn.head] does.
func headOf(r *http.Request) (h head, certain bool) {
	if c, ok := r.Context().Value(connKey{}).(*recordedConn); ok && r.ProtoMajor == 1 {
		return c.head(r)
	}
	return nil, false
}

func withConn(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(recorded); ok {
		return context.WithValue(ctx, connKey{}, c.recording())
	}
	return ctx
}

// spell gives the event's fields the client's spelling, which in HTTP/2 is
// lower case (RFC 9113 §8.2). A REST API writes Host, Authorization and
// User-Agent in its own way (recorded), and the fields that the doors add have
// only theirs.
func (x *exchange) spell() {
	x.spellLikeClient()
	for i := range x.fields {
		f := &x.fields[i]
		switch {
		case f.canonical == "Authorization", f.canonical == "User-Agent":
			f.name = f.canonical
		case x.kind() == template.HTTP:
			f.name = spellV1(f.canonical, f.name)
		}
	}
}

func (x *exchange) spellLikeClient() {
	if x.r.ProtoMajor > 1 {
		for i := range x.fields {
			if f := &x.fields[i]; f.values != nil {
				f.name = strings.ToLower(f.canonical)
			}
		}
		return
	}
	head, _ := headOf(x.r)
	for name := range head.names {
		key := textproto.CanonicalMIMEHeaderKey(string(name))
		i, found := slices.BinarySearchFunc(x.fields, key, func(f field, key string) int {
			return strings.Compare(f.canonical, key)
		})
		if found && x.fields[i].values != nil && x.fields[i].name == key && string(name) != key {
			x.fields[i].name = string(name)
		}
	}
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
