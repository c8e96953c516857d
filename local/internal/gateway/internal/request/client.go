package request

import (
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Header fields that API Gateway adds to requests, as net/http spells them.
const (
	HeaderTraceID        = "X-Amzn-Trace-Id"
	HeaderForwardedFor   = "X-Forwarded-For"
	HeaderForwardedPort  = "X-Forwarded-Port"
	HeaderForwardedProto = "X-Forwarded-Proto"
)

// ForwardedFor puts the client behind the proxies that it came through.
func (r *Request) ForwardedFor() string {
	ip := r.SourceIP()
	if before := r.HTTP.Header[HeaderForwardedFor]; len(before) > 0 {
		return strings.Join(before, ", ") + ", " + ip
	}
	return ip
}

// SourceIP is the client's address, or the loopback address where the
// connection has none, like a Unix socket.
func (r *Request) SourceIP() string {
	host, _, err := net.SplitHostPort(r.HTTP.RemoteAddr)
	if err != nil || host == "" {
		return "127.0.0.1"
	}
	return host
}

// Port is the one that the request came in by.
func (r *Request) Port() string {
	if addr, ok := r.HTTP.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return strconv.Itoa(addr.Port)
	}
	if r.HTTP.TLS != nil {
		return "443"
	}
	return "80"
}

// Scheme is "https" or "http".
func (r *Request) Scheme() string {
	if r.HTTP.TLS != nil {
		return "https"
	}
	return "http"
}

// Domain is the name by which the client reached the API. A function that builds
// links from it gets links that work, as behind a custom domain in AWS.
func (r *Request) Domain() string {
	if r.HTTP.Host != "" {
		return r.HTTP.Host
	}
	return r.API().ID + ".execute-api." + r.Account.Region + ".amazonaws.com"
}
