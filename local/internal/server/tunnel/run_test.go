package tunnel

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestTunnelEndsWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, clientEnd := net.Pipe()
		target, targetEnd := net.Pipe()
		start := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			Run(t.Context(), clientEnd, targetEnd)
		}()
		time.AfterFunc(idlePatience-time.Second, func() { _, _ = client.Write([]byte("x")) })
		if _, err := io.ReadFull(target, make([]byte, 1)); err != nil {
			t.Error(err)
		}
		<-done
		if took := time.Since(start); took != 2*idlePatience-time.Second {
			t.Errorf("got an end after %v, want %v after the last byte", took, idlePatience)
		}
	})
}

// pair makes the two ends of a connection.
func pair(t *testing.T) (near, far *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return dialled.(*net.TCPConn), accepted.(*net.TCPConn)
}

// TestTunnelEndsWithItsContext has a client that has said all it has to say, and a
// far end that says nothing: that the client's connection is closed does not show.
func TestTunnelEndsWithItsContext(t *testing.T) {
	client, clientEnd := pair(t)
	target, targetEnd := pair(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, clientEnd, targetEnd)
	}()
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if n, err := target.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("far end: got %d bytes, %v, want EOF", n, err)
	}
	clientEnd.Close()
	cancel()
	<-done
	if n, err := client.Read(make([]byte, 1)); err == nil {
		t.Errorf("client: got %d bytes, want an end", n)
	}
}

func TestTunnelAfterItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a, b := net.Pipe()
	Run(ctx, a, b) // would not return
}
