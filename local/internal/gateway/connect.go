package gateway

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/gateway/internal/tunnel"
)

// Tunnel holds the dial rules of CONNECT: AllowPrivate lets tunnels reach the
// addresses of this machine and of networks around it.
type Tunnel = tunnel.Dialer

// connect answers a CONNECT (RFC 9110 §9.3.6). The function is asked first and
// must answer 2xx; then the host dials, by its own rules, and the bytes of both
// sides are passed on. Anything else that the function answers is the response.
func (x *exchange) connect() {
	x.target = target{sent: x.r.Host}
	x.endpoint = x.g.methods[http.MethodConnect]
	x.w.Header().Set("Connection", "close")
	if x.endpoint == nil {
		// Refused in an HTTP API's words: no API carries the method.
		x.endpoint = methodEndpoint(http.MethodConnect, "")
		x.refuse(tunnelRefused)
		return
	}
	x.identify()
	if refused := x.checkAuthority(); refused != passed {
		x.refuse(refused)
		return
	}
	x.writeEvent()
	payload, refused := x.invoke()
	if refused != passed {
		x.refuse(refused)
		return
	}
	x.decide(payload)
}

// decide opens the tunnel if the function said so in so many words: the 200 that
// is inferred where statusCode is missing permits nothing.
func (x *exchange) decide(payload []byte) {
	r, err := result.Read(payload, formatOf(false))
	switch {
	case err == nil && !r.HasStatus:
		x.refuse(tunnelRefused)
	case err == nil && r.Wrong == nil && r.Status/100 == 2:
		x.open()
	default:
		x.respond(payload)
	}
}

// checkAuthority wants host:port, no body, and a connection that can become a
// tunnel.
func (x *exchange) checkAuthority() cause {
	if x.r.ProtoMajor != 1 {
		return tunnelUnsupported
	}
	if x.r.ContentLength != 0 {
		return badRequest
	}
	host, port, err := net.SplitHostPort(x.r.Host)
	if err != nil || host == "" {
		return badRequest
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return badRequest
	}
	return passed
}

// open dials, says so, and passes bytes on until both sides are done.
func (x *exchange) open() {
	target, err := x.g.config.Tunnel.Dial(x.r.Context(), x.r.Host)
	if err != nil {
		x.reason = err
		x.refuse(dialCause(err))
		return
	}
	defer target.Close()
	client, err := tunnel.Hijack(x.w)
	if err != nil {
		x.refuse(tunnelUnsupported)
		return
	}
	defer client.Close()
	x.status = http.StatusOK
	// A client that is gone shows when its bytes are read.
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection Established\r\n\r\n")
	x.g.tunnels.Run(client, target)
}

func dialCause(err error) cause {
	var netErr net.Error
	switch {
	case errors.Is(err, tunnel.ErrForbidden):
		return tunnelRefused
	case errors.As(err, &netErr) && netErr.Timeout():
		return tunnelTimeout
	}
	return tunnelBroken
}
