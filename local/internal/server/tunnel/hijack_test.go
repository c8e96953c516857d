package tunnel

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestTunnel has a handler turn its connection into a tunnel whose far end finishes
// first: the client is told, and what it sent right behind the head and what it
// still has to say get through.
func TestTunnel(t *testing.T) {
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	heard := make(chan string, 1)
	go func() {
		defer close(heard)
		conn, err := far.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "hello")
		_ = conn.(*net.TCPConn).CloseWrite()
		all, _ := io.ReadAll(conn)
		heard <- string(all)
	}()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, err := Dialer{AllowPrivate: true}.Dial(r.Context(), far.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer target.Close()
		client, err := Hijack(w)
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		Run(r.Context(), client, target)
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nearly "); err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(conn); err != nil || string(all) != "hello" {
		t.Errorf("got %q, %v, want hello", all, err)
	}
	if _, err := io.WriteString(conn, "late"); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "early late" {
		t.Errorf("far end: got %q, want early late", got)
	}
}

func TestHijackOfWhatCannotBe(t *testing.T) {
	if _, err := Hijack(httptest.NewRecorder()); err == nil {
		t.Error("got no error for a response without a connection")
	}
}
