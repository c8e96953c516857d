package gateway

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/server/tunnel"
	"maru/local/internal/template"
)

// Tunnel holds the dial rules of CONNECT: AllowPrivate lets tunnels reach the
// addresses of this machine and of networks around it.
type Tunnel = tunnel.Dialer

// connect answers a CONNECT (RFC 9110 §9.3.6). The function is asked first and
// must answer 2xx; then the host dials, by its own rules, and the bytes of both
// sides are passed on. Anything else that the function answers is the response.
func (x *exchange) connect() {
	r := &x.request
	r.Target = target.Target{Sent: r.HTTP.Host}
	r.Route = x.g.methods[http.MethodConnect]
	x.answer.Set("Connection", "close")
	if r.Route == nil {
		// Refused in an HTTP API's words: no API carries the method.
		r.Route = route.ForMethod(http.MethodConnect, "")
		x.refuse(answer.For(answer.TunnelRefused))
		return
	}
	r.Identify(&x.g.ids)
	refused := x.checkAuthority()
	if refused == nil {
		refused = x.invoke()
	}
	if refused != nil {
		x.refuse(refused)
		return
	}
	x.decide()
}

// decide opens the tunnel if the function said so in so many words: the 200 that
// is inferred where statusCode is missing permits nothing.
func (x *exchange) decide() {
	r, err := result.Read(x.result.Payload, answer.FormatOf(template.HTTP, false))
	switch {
	case err == nil && !r.HasStatus:
		x.refuse(answer.For(answer.TunnelRefused))
	case err == nil && r.Wrong == nil && r.Status/100 == 2:
		x.open()
	default:
		x.answer.Respond(x.result.Payload)
	}
}

// checkAuthority wants host:port, no body, and a connection that can become a
// tunnel.
func (x *exchange) checkAuthority() *answer.Refusal {
	r := x.request.HTTP
	if r.ProtoMajor != 1 {
		return answer.For(answer.TunnelUnsupported)
	}
	host, port, err := net.SplitHostPort(r.Host)
	if r.ContentLength != 0 || err != nil || host == "" {
		return answer.For(answer.BadRequest)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return answer.For(answer.BadRequest)
	}
	return nil
}

// open dials, says so, and passes bytes on until both sides are done, or the
// server ends what it serves.
func (x *exchange) open() {
	r := x.request.HTTP
	far, err := x.g.config.Tunnel.Dial(r.Context(), r.Host)
	if err != nil {
		x.refuse(answer.Because(dialCause(err), err))
		return
	}
	defer far.Close()
	client, err := tunnel.Hijack(x.w)
	if err != nil {
		x.refuse(answer.For(answer.TunnelUnsupported))
		return
	}
	defer client.Close()
	x.answer.Status = http.StatusOK
	// A client that is gone shows when its bytes are read.
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection Established\r\n\r\n")
	tunnel.Run(r.Context(), client, far)
}

func dialCause(err error) answer.Cause {
	var netErr net.Error
	switch {
	case errors.Is(err, tunnel.ErrForbidden):
		return answer.TunnelRefused
	case errors.As(err, &netErr) && netErr.Timeout():
		return answer.TunnelTimeout
	}
	return answer.TunnelBroken
}
