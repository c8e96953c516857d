package tunnel

import (
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
		var set Set
		done := make(chan struct{})
		go func() {
			defer close(done)
			set.Run(clientEnd, targetEnd)
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

func TestClosedTunnelsStayClosed(t *testing.T) {
	var set Set
	if err := set.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	set.Run(a, b) // would not return
}
