// Package servertest is what tests of servers need of TLS and of clients. It leaves
// out servers: the packages below server use it, too.
package servertest

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Certified returns a config with a certificate of httptest's for 127.0.0.1.
func Certified(t testing.TB) *tls.Config {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	return &tls.Config{Certificates: server.TLS.Certificates}
}

// Client makes a client that speaks one protocol, and trusts every certificate. Its
// connections are its own, and closed with the test.
func Client(t testing.TB, set func(*http.Protocols)) *http.Client {
	t.Helper()
	transport := &http.Transport{
		Protocols:       new(http.Protocols),
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	set(transport.Protocols)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
