package plain

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maru/local/internal/server/head"
	"maru/local/internal/server/servertest"
)

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// bodyOf reads a response.
func bodyOf(t *testing.T, r *bufio.Reader) (*http.Response, string) {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// send writes to a connection.
func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// TestHandOver has one connection ask here until a request is not plain: from
// then on net/http answers, and no byte is lost.
func TestHandOver(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h, certain := head.Of(r)
		_, here := w.(*response)
		fmt.Fprintf(w, "here %t, certain %t, x-A %t, body %q", here, certain, bytes.Contains(h, []byte("x-A:")), body)
	}, plainly)
	conn := s.dial(t)
	r := bufio.NewReader(conn)
	for _, step := range []struct{ text, want string }{
		{"GET / HTTP/1.1\r\nHost: a\r\nx-A: 1\r\n\r\n", `here true, certain true, x-A true, body ""`},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", `here true, certain true, x-A false, body "ab"`},
		{"POST / HTTP/1.1\r\nHost: a\r\nx-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", `here false, certain true, x-A true, body "ab"`},
		{"GET / HTTP/1.1\r\nHost: a\r\nx-A: 1\r\n\r\n", `here false, certain false, x-A true, body ""`},
	} {
		send(t, conn, step.text)
		if _, got := bodyOf(t, r); got != step.want {
			t.Errorf("%q: got %s, want %s", step.text, got, step.want)
		}
	}
}

// TestBodyInPieces sends a body behind its head, which net/http waits for.
func TestBodyInPieces(t *testing.T) {
	s := serve(t, answer, plainly)
	conn := s.dial(t)
	body := strings.Repeat("0123456789", 1000)
	send(t, conn, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n")
	for len(body) > 0 {
		send(t, conn, body[:2500])
		body = body[2500:]
	}
	if _, got := bodyOf(t, bufio.NewReader(conn)); !strings.HasSuffix(got, `0123456789"`) || len(got) < 10_000 {
		t.Errorf("got %d bytes: %.100s", len(got), got)
	}
	if got := s.netHTTP.Load(); got != 1 {
		t.Errorf("got %d requests served by net/http, want 1", got)
	}
}

// TestBodyThatStops waits no longer than the handler does.
func TestBodyThatStops(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q, timeout %t", body, errors.Is(err, os.ErrDeadlineExceeded))
	}, plainly)
	conn := s.dial(t)
	send(t, conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
	if _, got := bodyOf(t, bufio.NewReader(conn)); got != `"abc", timeout true` {
		t.Errorf("got %s", got)
	}
}

// TestLateHandler: a handler that goes on when it has returned reads and writes
// nothing of the next request.
func TestLateHandler(t *testing.T) {
	var late http.ResponseWriter
	var body io.ReadCloser
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if late == nil {
			late, body = w, r.Body
			return
		}
		late.WriteHeader(500)
		_, err := late.Write([]byte("late"))
		control := http.NewResponseController(late)
		_, readErr := body.Read(make([]byte, 1))
		fmt.Fprintln(w, err == errDone, control.Flush() == errDone, control.SetWriteDeadline(time.Now()) == errDone, readErr)
	}, plainly)
	conn := s.dial(t)
	r := bufio.NewReader(conn)
	const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na"
	send(t, conn, post)
	bodyOf(t, r)
	send(t, conn, post)
	if res, got := bodyOf(t, r); got != "true true true http: invalid Read on closed Body\n" || res.StatusCode != 200 {
		t.Errorf("got %d %s", res.StatusCode, got)
	}
}

// TestIdle closes a connection that stands still, before a request and after one.
func TestIdle(t *testing.T) {
	s := serve(t, answer, func(l net.Listener, server *http.Server) net.Listener {
		server.ReadHeaderTimeout, server.IdleTimeout = 30*time.Millisecond, 30*time.Millisecond
		return Listen(l, server)
	})
	for _, text := range []string{"", get} {
		conn := s.dial(t)
		send(t, conn, text)
		r := bufio.NewReader(conn)
		if text != "" {
			bodyOf(t, r)
		}
		if b, err := r.ReadByte(); err != io.EOF {
			t.Errorf("after %q: got %q, %v, want EOF", text, b, err)
		}
	}
}

// TestPanic logs a panic and goes on with other connections.
func TestPanic(t *testing.T) {
	var errorLog lockedBuffer
	s := serve(t, answer, func(l net.Listener, server *http.Server) net.Listener {
		server.ErrorLog = log.New(&errorLog, "", 0)
		return Listen(l, server)
	})
	if got := s.ask(t, "GET /panic HTTP/1.1\r\nHost: a\r\n\r\n"); got != "" {
		t.Errorf("got %q, want a closed connection", got)
	}
	s.ask(t, "GET /aborted HTTP/1.1\r\nHost: a\r\n\r\n")
	if got := errorLog.String(); !strings.HasPrefix(got, "http: panic serving 127.0.0.1:") || strings.Count(got, "http: panic") != 1 {
		t.Errorf("got log %q", got)
	}
	if got := s.ask(t, get); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
		t.Errorf("got %q", got)
	}
}

