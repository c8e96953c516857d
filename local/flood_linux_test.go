package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A response that streams through a function URL arrives chunk by chunk, and costs
// the host the same memory however long it is.
func TestFloodThroughFunctionURL(t *testing.T) {
	host := serveKilled(t, buildKilled(t))
	flood(t, host.apis, 8) // brings the host to its size
	before := residentMemory(t, host.Process.Pid)
	megabytes := inCI(1<<10, 128)
	flood(t, host.apis, megabytes)
	after := residentMemory(t, host.Process.Pid)
	t.Logf("%d MB streamed; resident memory %d kB, at most %d kB before; %d kB, at most %d kB after",
		megabytes, before.now, before.peak, after.now, after.peak)
	if grown := after.peak - before.peak; grown > 16<<10 {
		t.Errorf("the host grew by %d kB while %d MB went through it", grown, megabytes)
	}
}

// flood calls the function stream, which writes so many megabytes only when what
// it wrote first has arrived here.
func flood(t *testing.T, address string, megabytes int) {
	t.Helper()
	arrived := make(chan struct{})
	gate := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-arrived }))
	defer gate.Close()
	open := sync.OnceFunc(func() { close(arrived) })
	defer open() // or Close would wait for ever
	query := url.Values{"Gate": {gate.URL}, "Megabytes": {fmt.Sprint(megabytes)}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "Stream.localhost"
	response, err := noRedirects.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	const first = "first"
	begin := make([]byte, len(first))
	if _, err := io.ReadFull(response.Body, begin); err != nil || string(begin) != first {
		t.Fatalf("got %s, %q, %v, want %q", response.Status, begin, err, first)
	}
	open()
	if n, err := io.Copy(io.Discard, response.Body); err != nil || n != int64(megabytes)<<20 {
		t.Errorf("got %d bytes more, %v, want %d", n, err, megabytes<<20)
	}
}

// memory is a process's resident memory in kB.
type memory struct{ now, peak int }

func residentMemory(t *testing.T, pid int) (m memory) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		_, _ = fmt.Sscanf(line, "VmRSS: %d kB", &m.now)
		_, _ = fmt.Sscanf(line, "VmHWM: %d kB", &m.peak)
	}
	if m.now == 0 || m.peak == 0 {
		t.Fatalf("no memory in %s", status)
	}
	return m
}
