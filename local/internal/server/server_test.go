package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"maru/local/internal/server"
	"maru/local/internal/server/servertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// way is a way on which a request can come to a handler.
type way struct {
	name      string
	config    server.Config
	tls       bool
	protocols func(*http.Protocols)
	// chunked makes no request a plain one.
	chunked bool
	want    string // the protocol
}

var ways = []way{
	{name: "HTTP/1.1 plain", protocols: http1, want: "HTTP/1.1"},
	{name: "HTTP/1.1 that is not plain", protocols: http1, chunked: true, want: "HTTP/1.1"},
	{name: "HTTP/1.1 by net/http", config: server.Config{NetHTTP: true}, protocols: http1, want: "HTTP/1.1"},
	{name: "HTTP/1.1 over TLS", tls: true, protocols: http1, want: "HTTP/1.1"},
	{name: "HTTP/1.1 over TLS by net/http", config: server.Config{NetHTTP: true}, tls: true, protocols: http1, want: "HTTP/1.1"},
	{name: "HTTP/2", protocols: func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }, want: "HTTP/2.0"},
	{name: "HTTP/2 over TLS", tls: true, protocols: http2, want: "HTTP/2.0"},
	{name: "HTTP/2 over TLS by net/http", config: server.Config{NetHTTP: true}, tls: true, protocols: http2, want: "HTTP/2.0"},
}

func http1(p *http.Protocols) { p.SetHTTP1(true) }
func http2(p *http.Protocols) { p.SetHTTP2(true) }

// onEachWay runs a test of its own for each.
func onEachWay(t *testing.T, test func(*testing.T, way)) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { test(t, w) })
	}
}

// start serves a handler and returns its address.
func (w way) start(t *testing.T, h http.HandlerFunc) (*server.Server, string) {
	t.Helper()
	l := listen(t)
	var config *tls.Config
	if w.tls {
		config = servertest.Certified(t)
	}
	s := server.New(h, w.config)
	s.Listen(l, config)
	t.Cleanup(func() {
		if err := s.Close(t.Context()); err != nil { // a context that has ended
			t.Error(err)
		}
	})
	return s, l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// client makes a client with connections of its own.
func (w way) client(t *testing.T) *http.Client { return servertest.Client(t, w.protocols) }

// ask begins a request.
func (w way) ask(c *http.Client, addr string) (*http.Response, error) {
	scheme := "http://"
	if w.tls {
		scheme = "https://"
	}
	var body io.Reader
	if w.chunked {
		body = io.MultiReader(strings.NewReader("a"))
	}
	r, err := http.NewRequest("POST", scheme+addr, body)
	if err != nil {
		return nil, err
	}
	res, err := c.Do(r)
	if err == nil && res.Proto != w.want {
		res.Body.Close()
		return nil, fmt.Errorf("got %s, want %s", res.Proto, w.want)
	}
	return res, err
}

// get returns the body of an answer, and the address that the server has of the
// client's connection, where the handler says it.
func (w way) get(c *http.Client, addr string) (body, from string, err error) {
	res, err := w.ask(c, addr)
	if err != nil {
		return "", "", err
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	return string(all), res.Header.Get("From"), err
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// dial opens a connection to talk by hand; over TLS it shakes hands for one of these
// protocols.
func (w way) dial(t *testing.T, addr string, protocols ...string) net.Conn {
	t.Helper()
	if !w.tls {
		return dial(t, addr)
	}
	conn := tls.Client(dial(t, addr), &tls.Config{InsecureSkipVerify: true, NextProtos: protocols})
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	return conn
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// asItIs and byNetHTTP serve HTTP/1.1 without TLS.
var asItIs, byNetHTTP = ways[0], ways[2]

// overTLS and overTLSByNetHTTP serve it with TLS.
var overTLS, overTLSByNetHTTP = ways[3], ways[4]

// TestContextOfARequest ends with the client where all is net/http's, which is what
// NetHTTP is for, and does not where the request is plain.
func TestContextOfARequest(t *testing.T) {
	for _, w := range []way{asItIs, byNetHTTP, overTLS, overTLSByNetHTTP} {
		entered, gone, ended := make(chan struct{}), make(chan struct{}), make(chan bool, 1)
		_, addr := w.start(t, func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			if w.config.NetHTTP {
				<-r.Context().Done()
			}
			<-gone
			ended <- r.Context().Err() != nil
		})
		conn := w.dial(t, addr)
		send(t, conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		<-entered
		conn.Close()
		close(gone)
		if got := <-ended; got != w.config.NetHTTP {
			t.Errorf("%s: got a context that ended: %t", w.name, got)
		}
	}
}

// TestOptionsAsterisk is a request for the handler, or for net/http.
func TestOptionsAsterisk(t *testing.T) {
	for _, w := range []way{asItIs, byNetHTTP} {
		_, addr := w.start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		conn := dial(t, addr)
		send(t, conn, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if want := map[bool]int{false: 418, true: 200}[w.config.NetHTTP]; res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", w.name, res.StatusCode, want)
		}
	}
}

// broken is a listener that fails to accept.
type broken struct{ net.Listener }

var errBroken = errors.New("broken")

func (broken) Accept() (net.Conn, error) { return nil, errBroken }

func TestListenerThatFails(t *testing.T) {
	for _, netHTTP := range []bool{false, true} {
		failed := make(chan error)
		s := server.New(http.NotFoundHandler(), server.Config{NetHTTP: netHTTP, Failed: func(err error) { failed <- err }})
		l := listen(t)
		s.Listen(broken{l}, nil)
		if err := <-failed; !errors.Is(err, errBroken) || !strings.Contains(err.Error(), l.Addr().String()) {
			t.Errorf("got %v, want %v and the address", err, errBroken)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestListenAfterClose(t *testing.T) {
	s := server.New(http.NotFoundHandler(), server.Config{})
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	l := listen(t)
	s.Listen(l, nil)
	if c, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, %v, want a listener that is closed", c, err)
	}
}

// sticky is a listener whose Close fails.
type sticky struct{ net.Listener }

func (l sticky) Close() error {
	l.Listener.Close()
	return errBroken
}

// TestCloseTellsOfListeners has two of them fail to close.
func TestCloseTellsOfListeners(t *testing.T) {
	s := server.New(http.NotFoundHandler(), server.Config{})
	s.Listen(sticky{listen(t)}, nil)
	s.Listen(sticky{listen(t)}, nil)
	if err := s.Close(context.Background()); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
}

// soon fails a test in which something took as long as what it is to avoid.
func soon(t *testing.T, since time.Time) {
	t.Helper()
	if took := time.Since(since); took > 4*time.Second {
		t.Errorf("got %v, want an end at once", took)
	}
}
