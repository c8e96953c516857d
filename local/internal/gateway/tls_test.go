package gateway

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/server/servertest"
	"maru/local/internal/template"
)

// serveTLS runs a Gateway on a real server over TLS and gives its address.
func serveTLS(t *testing.T, g *Gateway) string {
	t.Helper()
	_, addr := serveOn(t, g, servertest.Certified(t))
	return addr
}

// dialTLS opens a connection to talk HTTP/1 by hand, with a client that offers
// these protocols.
func dialTLS(t *testing.T, addr string, protocols ...string) (*tls.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, NextProtos: protocols})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}

// TestHeaderCaseOverTLS (A.3) is TestRecordedHeaderCase over TLS, of clients that
// ask for HTTP/1.1 and of those that ask for nothing.
func TestHeaderCaseOverTLS(t *testing.T) {
	addr := serveTLS(t, newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /")}, Invoker: echoing}))
	for _, protocols := range [][]string{nil, {"http/1.1"}} {
		conn, r := dialTLS(t, addr, protocols...)
		for range 3 {
			_, event := exchangeOn(t, conn, r, spelled, "GET")
			want := []string{"tEsT-HEADeR", "Authorization", "User-Agent", "aCCEPT", "X-Forwarded-For"}
			if diff := cmp.Diff(want, namesIn(t, event)); diff != "" {
				t.Errorf("%v (-want +got):\n%s", protocols, diff)
			}
		}
	}
}

func TestFramingOverTLS(t *testing.T) {
	const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
	addr := serveTLS(t, newGateway(t, Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /")}, Invoker: echoing}))
	conn, r := dialTLS(t, addr)
	res, _ := exchangeOn(t, conn, r, chunked+"\r\n1\r\nx\r\n0\r\n\r\n", "POST")
	if res.StatusCode != 200 || res.Close {
		t.Errorf("chunked alone: got %d, close %v, want 200 and open", res.StatusCode, res.Close)
	}
	conn, r = dialTLS(t, addr)
	res, _ = exchangeOn(t, conn, r, chunked+"Content-Length: 3\r\n\r\n0\r\n\r\n", "POST")
	if res.StatusCode != 400 || !res.Close {
		t.Errorf("framed twice: got %d, close %v, want 400 and close", res.StatusCode, res.Close)
	}
}

// TestTunnelOverTLS has the far end finish first: the client is told by TLS, and
// what it still has to say gets through.
func TestTunnelOverTLS(t *testing.T) {
	heard := make(chan string, 1)
	addr := far(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "hello")
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Error(err)
		}
		all, _ := io.ReadAll(c)
		heard <- string(all)
	})
	conn, r := dialTLS(t, serveTLS(t, tunnelGateway(t, opening, Tunnel{AllowPrivate: true})))
	openTunnel(t, conn, r, "CONNECT "+addr+" HTTP/1.1\r\nHost: "+addr+"\r\n\r\nearly ")
	if all, err := io.ReadAll(r); err != nil || string(all) != "hello" {
		t.Errorf("got %q, %v, want hello", all, err)
	}
	if _, err := io.WriteString(conn, "late"); err != nil {
		t.Error(err)
	}
	if err := conn.CloseWrite(); err != nil {
		t.Error(err)
	}
	if got := <-heard; got != "early late" {
		t.Errorf("far end: got %q, want early late", got)
	}
}

// TestNoTLS has a client forget the s of https: net/http tells it.
func TestNoTLS(t *testing.T) {
	conn, r := dial(t, serveTLS(t, newGateway(t, Config{Invoker: echoing})))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(got), "HTTP request to an HTTPS server") {
		t.Errorf("got %q, %v, want to be told", got, err)
	}
}
