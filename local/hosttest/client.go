package hosttest

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// newClient returns the client of Host.Client.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:       dial,
		Proxy:             proxy,
		ForceAttemptHTTP2: true, // a DialContext switches it off otherwise
	}}
}

// dial connects to this machine for every host below localhost.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && belowLocalhost(host) {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// proxy is the environment's, which spares localhost, but not what is below it.
func proxy(r *http.Request) (*url.URL, error) {
	if belowLocalhost(r.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(r)
}

func belowLocalhost(host string) bool {
	return strings.HasSuffix(strings.ToLower(host), ".localhost")
}
