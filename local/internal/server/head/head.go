package head

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits on heads. They stand against clients that open connections and say
// nothing, and are wide enough for a gateway to refuse large heads in API
// Gateway's words.
const (
	Patience = 10 * time.Second // with a head, and with a handshake
	MaxBytes = 64 << 10
)

// Configure sets a server's limits on heads, and hooks on its connections, before
// which those already set are run. Serve the server on a listener from [Listen]
// or [ListenTLS].
func Configure(server *http.Server) {
	server.ReadHeaderTimeout = Patience
	server.MaxHeaderBytes = MaxBytes
	withContext, stateChanged := server.ConnContext, server.ConnState
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if withContext != nil {
			ctx = withContext(ctx, c)
		}
		return withConn(ctx, c)
	}
	server.ConnState = func(c net.Conn, state http.ConnState) {
		if stateChanged != nil {
			stateChanged(c, state)
		}
		if c, ok := c.(Conn); ok && state == http.StateIdle {
			c.recording().restart()
		}
	}
}

// Head is the header section of a request as it was sent, or nil.
type Head []byte

// Names yields each name in it. A line that starts with a space continues the
// one before it (RFC 9112 §5.2), and net/http reads it so.
func (h Head) Names(yield func(name []byte) bool) {
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

// Has tells whether a name is in it, in any case.
func (h Head) Has(name string) bool {
	for got := range h.Names {
		if strings.EqualFold(string(got), name) {
			return true
		}
	}
	return false
}

// connKey is the key of a recordedConn in a connection's context.
type connKey struct{}

// Of finds the head of a request that came over a connection of [Listen] or
// [ListenTLS], at a server of [Configure], by HTTP/1. It is nil where it was not
// seen; certain tells whether it is sure to be the whole and only head of r. The
// caller does not keep it beyond the request.
func Of(r *http.Request) (h Head, certain bool) {
	if c := connOf(r); c != nil && r.ProtoMajor == 1 {
		return c.head(r)
	}
	return nil, false
}

// connOf gives the connection of a request; nil for one that is not recorded.
func connOf(r *http.Request) *recordedConn {
	c, _ := r.Context().Value(connKey{}).(*recordedConn)
	return c
}

func withConn(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(Conn); ok {
		return context.WithValue(ctx, connKey{}, c.recording())
	}
	return ctx
}
