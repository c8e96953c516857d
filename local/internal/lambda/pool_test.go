package lambda_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// gate returns a function whose invocations last until open is called: it is a named
// pipe, which nobody can open to read before somebody has opened it to write.
func gate(t *testing.T) (f *lambda.Function, open func()) {
	f = lambdatest.NewFunction(t, "gate")
	path := filepath.Join(t.TempDir(), "gate")
	makeFIFO(t, path)
	f.Environment = map[string]string{"GATE": path}
	return f, func() {
		pipe, err := os.OpenFile(path, os.O_RDWR, 0) // which waits for no reader
		if err != nil {
			t.Error(err)
		}
		t.Cleanup(func() { pipe.Close() })
	}
}

// passGate is for the functions: it waits until the gate is open.
func passGate() {
	pipe, err := os.Open(os.Getenv("GATE"))
	if err != nil {
		panic(err)
	}
	pipe.Close()
}

// TestScaleOut (D.15): each environment runs one invocation at a time.
func TestScaleOut(t *testing.T) {
	f, open := gate(t)
	l, log := lambdatest.Start(t, f)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() { run(t, l, "fn") })
	}
	log.WaitFor(t, "Fn START", 8)
	open()
	calls.Wait()
	if got := log.Count("INIT_START"); got != 8 {
		t.Errorf("got %d environments for 8 invocations at once, want 8", got)
	}
	run(t, l, "fn")
	if got := log.Count("INIT_START"); got != 8 {
		t.Errorf("got %d environments after one more invocation, want 8 still", got)
	}
}

func run(t *testing.T, l *lambda.Lambda, name string) {
	if _, err := l.Invoke(context.Background(), lambda.Request{Function: name, Event: []byte("{}")}); err != nil {
		t.Error(err)
	}
}

// TestReservedConcurrency (D.18) refuses what is over it.
func TestReservedConcurrency(t *testing.T) {
	f, open := gate(t)
	one := 1
	f.ReservedConcurrency = &one
	l, log := lambdatest.Start(t, f)
	var call sync.WaitGroup
	call.Go(func() { run(t, l, "fn") })
	log.WaitFor(t, "Fn START", 1)
	_, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
	var refused *lambda.Error
	if !errors.As(err, &refused) || refused.Kind != lambda.Throttled {
		t.Errorf("got %v over the reserved concurrency, want a throttled one", err)
	}
	open()
	call.Wait()
	run(t, l, "fn") // there is room again
}

// Over the host's limit, invocations wait in line; an idle environment of
// another function makes room for one.
func TestMaxEnvironments(t *testing.T) {
	f, open := gate(t)
	other := lambdatest.NamedFunction(t, "Other", "echo")
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f, other)
	run(t, l, "other")
	var calls sync.WaitGroup
	for range 3 {
		calls.Go(func() { run(t, l, "fn") })
	}
	log.WaitFor(t, "Fn START", 1)
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Invoke(impatient, lambda.Request{Function: "other", Event: []byte("{}")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v for a caller who does not wait, want context.Canceled", err)
	}
	calls.Go(func() { run(t, l, "other") })
	open()
	calls.Wait()
	if got := log.Count("Fn INIT_START"); got != 1 {
		t.Errorf("got %d environments for those in line, want the one that they wait for", got)
	}
}

func TestIdleEnvironmentsEnd(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{IdleTimeout: 20 * time.Millisecond}, lambdatest.NewFunction(t, "count"))
	var got struct{ Invocations, PID int }
	invoke(t, l, &got)
	waitDead(t, got.PID)
	invoke(t, l, &got)
	if got.Invocations != 1 {
		t.Errorf("got invocation %d, want the first of a new environment", got.Invocations)
	}
}

// Close lets what runs finish, and refuses what comes later.
func TestClose(t *testing.T) {
	f, open := gate(t)
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f)
	var call, closing sync.WaitGroup
	call.Go(func() { run(t, l, "fn") })
	log.WaitFor(t, "Fn START", 1)
	closing.Go(func() { l.Close(context.Background()) })
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	for { // until Close has begun, there is no room
		_, err := l.Invoke(impatient, lambda.Request{Function: "fn", Event: []byte("{}")})
		var refused *lambda.Error
		if errors.As(err, &refused) && refused.Kind == lambda.Unavailable {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want a refusal", err)
		}
	}
	open()
	call.Wait()
	closing.Wait()
}

// A Close that has no more time kills what runs.
func TestCloseKills(t *testing.T) {
	f, _ := gate(t)
	l, log := lambdatest.Start(t, f)
	result := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), lambda.Request{Function: "fn", Event: []byte("{}")})
		result <- err
	}()
	log.WaitFor(t, "Fn START", 1)
	now, cancel := context.WithCancel(t.Context())
	cancel()
	l.Close(now)
	var failed *lambda.FunctionError
	if err := <-result; !errors.As(err, &failed) || failed.Type != "Runtime.ExitError" {
		t.Errorf("got %v, want a Runtime.ExitError", err)
	}
}

// Environments of one version or tenant run nothing of another.
func TestVariants(t *testing.T) {
	f := lambdatest.NewFunction(t, "count")
	f.IsolatesTenants = true
	f.Qualifiers = map[string]string{"1": "1"}
	l, _ := lambdatest.Start(t, f)
	for _, step := range []struct{ tenant, qualifier, want string }{
		{"blue", "", `"invocations":1`},
		{"green", "", `"invocations":1`},
		{"blue", "1", `"invocations":1`},
		{"blue", "", `"invocations":2`},
		{"green", "", `"invocations":2`},
		{"blue", "1", `"invocations":2`},
	} {
		r := lambdatest.Run(t, l, lambda.Request{TenantID: step.tenant, Qualifier: step.qualifier})
		if !strings.Contains(string(r.Payload), step.want) {
			t.Errorf("%s %s: got %s, want %s", step.tenant, step.qualifier, r.Payload, step.want)
		}
	}
}
