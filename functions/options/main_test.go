package main

import (
	"strings"
	"testing"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestOptions(t *testing.T) {
	response := runtimetest.Invoke(t, runtimetest.Request("OPTIONS", "/cart/items", ""))
	if response.StatusCode != 204 || !strings.Contains(response.Headers["Allow"], "GET, HEAD, OPTIONS, POST") {
		t.Errorf("got %d %q with header %v, want 204 with %q", response.StatusCode, response.Body, response.Headers, "GET, HEAD, OPTIONS, POST")
	}
}
