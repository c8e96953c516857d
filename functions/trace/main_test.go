package main

import (
	"strings"
	"testing"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestTrace(t *testing.T) {
	response := runtimetest.Invoke(t, runtimetest.Request("TRACE", "/songs", ""))
	if response.StatusCode != 200 || !strings.Contains(response.Body, "TRACE /songs HTTP/1.1\r\nHost: shop.example\r\n") {
		t.Errorf("got %d %q with header %v, want 200 with %q", response.StatusCode, response.Body, response.Headers, "TRACE /songs HTTP/1.1\r\nHost: shop.example\r\n")
	}
}
