package head

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
)

// A request head can be recorded only where TLS has decrypted it, and net/http
// takes a connection for HTTP/2 only if it is a *tls.Conn itself. Which of the
// two a connection is going to be shows at the end of its handshake. So
// handshakes are done here, before net/http gets the connection:
//
//	Accept ──▶ handshake ──┬─ HTTP/2 ──▶ *tls.Conn, lower-case names
//	                       ├─ HTTP/1 ──▶ recordedTLSConn
//	                       └─ failed ──▶ *tls.Conn, for net/http to say so

// protocolHTTP2 is what a client and a server agree on in a handshake for HTTP/2
// (RFC 9113 §3.2).
const protocolHTTP2 = "h2"

// tlsListener hands out connections whose handshakes are over.
type tlsListener struct {
	net.Listener
	config *tls.Config

	ready chan net.Conn
	// failed gets the error that ends accepting.
	failed chan error
	// ctx ends with the listener, and ends handshakes with it.
	ctx   context.Context
	close context.CancelFunc
	tasks sync.WaitGroup // accepting, and each handshake
}

// ListenTLS is [Listen] for HTTPS, HTTP/2 too, with the certificates of config.
// Give it the plain listener, and serve the server with Serve: its TLSConfig
// stays nil. Close ends handshakes that are under way.
func ListenTLS(inner net.Listener, config *tls.Config) net.Listener {
	l := &tlsListener{Listener: inner, config: config.Clone(), ready: make(chan net.Conn), failed: make(chan error)}
	l.config.NextProtos = []string{protocolHTTP2, "http/1.1"}
	l.ctx, l.close = context.WithCancel(context.Background())
	l.tasks.Go(l.acceptAll)
	return l
}

// Accept waits for the next connection whose handshake is over, well or not.
func (l *tlsListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case err := <-l.failed:
		return nil, err
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close ends accepting and all handshakes, and waits for them.
func (l *tlsListener) Close() error {
	l.close()
	err := l.Listener.Close()
	l.tasks.Wait()
	return err
}

// acceptAll starts handshakes until the listener is closed. Other errors go to who
// accepts, which tries again after some of them.
func (l *tlsListener) acceptAll() {
	for {
		c, err := l.Listener.Accept()
		switch {
		case err == nil:
			l.tasks.Go(func() { l.shake(tls.Server(c, l.config)) })
		case errors.Is(err, net.ErrClosed):
			return
		default:
			select {
			case l.failed <- err:
			case <-l.ctx.Done():
				return
			}
		}
	}
}

// shake does one handshake, with the patience that request heads get. A failed
// one is kept by the connection, so that net/http meets the same error and tells
// the client and the log in its own words.
func (l *tlsListener) shake(c *tls.Conn) {
	ctx, cancel := context.WithTimeout(l.ctx, Patience)
	defer cancel()
	var done net.Conn = c
	if err := c.HandshakeContext(ctx); err == nil && c.ConnectionState().NegotiatedProtocol != protocolHTTP2 {
		done = &recordedTLSConn{recordedConn{Conn: c}, c.ConnectionState()}
	}
	select {
	case l.ready <- done:
	case <-l.ctx.Done():
		done.Close()
	}
}

// recordedTLSConn is a recordedConn over TLS. net/http takes a connection that
// can tell its TLS state for one over TLS, which others must not seem to be.
type recordedTLSConn struct {
	recordedConn
	state tls.ConnectionState
}

// ConnectionState gives what the handshake came to.
func (c *recordedTLSConn) ConnectionState() tls.ConnectionState {
	return c.state
}
