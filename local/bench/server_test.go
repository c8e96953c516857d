package main

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

func startTestRole(t *testing.T, role string) (*server, error) {
	t.Helper()
	cmd, err := roleCommand(role)
	if err != nil {
		t.Fatal(err)
	}
	s, err := startServer(t.Context(), cmd)
	if err == nil {
		t.Cleanup(s.stop)
	}
	return s, err
}

// A proxy in a process of its own hands on what a bare server in another
// answers, and says so when that is gone.
func TestRoles(t *testing.T) {
	bare, err := startTestRole(t, "bare")
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := startTestRole(t, "proxy http://"+bare.address)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*server{bare, proxy} {
		if _, err := firstRequest(t.Context(), subject{name: "role", address: s.address, path: "/"}); err != nil {
			t.Error(err)
		}
	}
	bare.stop()
	response, err := http.Get("http://" + proxy.address)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got, want := response.StatusCode, http.StatusBadGateway; got != want {
		t.Errorf("got status %d without the server behind the proxy, want %d", got, want)
	}
}

func TestServerEndsAtStart(t *testing.T) {
	_, err := startTestRole(t, "nonsense")
	if want := "it ended; it said:\nunknown role \"nonsense\""; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want %q in it", err, want)
	}
}

func TestServerMissing(t *testing.T) {
	if _, err := startServer(t.Context(), exec.Command("/nowhere/maru")); err == nil || !strings.HasPrefix(err.Error(), "starting /nowhere/maru: ") {
		t.Errorf("got error %v, want one of starting it", err)
	}
}

// A server that never gets ready is ended when the start is given up.
func TestServerNeverReady(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd := exec.Command("tail", "-f", "/dev/null")
	_, err := startServer(ctx, cmd)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	if cmd.ProcessState == nil {
		t.Error("the process has not been waited for")
	}
}

// A sample that cannot be measured says where that was.
func TestSampleFails(t *testing.T) {
	s := newSubject(t, http.NotFound)
	_, err := new(bench).sample(t.Context(), s, 2)
	if want := "measuring test at 2 connections: 2 of 2 answers were wrong, such as: got \"HTTP/1.1 404 Not Found\""; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got error %v, want %q at its start", err, want)
	}
}