// lockedBuffer is a buffer that may be written and read by several goroutines.
type lockedBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestClose closes idle connections at once and lets a request that runs be
// answered, which says that its connection ends.
func TestClose(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	var l *Listener
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		fmt.Fprint(w, "done")
	}, func(inner net.Listener, server *http.Server) net.Listener {
		l = Listen(inner, server)
		return l
	})
	quiet, asking := s.dial(t), s.dial(t)
	send(t, asking, get)
	<-entered // and accepted after the quiet one
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := quiet.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the idle connection: got %v, want EOF", err)
	}
	close(leave)
	r := bufio.NewReader(asking)
	if res, body := bodyOf(t, r); body != "done" || !res.Close {
		t.Errorf("got %q, close %t, want done and close", body, res.Close)
	}
	if err := l.Wait(t.Context()); err != nil {
		t.Errorf("waiting: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v from Accept, want net.ErrClosed", err)
	}
}

// TestCloseWithinBody: a request that has begun to arrive is answered.
func TestCloseWithinBody(t *testing.T) {
	begun := make(chan struct{})
	var l *Listener
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q %v", body, err)
	}, func(inner net.Listener, server *http.Server) net.Listener {
		l = Listen(inner, server)
		return l
	})
	conn := s.dial(t)
	send(t, conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
	<-begun
	l.Close()
	send(t, conn, "def")
	if _, got := bodyOf(t, bufio.NewReader(conn)); got != `"abcdef" <nil>` {
		t.Errorf("got %s", got)
	}
}

// TestCloseWhileAccepting closes a connection that was accepted at the last moment.
func TestCloseWhileAccepting(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	late := &lateListener{head.Listen(inner), make(chan struct{})}
	l := Listen(late, &http.Server{})
	conn, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	l.Close()
	if err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("got a byte, want a closed connection")
	}
}

// lateListener hands out one connection, once it is closed.
type lateListener struct {
	net.Listener
	closed chan struct{}
}

func (l *lateListener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	default:
	}
	c, err := l.Listener.Accept()
	<-l.closed
	return c, err
}

func (l *lateListener) Close() error {
	close(l.closed)
	return nil // or there would be nothing to accept
}

// TestWaitEnds closes what is still being answered when the patience ends.
func TestWaitEnds(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	var l *Listener
	s := serve(t, func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-leave
	}, func(inner net.Listener, server *http.Server) net.Listener {
		l = Listen(inner, server)
		return l
	})
	conn := s.dial(t)
	send(t, conn, get)
	<-entered
	l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("got a byte, want a closed connection")
	}
	close(leave)
	if err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTLS serves HTTP/1 over TLS here, and HTTP/2 by net/http.
func TestTLS(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, here := w.(*response)
		fmt.Fprintf(w, "%s here %t, TLS %t", r.Proto, here, r.TLS != nil && r.TLS.HandshakeComplete)
	})}
	head.Configure(server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(Listen(head.ListenTLS(inner, servertest.Certified(t)), server))
	}()
	defer func() { server.Close(); <-done }()
	for _, http2 := range []bool{false, true} {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: http2,
		}}
		res, err := client.Get("https://" + inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		client.CloseIdleConnections()
		if want := map[bool]string{false: "HTTP/1.1 here true, TLS true", true: "HTTP/2.0 here false, TLS true"}[http2]; string(body) != want {
			t.Errorf("got %s, want %s", body, want)
		}
	}
}

// TestAcceptError gives an error that ends accepting to net/http, and tries again
// after another.
func TestAcceptError(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	var errorLog lockedBuffer
	l := Listen(&failing{inner, make(chan error, 2)}, &http.Server{ErrorLog: log.New(&errorLog, "", 0)})
	l.Listener.(*failing).errs <- &net.OpError{Op: "accept", Err: syscall.EMFILE} // goes by
	l.Listener.(*failing).errs <- broken
	if _, err := l.Accept(); err != broken {
		t.Errorf("got %v, want %v", err, broken)
	}
	if got := errorLog.String(); !strings.Contains(got, "too many open files; retrying in 5ms") {
		t.Errorf("got the log %q", got)
	}
	l.Close()
	if err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// failing is a listener whose Accept gives errors, and net.ErrClosed at the end.
type failing struct {
	net.Listener
	errs chan error
}

func (f *failing) Accept() (net.Conn, error) {
	if err, ok := <-f.errs; ok {
		return nil, err
	}
	return nil, net.ErrClosed
}

func (f *failing) Close() error {
	close(f.errs)
	return f.Listener.Close()
}
