package main

import (
	"io"
	"net/http"
	"os"
	"sync"
	"testing"

	"maru/local/hosttest"
	"maru/local/internal/redis"
)

// Of all requests that put one copy into one visitor's cart, 32 at a time, none is
// lost. The 32,000 of CI take a minute.
func TestAddsAtOnce(t *testing.T) {
	const clients = 32
	n := inCI(1000, 50)
	h := hosttest.Start(t, "../template.yaml", hosttest.Redis(startRedis(t)), hosttest.Log(io.Discard))
	if got, want := addAtOnce(t, h.URL, clients, n), clients*n; got != want {
		t.Errorf("got %d in the cart, want %d", got, want)
	}
}

// The same loses most of them where the cart is loaded, changed and saved: so the
// test above could fail.
func TestAddsAtOnceAreLost(t *testing.T) {
	h := hosttest.Start(t, "testdata/lossy/template.yaml", hosttest.Redis(startRedis(t)), hosttest.Log(io.Discard))
	const clients, n = 32, 20
	if got := addAtOnce(t, h.URL, clients, n); got >= clients*n {
		t.Errorf("got %d in the cart, want fewer than %d", got, clients*n)
	}
}

// inCI returns how often to repeat what shows more the more often it is done.
func inCI(often, elsewhere int) int {
	if os.Getenv("CI") == "true" && !testing.Short() {
		return often
	}
	return elsewhere
}

// startRedis starts the machine's Redis, or an embedded one where there is none, for
// as long as the test lasts, and returns its URL.
func startRedis(t *testing.T) string {
	t.Helper()
	server, err := redis.Open(t.Context(), redis.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("stopping Redis: %v", err)
		}
	})
	return server.URL
}

// addAtOnce has clients of one session put n copies each into the cart, one by one,
// and returns how many are there then.
func addAtOnce(t *testing.T, base string, clients, n int) int {
	t.Helper()
	pool := &http.Transport{MaxIdleConnsPerHost: clients}
	t.Cleanup(pool.CloseIdleConnections)
	first := &visitor{t: t, client: &http.Client{Transport: pool}}
	first.do("POST", base+"/cart/items", `{"song":"creep","quantity":1}`) // Begins the session.
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			same := *first
			for range n {
				if status, body := same.do("POST", base+"/cart/items", oneVogue); status != 201 {
					t.Errorf("adding: %d %s", status, body)
					return
				}
			}
		})
	}
	all.Wait()
	return first.quantity(base, "vogue")
}
