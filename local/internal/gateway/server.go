package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/plain"
	"maru/local/internal/server/head"
)

// idlePatience is how long a connection may stand still between two requests.
const idlePatience = 2 * time.Minute

// Configure sets what the doors need of the server that they are served by: the
// Handler, OPTIONS * for the Handler too, HTTP/1 and HTTP/2 with TLS and
// without, limits on heads, and hooks on connections, before which those
// already set are run. Serve the server on a listener from [Gateway.Listen] or
// [Gateway.ListenTLS]; a Gateway has one server.
func (g *Gateway) Configure(server *http.Server) {
	server.Handler = g
	server.DisableGeneralOptionsHandler = true
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	server.IdleTimeout = idlePatience
	server.HTTP2 = &http.HTTP2Config{WriteByteTimeout: answer.Patience} // streams have their deadlines, a connection has none
	head.Configure(server)
	g.server = server
}

// Listen wraps a listener so that the doors see request heads as they were sent:
// for header names as clients spell them, and for framing that net/http mends
// in silence. Most requests are answered without the server's knowledge, by its
// Handler and within its timeouts; its ConnState hook hears of a connection only
// once the server has it. Configure comes first.
func (g *Gateway) Listen(l net.Listener) net.Listener {
	return g.listen(head.Listen(l))
}

// ListenTLS is Listen for HTTPS, HTTP/2 too, with the certificates of config.
// Give it the plain listener, and serve the server with Serve: its TLSConfig
// stays nil.
func (g *Gateway) ListenTLS(l net.Listener, config *tls.Config) net.Listener {
	return g.listen(head.ListenTLS(l, config))
}

// listen serves what is plain without the server.
func (g *Gateway) listen(l net.Listener) net.Listener {
	p := plain.Listen(l, g.server)
	g.listeners = append(g.listeners, p)
	return p
}

// Close ends all tunnels, and waits for them and for requests of which the
// server does not know, until ctx is done; it closes their connections then. The
// server's own Shutdown, which comes first, knows nothing of either. Later CONNECT
// requests are refused.
func (g *Gateway) Close(ctx context.Context) error {
	err := g.tunnels.Close(ctx)
	for _, l := range g.listeners {
		err = errors.Join(err, l.Close(), l.Wait(ctx))
	}
	return err
}
