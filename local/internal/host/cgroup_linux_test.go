package host

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maru/local/internal/cgroup"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	handlers["greedy"] = greedy
}

// greedy is a function whose child takes more and more memory before it asks for an
// event.
func greedy() {
	if os.Getenv("CHILD") != "" {
		for taken := new(bytes.Buffer); ; {
			taken.Write(bytes.Repeat([]byte{1}, 1<<20))
		}
	}
	child := exec.Command("/proc/self/exe")
	child.Env = append(os.Environ(), "CHILD=yes")
	_ = child.Run()
	time.Sleep(time.Hour)
}

// startGreedy starts a host with that function.
func startGreedy(t *testing.T, said *bytes.Buffer) *Host {
	t.Helper()
	dir := t.TempDir()
	lambdatest.Bootstrap(t, dir)
	h, err := Start(t.Context(), Config{Debug: true, Output: said, Template: write(t, "template.yaml", `Transform: AWS::Serverless-2016-10-31
Resources:
  Greedy:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, Handler: greedy, Timeout: 30, MemorySize: 128, CodeUri: `+dir+`}
`)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A host with a cgroup of its own has the kernel hold its functions to their memory,
// their children too, and leaves the cgroup as it was.
func TestCgroup(t *testing.T) {
	tree, err := cgroup.Open()
	if err != nil {
		t.Skipf("needs a cgroup of its own, which make cgroup gives it: %v", err)
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	h := startGreedy(t, &said)
	r, err := h.Lambda.Run(t.Context(), lambda.Request{Function: "Greedy", Event: []byte("{}")})
	if err != nil || !strings.Contains(string(r.Payload), "Runtime exited with error: signal: killed") {
		t.Errorf("got %+v, %v, want a function that was killed", r, err)
	}
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"memory is held to its limits by the kernel", "cgroup=" + tree.String(), "memory limit exceeded"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("got the log %s, want %s in it", said.String(), want)
		}
	}
	if left, err := filepath.Glob(tree.String() + "/maru*"); err != nil || len(left) > 0 {
		t.Errorf("got %s, %v, want nothing left", left, err)
	}
}

// A host without a cgroup of its own, as the second of a process always is, starts
// all the same and says why to those who ask.
func TestNoCgroup(t *testing.T) {
	var first, second bytes.Buffer
	for _, said := range []*bytes.Buffer{&first, &second} {
		h := startGreedy(t, said)
		defer func() {
			if err := h.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}()
	}
	if got := strings.Count(second.String(), "memory is measured: the host has no cgroup of its own"); got != 1 {
		t.Errorf("got the log %s, want a line about it", second.String())
	}
}
