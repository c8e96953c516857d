package server

import (
	"context"
	"net"
	"net/http"
	"testing"
)

// TestLateConnections are closed as they come: net/http may tell of one after
// Close has looked.
func TestLateConnections(t *testing.T) {
	for state, end := range map[http.ConnState]func(*conns){
		http.StateNew:      (*conns).closeSilent,
		http.StateHijacked: (*conns).closeHijacked,
	} {
		var c conns
		c.init()
		end(&c)
		near, far := net.Pipe()
		c.changed(near, state)
		if n, err := far.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s: got %d bytes, want an end", state, n)
		}
		c.enter()
		c.leave(near)
		c.wait(context.Background()) // would not return
	}
}

// TestOnlySilentConnectionsAreClosed leaves those on which a request has come.
func TestOnlySilentConnectionsAreClosed(t *testing.T) {
	var c conns
	c.init()
	near, far := net.Pipe()
	defer far.Close()
	c.changed(near, http.StateNew)
	c.changed(near, http.StateActive)
	c.closeSilent()
	go near.Write([]byte("a"))
	if _, err := far.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	near.Close()
}
