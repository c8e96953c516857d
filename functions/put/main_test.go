package main

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestPut(t *testing.T) {
	redis := miniredis.RunT(t)
	response := runtimetest.Invoke(t, runtimetest.Request("PUT", "/cart/items/nan-arayo", `{"quantity":3}`), "REDIS_URL=redis://"+redis.Addr())
	if response.StatusCode != 201 || !strings.Contains(response.Body, `"quantity":3`) {
		t.Errorf("got %d %q with header %v, want 201 with %q", response.StatusCode, response.Body, response.Headers, `"quantity":3`)
	}
}
