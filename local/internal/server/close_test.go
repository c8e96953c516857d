package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"maru/local/internal/server"
	"maru/local/internal/server/tunnel"
)

// TestCloseSilent does not wait for connections on which nothing came. That of a
// client of HTTP/2 has shaken hands.
func TestCloseSilent(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		s, addr := w.start(t, numbered(1, new(atomic.Bool)))
		conn := w.dial(t, addr, "h2")
		if _, _, err := w.get(w.client(t), addr); err != nil { // accepted after the silent one
			t.Fatal(err)
		}
		start := time.Now()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		soon(t, start)
		_, _ = io.ReadAll(conn) // would not return
	})
}

// TestCloseIdle closes connections between two requests.
func TestCloseIdle(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		s, addr := w.start(t, numbered(1, new(atomic.Bool)))
		if _, _, err := w.get(w.client(t), addr); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		soon(t, start)
		if _, err := net.Dial("tcp", addr); err == nil {
			t.Error("got a connection after Close")
		}
	})
}

// streaming begins an answer, and ends it when it is let go.
func streaming(leave <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "some ")
		_ = http.NewResponseController(w).Flush()
		<-leave
		fmt.Fprint(w, "more")
	}
}

// closing closes a server and returns when it has begun to; the error comes when
// it is closed.
func closing(t *testing.T, ctx context.Context, s *server.Server, addr string) <-chan error {
	t.Helper()
	quiet := dial(t, addr)
	closed := make(chan error, 1)
	go func() { closed <- s.Close(ctx) }()
	_, _ = quiet.Read(make([]byte, 1))
	return closed
}

// open fails a test whose server is closed already.
func open(t *testing.T, closed <-chan error) {
	t.Helper()
	select {
	case err := <-closed:
		t.Errorf("got closed already, %v", err)
	default:
	}
}

func TestCloseLetsRequestsEnd(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		leave := make(chan struct{})
		s, addr := w.start(t, streaming(leave))
		res, err := w.ask(w.client(t), addr)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		closed := closing(t, t.Context(), s, addr)
		open(t, closed)
		close(leave)
		if body, err := io.ReadAll(res.Body); err != nil || string(body) != "some more" {
			t.Errorf("got %q, %v, want the whole answer", body, err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// TestCloseCutsOff a request that does not end before the context of Close does.
func TestCloseCutsOff(t *testing.T) {
	onEachWay(t, func(t *testing.T, w way) {
		leave := make(chan struct{})
		defer close(leave)
		s, addr := w.start(t, streaming(leave))
		res, err := w.ask(w.client(t), addr)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		ctx, cancel := context.WithCancel(t.Context())
		closed := closing(t, ctx, s, addr)
		open(t, closed)
		cancel()
		if err := <-closed; err != nil {
			t.Errorf("got %v, want no error of a context that ended", err)
		}
		if body, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("got %q as if it were whole", body)
		}
	})
}

const upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n"

// hijackers are the ways on which a connection can be hijacked.
var hijackers = []way{asItIs, byNetHTTP, overTLS, overTLSByNetHTTP}

// begin sends the head of a request that asks for the connection.
func (w way) begin(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn := w.dial(t, addr)
	send(t, conn, upgrade)
	return conn
}

// TestCloseWaitsForHijackers closes the connection, ends the context, and waits
// for the handler.
func TestCloseWaitsForHijackers(t *testing.T) {
	for _, w := range hijackers {
		t.Run(w.name, func(t *testing.T) {
			leave := make(chan struct{})
			var left atomic.Bool
			s, addr := w.start(t, func(w http.ResponseWriter, r *http.Request) {
				conn, err := tunnel.Hijack(w)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, "hello")
				_, _ = io.ReadAll(conn)
				<-r.Context().Done()
				<-leave
				left.Store(true)
			})
			conn := w.begin(t, addr)
			if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			closed := closing(t, t.Context(), s, addr)
			_, _ = io.ReadAll(conn) // would not return
			open(t, closed)
			close(leave)
			if err := <-closed; err != nil || !left.Load() {
				t.Errorf("got %v, handler left: %t", err, left.Load())
			}
		})
	}
}

// TestCloseWaitsNoLongerThanItsContext for a handler that stays.
func TestCloseWaitsNoLongerThanItsContext(t *testing.T) {
	leave := make(chan struct{})
	defer close(leave)
	s, addr := byNetHTTP.start(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := tunnel.Hijack(w); err != nil {
			t.Error(err)
		}
		<-leave
	})
	conn := byNetHTTP.begin(t, addr)
	ctx, cancel := context.WithCancel(t.Context())
	closed := closing(t, ctx, s, addr)
	_, _ = io.ReadAll(conn)
	cancel()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// TestCloseEndsLateHijackers: a request under way becomes a hijacked connection
// while the server is being closed.
func TestCloseEndsLateHijackers(t *testing.T) {
	for _, w := range hijackers {
		t.Run(w.name, func(t *testing.T) {
			entered, leave := make(chan struct{}), make(chan struct{})
			s, addr := w.start(t, func(w http.ResponseWriter, r *http.Request) {
				close(entered)
				<-leave
				conn, err := tunnel.Hijack(w)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.ReadAll(conn)
			})
			w.begin(t, addr)
			<-entered
			closed := closing(t, t.Context(), s, addr)
			open(t, closed)
			close(leave)
			if err := <-closed; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCloseEndsTunnels, even one whose client has said all it has to say: that its
// connection is closed does not show.
func TestCloseEndsTunnels(t *testing.T) {
	far := listen(t)
	defer far.Close()
	s, addr := asItIs.start(t, func(w http.ResponseWriter, r *http.Request) {
		target, err := tunnel.Dialer{AllowPrivate: true}.Dial(r.Context(), far.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer target.Close()
		client, err := tunnel.Hijack(w)
		if err != nil {
			t.Error(err)
			return
		}
		tunnel.Run(r.Context(), client, target)
	})
	client := asItIs.begin(t, addr)
	target, err := far.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	send(t, target, "hello")
	if _, err := io.ReadFull(client, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	if err := client.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := target.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("far end: got %v, want EOF", err)
	}
	start := time.Now()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	soon(t, start)
}

// TestHijackedConnectionEndsWithItsHandler, whoever may still hold it.
func TestHijackedConnectionEndsWithItsHandler(t *testing.T) {
	_, addr := asItIs.start(t, func(w http.ResponseWriter, _ *http.Request) {
		if _, err := tunnel.Hijack(w); err != nil {
			t.Error(err)
		}
	})
	conn := asItIs.begin(t, addr)
	if b, err := bufio.NewReader(conn).ReadByte(); err == nil {
		t.Errorf("got %q, want an end", b)
	}
}
