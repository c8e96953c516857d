// Package hosttest runs the local host inside a Go test: the functions of a
// template, built and served as `maru` does, for as long as the test lasts.
//
//	func TestCart(t *testing.T) {
//		h := hosttest.Start(t, "../template.yaml")
//		response, err := http.Get(h.URL + "/cart")
//		…
//	}
//
// An API alone, or a function URL, is h.Client().Get(h.URLOf(t, "Shop") + "/cart").
package hosttest

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"maru/local/internal/host"
	"maru/local/internal/template"
)

// Host is a running host, that of Start.
type Host struct {
	// URL is where all APIs of the template are served: "http://127.0.0.1:41234".
	URL string
	// InvokeURL is the Invoke API's address, for SDKs.
	InvokeURL string

	host   *host.Host
	client *http.Client
}

// URLOf returns the address, without a slash behind it, at which one API or
// function URL is served alone: "http://Shop.localhost:41234". It takes the logical
// ID of either, or that of the function URL's function; one that the template does
// not have ends the test. Many systems do not find such addresses: Client does.
func (h *Host) URLOf(t testing.TB, logicalID string) string {
	t.Helper()
	url, err := h.host.URL(logicalID)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// Client returns a client that finds every name below localhost at this machine,
// whatever its resolver and its proxy say of them, and is otherwise like
// http.DefaultClient. Its connections are closed when the test ends.
func (h *Host) Client() *http.Client { return h.client }

// Option changes how Start runs the host.
type Option func(*host.Config)

// Parameter gives a parameter of the template a value.
func Parameter(name, value string) Option {
	return func(c *host.Config) { c.Options.Parameters[name] = value }
}

// Redis gives functions that declare REDIS_URL the Redis at a URL. Without it
// each host has an embedded one of its own, in memory.
func Redis(url string) Option {
	return func(c *host.Config) { c.Redis = url }
}

// TunnelPrivate lets CONNECT reach loopback and private addresses.
func TunnelPrivate() Option {
	return func(c *host.Config) { c.TunnelPrivate = true }
}

// Log sends the host's output to w; without it, it goes to the test's log.
func Log(w io.Writer) Option {
	return func(c *host.Config) { c.Output = w }
}

// Start builds the functions of a template and serves them on free ports of
// 127.0.0.1 until the test ends. What is wrong ends the test.
func Start(t testing.TB, path string, options ...Option) *Host {
	t.Helper()
	c := host.Config{
		Template:      path,
		Options:       template.Options{Parameters: map[string]string{}},
		APIAddress:    "127.0.0.1:0",
		LambdaAddress: "127.0.0.1:0",
		Environ:       os.Environ(),
		Redis:         "memory",
		Output:        t.Output(),
	}
	for _, o := range options {
		o(&c)
	}
	h, err := host.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), h.LongestTimeout()+time.Second)
		defer cancel()
		if err := h.Close(ctx); err != nil {
			t.Errorf("stopping the host: %v", err)
		}
	})
	client := newClient()
	t.Cleanup(client.CloseIdleConnections)
	return &Host{
		URL: "http://" + h.APIAddr.String(), InvokeURL: "http://" + h.LambdaAddr.String(),
		host: h, client: client,
	}
}
