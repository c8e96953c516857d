package gateway

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"maru/local/internal/gateway/internal/head"
)

// idlePatience is how long a connection may stand still between two requests.
const idlePatience = 2 * time.Minute

// Configure sets what the doors need of the server that they are served by: the
// Handler, OPTIONS * for the Handler too, HTTP/1 and HTTP/2 with TLS and
// without, limits on heads, and hooks on connections, before which those
// already set are run. Serve the server on a listener from [Gateway.Listen] or
// [Gateway.ListenTLS].
func (g *Gateway) Configure(server *http.Server) {
	server.Handler = g
	server.DisableGeneralOptionsHandler = true
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	server.IdleTimeout = idlePatience
	head.Configure(server)
}

// Listen wraps a listener so that the doors see request heads as they were sent:
// for header names as clients spell them, and for framing that net/http mends
// in silence.
func (g *Gateway) Listen(l net.Listener) net.Listener {
	return head.Listen(l)
}

// ListenTLS is Listen for HTTPS, HTTP/2 too, with the certificates of config.
// Give it the plain listener, and serve the server with Serve: its TLSConfig
// stays nil.
func (g *Gateway) ListenTLS(l net.Listener, config *tls.Config) net.Listener {
	return head.ListenTLS(l, config)
}

// Close ends all tunnels and waits for them, until ctx is done. The server's
// own Shutdown knows nothing of them, since their connections are hijacked.
// Later CONNECT requests are refused.
func (g *Gateway) Close(ctx context.Context) error {
	return g.tunnels.Close(ctx)
}
