package main

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestPost(t *testing.T) {
	redis := miniredis.RunT(t)
	response := runtimetest.Invoke(t, runtimetest.Request("POST", "/cart/items", `{"song":"nan-arayo","quantity":2}`), "REDIS_URL=redis://"+redis.Addr())
	if response.StatusCode != 201 || !strings.Contains(response.Body, `"quantity":2`) {
		t.Errorf("got %d %q with header %v, want 201 with %q", response.StatusCode, response.Body, response.Headers, `"quantity":2`)
	}
}
