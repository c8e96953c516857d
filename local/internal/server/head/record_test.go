package head

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func namesOf(h Head) string {
	var names []string
	for name := range h.Names {
		names = append(names, string(name))
	}
	return strings.Join(names, " ")
}

// TestRecordedHead covers what a recorder may have seen of a head.
func TestRecordedHead(t *testing.T) {
	const text = "GET /a HTTP/1.1\r\nHost: a\r\nX-a: 1\r\n\r\nbody"
	r := httptest.NewRequest("GET", "/a", nil)
	tests := []struct {
		name, bytes string
		want        string
	}{
		{"whole", text, "Host X-a"},
		{"first byte read ahead", text[1:], "Host X-a"},
		{"another request's", strings.Replace(text, "/a", "/b", 1), ""},
		{"no end yet", text[:20], ""},
		{"folded", strings.Replace(text, "X-a: 1", "X-b: 1\r\n \t2\r\nX-a: 1", 1), "Host X-b X-a"},
		{"bare line feeds", strings.ReplaceAll(text, "\r", ""), "Host X-a"},
		{"too long", strings.Repeat("x", recordLimit) + text, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &recordedConn{}
			c.record([]byte(tt.bytes))
			h, certain := c.head(r)
			if got := namesOf(h); got != tt.want {
				t.Errorf("got names %q, want %q", got, tt.want)
			}
			if certain != (tt.want != "") {
				t.Errorf("got certain %t with names %q", certain, tt.want)
			}
			c.restart()
			c.record([]byte(text))
			if h, certain := c.head(r); certain || !h.Has("x-A") {
				t.Errorf("after a restart: got head %q, certain %t, want an uncertain one", h, certain)
			}
		})
	}
}

// TestOf has one connection send three requests, the first two at once: the
// second arrives before its turn, and only the first is certain.
func TestOf(t *testing.T) {
	const text = "GET /a HTTP/1.1\r\nHost: a\r\nX-a: 1\r\n\r\n"
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, certain := Of(r)
		fmt.Fprintf(w, "%s, certain %t", namesOf(h), certain)
	}))
	Configure(server.Config)
	server.Listener = Listen(server.Listener)
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	for _, step := range []struct{ send, want string }{
		{text + text, "Host X-a, certain true"},
		{"", ", certain false"},
		{text, "Host X-a, certain false"},
	} {
		if _, err := io.WriteString(conn, step.send); err != nil {
			t.Fatal(err)
		}
		if got := answer(t, r); got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
}

// TestConfigureKeepsHooks has hooks of the server's own run beside those of this
// package.
func TestConfigureKeepsHooks(t *testing.T) {
	type key struct{}
	var states atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, _ := Of(r)
		fmt.Fprintf(w, "%s, %v", namesOf(h), r.Context().Value(key{}))
	}))
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, key{}, "server's")
	}
	server.Config.ConnState = func(net.Conn, http.ConnState) { states.Add(1) }
	Configure(server.Config)
	server.Listener = Listen(server.Listener)
	server.Start()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	for _, connection := range []string{"", "Connection: close\r\n"} { // the second is seen by the hook of states
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-a: 1\r\n"+connection+"\r\n"); err != nil {
			t.Fatal(err)
		}
		if got := answer(t, r); !strings.HasPrefix(got, "Host X-a") || !strings.HasSuffix(got, ", server's") {
			t.Errorf("got %q, want the head, and the value of the server's hook", got)
		}
	}
	server.Close()
	if states.Load() == 0 {
		t.Error("got no states at the server's hook")
	}
}

// answer reads the body of a response.
func answer(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// FuzzRecord wants the same head of a connection however its bytes are cut.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\ntEsT-HEADeR: b\r\n\r\n"), 7)
	f.Add([]byte("GET / HTTP/1.1\nhost: a\nX:1\n\n"), 1)
	f.Add([]byte("GET / HTTP/1.1\r\nX : 1\r\n folded\r\n\r\nbody: 1\r\n\r\n"), 3)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		r := httptest.NewRequest("GET", "/", nil)
		var whole, cut recordedConn
		whole.record(data)
		for rest := data; len(rest) > 0; {
			n := min(max(size, 1), len(rest))
			cut.record(rest[:n])
			rest = rest[n:]
		}
		want, wantCertain := whole.head(r)
		got, certain := cut.head(r)
		if certain != wantCertain || namesOf(got) != namesOf(want) {
			t.Errorf("got %q, certain %t, want %q, %t", namesOf(got), certain, namesOf(want), wantCertain)
		}
	})
}
