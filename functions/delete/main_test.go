package main

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestDelete(t *testing.T) {
	redis := miniredis.RunT(t)
	response := runtimetest.Invoke(t, runtimetest.Request("DELETE", "/cart/items/nan-arayo", ""), "REDIS_URL=redis://"+redis.Addr())
	if response.StatusCode != 404 || !strings.Contains(response.Body, `"status":404`) {
		t.Errorf("got %d %q with header %v, want 404 with %q", response.StatusCode, response.Body, response.Headers, `"status":404`)
	}
}
