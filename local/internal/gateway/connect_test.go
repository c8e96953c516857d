package gateway

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"testing"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/server/tunnel"
	"maru/local/internal/template"
)

const opening = `{"statusCode":200}`

// tunnelGateway has a CONNECT function that answers payload.
func tunnelGateway(t *testing.T, payload string, rules Tunnel) *Gateway {
	return newGateway(t, Config{
		APIs:    []*template.API{newAPI(template.REST, "Api", "GET /")},
		Methods: map[string]string{"CONNECT": "Connect"},
		Invoker: returning(payload),
		Tunnel:  rules,
	})
}

// far listens for one connection and hands it to talk.
func far(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		talk(conn)
	}()
	t.Cleanup(func() {
		listener.Close()
		<-ended
	})
	return listener.Addr().String()
}

// openTunnel sends a CONNECT and reads the head of its answer, a 200.
func openTunnel(t *testing.T, conn net.Conn, r *bufio.Reader, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"HTTP/1.1 200 Connection Established\r\n", "\r\n"} {
		if line, err := r.ReadString('\n'); err != nil || line != want {
			t.Fatalf("got %q, %v, want %q", line, err, want)
		}
	}
}

// TestTunnelPassesEverythingOn sends bytes right behind the head and half-closes:
// nothing is lost, and the answer to the end still comes back.
func TestTunnelPassesEverythingOn(t *testing.T) {
	addr := far(t, func(c net.Conn) {
		all, err := io.ReadAll(c)
		if err != nil {
			t.Error(err)
		}
		_, _ = c.Write(append([]byte("got "), all...))
	})
	conn, r := dial(t, serve(t, tunnelGateway(t, opening, Tunnel{AllowPrivate: true})))
	openTunnel(t, conn, r, "CONNECT "+addr+" HTTP/1.1\r\nHost: "+addr+"\r\n\r\nearly ")
	if _, err := io.WriteString(conn, "late"); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(r)
	if err != nil || string(all) != "got early late" {
		t.Errorf("got %q, %v, want got early late", all, err)
	}
}

func TestTunnelEndsOnClose(t *testing.T) {
	connected := make(chan struct{})
	addr := far(t, func(c net.Conn) {
		close(connected)
		_, _ = io.Copy(io.Discard, c)
	})
	g := tunnelGateway(t, opening, Tunnel{AllowPrivate: true})
	s, at := serveOn(t, g, nil)
	conn, r := dial(t, at)
	openTunnel(t, conn, r, "CONNECT "+addr+" HTTP/1.1\r\nHost: "+addr+"\r\n\r\n")
	<-connected
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadByte(); err == nil {
		t.Error("got a byte from a tunnel that was closed")
	}
}

func TestConnectIsRefused(t *testing.T) {
	tests := []struct {
		name, payload, authority string
		want                     int
	}{
		{"the function refuses", `{"statusCode":403,"body":"no"}`, "example.com:443", 403},
		{"the function redirects", `{"statusCode":302}`, "example.com:443", 302},
		{"the function says nothing", `{}`, "example.com:443", 403},
		{"the function is broken", `{"statusCode":200,"body":7}`, "example.com:443", 500},
		{"no port", opening, "example.com", 400},
		{"port that is none", opening, "example.com:http", 400},
		{"port zero", opening, "example.com:0", 400},
		{"no host", opening, ":443", 400},
		{"loopback", opening, "127.0.0.1:443", 403},
		{"loopback by name", opening, "localhost:443", 403},
		{"metadata", opening, "169.254.169.254:80", 403},
		{"mapped loopback", opening, "[::ffff:127.0.0.1]:443", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, r := dial(t, serve(t, tunnelGateway(t, tt.payload, Tunnel{})))
			res, _ := exchangeOn(t, conn, r, "CONNECT "+tt.authority+" HTTP/1.1\r\nHost: "+tt.authority+"\r\n\r\n", "GET")
			if res.StatusCode != tt.want {
				t.Errorf("got %d, want %d", res.StatusCode, tt.want)
			}
		})
	}
}

func TestConnectWithoutFunction(t *testing.T) {
	g := newGateway(t, Config{Invoker: echoing})
	conn, r := dial(t, serve(t, g))
	res, body := exchangeOn(t, conn, r, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "GET")
	if res.StatusCode != 403 || body != `{"message":"Forbidden"}` || !res.Close {
		t.Errorf("got %d %s, close %v, want 403 and close", res.StatusCode, body, res.Close)
	}
}

func TestConnectEvent(t *testing.T) {
	var event string
	g := tunnelGateway(t, "", Tunnel{})
	g.config.Invoker = invokerFunc(func(_ context.Context, _, _ string, e []byte) ([]byte, error) {
		event = string(e)
		return []byte(`{"statusCode":403}`), nil
	})
	conn, r := dial(t, serve(t, g))
	exchangeOn(t, conn, r, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", "GET")
	golden(t, "testdata/connect.json", []byte(withoutAddresses(event)))
}

func TestDialFaults(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	conn, r := dial(t, serve(t, tunnelGateway(t, opening, Tunnel{AllowPrivate: true})))
	closed := listener.Addr().String()
	res, _ := exchangeOn(t, conn, r, "CONNECT "+closed+" HTTP/1.1\r\nHost: "+closed+"\r\n\r\n", "GET")
	if res.StatusCode != 502 {
		t.Errorf("got %d, want 502", res.StatusCode)
	}
	for err, want := range map[error]answer.Cause{
		context.DeadlineExceeded: answer.TunnelTimeout,
		tunnel.ErrForbidden:      answer.TunnelRefused,
		errors.New("broken"):     answer.TunnelBroken,
	} {
		if got := dialCause(&net.OpError{Op: "dial", Err: err}); got != want {
			t.Errorf("%v: got cause %d, want %d", err, got, want)
		}
	}
}

func TestConnectOverHTTP2(t *testing.T) {
	r := httptest.NewRequest("CONNECT", "example.com:443", nil)
	r.ProtoMajor = 2
	if w := do(tunnelGateway(t, opening, Tunnel{}), r); w.Code != 501 {
		t.Errorf("got %d, want 501", w.Code)
	}
}
