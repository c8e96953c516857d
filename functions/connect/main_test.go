package main

import (
	"testing"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestConnect(t *testing.T) {
	tests := []struct {
		variables []string
		status    int
	}{
		{nil, 403},
		{[]string{"TUNNEL_AUTHORITIES=other.example:443,shop.example:443"}, 200},
	}
	for _, tt := range tests {
		event := runtimetest.Request("CONNECT", "/", "")
		event.Headers["host"] = "shop.example:443"
		event.RequestContext.HTTP.Path = "shop.example:443"
		response := runtimetest.Invoke(t, event, tt.variables...)
		if response.StatusCode != tt.status {
			t.Errorf("%v: got %d %q, want %d", tt.variables, response.StatusCode, response.Body, tt.status)
		}
	}
}
