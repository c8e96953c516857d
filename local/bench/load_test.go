package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// newSubject serves a handler for a generator.
func newSubject(t testing.TB, h http.HandlerFunc) subject {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return subject{name: "test", address: server.Listener.Addr().String(), path: "/path?a=b"}
}

func newGenerator(t testing.TB, s subject, connections int) *generator {
	g, err := dial(t.Context(), s, connections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.close)
	return g
}

func TestGenerator(t *testing.T) {
	var requests, connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if got, want := r.Method+" "+r.Host+r.RequestURI, "GET "+r.Context().Value(http.LocalAddrContextKey).(net.Addr).String()+"/path?a=b"; got != want {
			t.Errorf("got request %q, want %q", got, want)
		}
		greet(w, r)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	g := newGenerator(t, subject{name: "test", address: server.Listener.Addr().String(), path: "/path?a=b"}, 3)
	for range 2 {
		requests.Store(0)
		o, err := g.run(t.Context(), 20*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := int64(o.latencies.total), requests.Load(); got != want {
			t.Errorf("got %d latencies, want one for each of %d requests", got, want)
		}
		if o.elapsed < 20*time.Millisecond || o.latencies.quantile(1) > o.elapsed {
			t.Errorf("got %s with an answer of %s, want at least 20ms and no answer longer", o.elapsed, o.latencies.quantile(1))
		}
	}
	if got, want := connections.Load(), int64(3); got != want {
		t.Errorf("got %d connections, want %d that are kept", got, want)
	}
}

func TestGeneratorSendsAtLeastOne(t *testing.T) {
	o, err := newGenerator(t, newSubject(t, greet), 5).run(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := o.latencies.total, uint64(5); got != want {
		t.Errorf("got %d answers, want %d, one on each connection", got, want)
	}
}

// One wrong answer among right ones is enough to fail a run.
func TestGeneratorFails(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		handler    http.HandlerFunc
	}{
		{"status", `got "HTTP/1.1 502 Bad Gateway" with "hello"`, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			greet(w, r)
		}},
		{"body", `got "HTTP/1.1 200 OK" with "hallo"`, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hallo") }},
		{"framing", "an answer without a Content-Length", func(w http.ResponseWriter, r *http.Request) {
			greet(w, r)
			w.(http.Flusher).Flush()
		}},
		{"broken", "reading an answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"large", "more than 4096 bytes", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Large", strings.Repeat("x", maxAnswer))
			greet(w, r)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var n atomic.Int64
			g := newGenerator(t, newSubject(t, func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) == 1 {
					tt.handler(w, r)
				} else {
					greet(w, r)
				}
			}), 2)
			_, err := g.run(t.Context(), 0)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "1 of 2 answers were wrong") {
				t.Errorf("got error %v, want 1 of 2 wrong answers: %s", err, tt.want)
			}
		})
	}
}

// A run that is interrupted ends at once, though its answer would never come.
func TestGeneratorInterrupted(t *testing.T) {
	asked, over := make(chan struct{}), make(chan struct{})
	s := newSubject(t, func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-over
	})
	defer close(over)
	g := newGenerator(t, s, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := g.run(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

func TestDialNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, err = dial(t.Context(), subject{name: "nobody", address: l.Addr().String()}, 1)
	if err == nil || !strings.HasPrefix(err.Error(), "connecting to nobody: ") {
		t.Errorf("got error %v, want one of connecting to nobody", err)
	}
}

// What the generator allocates would be taken from the time of the subject.
func TestExchangeAllocatesNothing(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	go func() {
		answer, buf := []byte("HTTP/1.1 200 OK\r\nDate: now\r\ncontent-length: 5\r\n\r\nhello"), make([]byte, 256)
		for {
			if _, err := server.Read(buf); err != nil {
				return
			}
			if _, err := server.Write(answer); err != nil {
				return
			}
		}
	}()
	c := &connection{conn: client, request: []byte("GET / HTTP/1.1\r\n\r\n"), buf: make([]byte, maxAnswer)}
	allocated := testing.AllocsPerRun(100, func() {
		if err := c.exchange(); err != nil {
			t.Fatal(err)
		}
	})
	if allocated != 0 {
		t.Errorf("got %v allocations for an exchange, want none", allocated)
	}
}

func TestScan(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\n"
	for _, tt := range []struct {
		answer   string
		complete bool
		err      string
	}{
		{"", false, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", false, ""},
		{head, false, ""},
		{head + "hell", false, ""},
		{head + "hello", true, ""},
		{head + "hallo", true, `got "HTTP/1.1 200 OK" with "hallo"`},
		{head + "hello!", false, "1 bytes after the end of an answer"},
		{"HTTP/1.1 200 OK\r\ncontent-LENGTH:5\r\n\r\nhello", true, ""},
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", true, `got "HTTP/1.1 404 Not Found" with ""`},
		{"HTTP/1.1 2000\r\nContent-Length: 5\r\n\r\nhello", true, `got "HTTP/1.1 2000" with "hello"`},
		{"HTTP/1.1 200 OK\r\n\r\nhello", false, "an answer without a Content-Length"},
		{"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", false, "an answer without a Content-Length"},
		{"HTTP/1.1 200 OK\r\nX-Content-Length: 5\r\n\r\nhello", false, "an answer without a Content-Length"},
	} {
		complete, err := scan([]byte(tt.answer))
		if complete != tt.complete || (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
			t.Errorf("%q: got %t and %v, want %t and %q", tt.answer, complete, err, tt.complete, tt.err)
		}
	}
}

// An answer is complete at its last byte and not before, and a right one ends
// with the greeting.
func FuzzScan(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
	f.Add([]byte("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\nDate: x\r\n\r\n{}"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		complete, err := scan(answer)
		if !complete {
			return
		}
		if early, _ := scan(answer[:len(answer)-1]); early {
			t.Errorf("%q is complete with its last byte and without", answer)
		}
		if err == nil && !strings.HasSuffix(string(answer), "\r\n\r\n"+greeting) {
			t.Errorf("%q does not end with the greeting", answer)
		}
	})
}
