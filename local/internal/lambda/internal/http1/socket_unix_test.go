//go:build unix

package http1

import (
	"io"
	"testing"
	"time"
)

func TestEnded(t *testing.T) {
	server, client := connect(t)
	c := NewConn(server)
	if c.Ended() {
		t.Error("got an end of an open connection")
	}
	if _, err := client.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	client.Close()
	if _, err := c.ReadRequest(); err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); !c.Ended(); {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("the end of the connection is not seen")
		}
	}
}

// What a client has read it has not refused; what it is sent when it has gone, it has.
func TestRefused(t *testing.T) {
	server, client := connect(t)
	c := NewConn(server)
	send := func() {
		if _, err := c.Write([]byte("event")); err != nil {
			t.Fatal(err)
		}
	}
	send()
	if _, err := io.ReadFull(client, make([]byte, len("event"))); err != nil {
		t.Fatal(err)
	}
	client.Close()
	if _, err := c.ReadRequest(); err != io.EOF {
		t.Fatalf("got %v, want io.EOF", err)
	}
	if c.Refused() {
		t.Error("got a refusal of what was read")
	}
	send()
	for begin := time.Now(); !c.Refused(); {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("the refusal is not seen")
		}
	}
}
