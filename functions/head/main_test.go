package main

import (
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/runtimetest"
)

func TestMain(m *testing.M) { runtimetest.Main(m, main) }

func TestHead(t *testing.T) {
	redis := miniredis.RunT(t)
	response := runtimetest.Invoke(t, runtimetest.Request("HEAD", "/songs/nan-arayo", ""), "REDIS_URL=redis://"+redis.Addr())
	if response.StatusCode != 200 || !strings.Contains(response.Body, "난 알아요") {
		t.Errorf("got %d %q with header %v, want 200 with %q", response.StatusCode, response.Body, response.Headers, "난 알아요")
	}
}
