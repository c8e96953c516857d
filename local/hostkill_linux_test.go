package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// served is a maru that serves a template as a process of its own.
type served struct {
	*exec.Cmd
	apis, lambda string // addresses, as host:port
	kill         func() // kills it by SIGKILL and returns when it has ended
}

// serveKilled starts a maru for the template in dir, and returns when it is ready.
func serveKilled(t *testing.T, dir string) *served {
	t.Helper()
	var ports [2]string
	for i := range ports {
		var err error
		if ports[i], err = freePort(); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("maru", "start-api", "-t", filepath.Join(dir, "template.yaml"), "-p", ports[0],
		"--lambda-port", ports[1], "--parameter-overrides", "Dir="+filepath.Join(dir, "notes"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	kill := sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		reading.Wait()
		_ = cmd.Wait() // says that it was killed
	})
	t.Cleanup(kill)
	var said bytes.Buffer
	for lines := bufio.NewScanner(io.TeeReader(stderr, &said)); !strings.Contains(lines.Text(), readyLine); {
		if !lines.Scan() {
			t.Fatalf("maru ended before it was ready:\n%s", said.String())
		}
	}
	reading.Go(func() { _, _ = io.Copy(io.Discard, stderr) })
	return &served{cmd, "127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1], kill}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	patience := time.After(time.Minute)
	for !is() {
		select {
		case <-ticker.C:
		case <-patience:
			t.Fatalf("waited a minute in vain: %s", what)
		}
	}
}

// A host that is killed takes its functions with it, but no event that it has
// accepted: the next host delivers each under the request ID that its caller got.
func TestQueuedEventsOfKilledHost(t *testing.T) {
	const events = 1000
	dir := buildKilled(t)
	notes := filepath.Join(dir, "notes")
	host := serveKilled(t, dir)
	want := enqueue(t, "http://"+host.lambda+"/2015-03-31/functions/Events/invocations", events)
	eventually(t, "functions run", func() bool { return len(processesIn(dir)) > 0 })
	host.kill()
	eventually(t, "no function outlives its host", func() bool { return len(processesIn(dir)) == 0 })
	if got := readDelivered(t, notes); len(got) > 0 {
		t.Fatalf("got %d events delivered by the killed host, want none", len(got))
	}

	if err := os.WriteFile(filepath.Join(notes, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	serveKilled(t, dir)
	eventually(t, "every event is delivered", func() bool { return len(readDelivered(t, notes)) >= events })
	for id, n := range readDelivered(t, notes) {
		if want[id] != n {
			t.Errorf("request %s: got event %d, want %d", id, n, want[id])
		}
	}
}

// enqueue invokes a function with the events 1 to n, for nobody to wait for, and
// returns them by their request IDs.
func enqueue(t *testing.T, url string, n int) map[string]int {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	var mu sync.Mutex
	queued := map[string]int{}
	var callers sync.WaitGroup
	for first := range 16 {
		callers.Go(func() {
			for event := first + 1; event <= n; event += 16 {
				id, err := invokeEvent(client, url, event)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				queued[id] = event
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	if len(queued) != n {
		t.Fatalf("got %d request IDs, want %d", len(queued), n)
	}
	return queued
}

// invokeEvent invokes a function asynchronously and returns the request ID.
func invokeEvent(client *http.Client, url string, event int) (requestID string, err error) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(fmt.Sprint(event)))
	if err != nil {
		return "", err
	}
	r.Header.Set("X-Amz-Invocation-Type", "Event")
	response, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusAccepted {
		return "", fmt.Errorf("event %d: got %s, want 202", event, response.Status)
	}
	return response.Header.Get("X-Amzn-Requestid"), nil
}

// readDelivered gives the events that functions have been given, by request ID.
func readDelivered(t *testing.T, notes string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(notes, "delivered"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	delivered := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var id string
		var event int
		if _, err := fmt.Sscanf(line, "%s %d\n", &id, &event); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		delivered[id] = event
	}
	return delivered
}
