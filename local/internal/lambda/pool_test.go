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
)

// gate returns a function whose invocations last until open is called.
func gate(t *testing.T) (f *lambda.Function, open func()) {
	f = newFunction(t, "gate")
	file := filepath.Join(t.TempDir(), "open")
	f.Environment = map[string]string{"GATE": file}
	return f, func() {
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Error(err)
		}
	}
}

// waitFor waits until the log holds text n times.
func waitFor(t *testing.T, log *buffer, text string, n int) {
	t.Helper()
	tick, timeout := time.NewTicker(time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for strings.Count(log.String(), text) < n {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("%q is not there %d times in\n%s", text, n, log)
		}
	}
}

// TestScaleOut (D.15): each environment runs one invocation at a time.
func TestScaleOut(t *testing.T) {
	f, open := gate(t)
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}})
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() { run(t, l, "fn") })
	}
	waitFor(t, log, "Fn START", 8)
	open()
	calls.Wait()
	if got := strings.Count(log.String(), "INIT_START"); got != 8 {
		t.Errorf("got %d environments for 8 invocations at once, want 8", got)
	}
	run(t, l, "fn")
	if got := strings.Count(log.String(), "INIT_START"); got != 8 {
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
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}})
	var call sync.WaitGroup
	call.Go(func() { run(t, l, "fn") })
	waitFor(t, log, "Fn START", 1)
	_, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
	var refused *lambda.Error
	if !errors.As(err, &refused) || !refused.Throttled() {
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
	other := newFunction(t, "echo")
	other.LogicalID, other.Name = "Other", "other"
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f, other}, MaxEnvironments: 1})
	run(t, l, "other")
	var calls sync.WaitGroup
	for range 3 {
		calls.Go(func() { run(t, l, "fn") })
	}
	waitFor(t, log, "Fn START", 1)
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Invoke(impatient, lambda.Request{Function: "other", Event: []byte("{}")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v for a caller who does not wait, want context.Canceled", err)
	}
	calls.Go(func() { run(t, l, "other") })
	open()
	calls.Wait()
	if got := strings.Count(log.String(), "Fn INIT_START"); got != 1 {
		t.Errorf("got %d environments for those in line, want the one that they wait for", got)
	}
}

func TestIdleEnvironmentsEnd(t *testing.T) {
	l, _ := start(t, lambda.Config{Functions: []*lambda.Function{newFunction(t, "count")}, IdleTimeout: 20 * time.Millisecond})
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
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}, MaxEnvironments: 1})
	var call, closing sync.WaitGroup
	call.Go(func() { run(t, l, "fn") })
	waitFor(t, log, "Fn START", 1)
	closing.Go(func() { l.Close(context.Background()) })
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	for { // until Close has begun, there is no room
		_, err := l.Invoke(impatient, lambda.Request{Function: "fn", Event: []byte("{}")})
		var refused *lambda.Error
		if errors.As(err, &refused) && refused.Unavailable() {
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
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}})
	result := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), lambda.Request{Function: "fn", Event: []byte("{}")})
		result <- err
	}()
	waitFor(t, log, "Fn START", 1)
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
	f := newFunction(t, "count")
	f.IsolatesTenants = true
	f.Qualifiers = map[string]string{"1": "1"}
	l, _ := start(t, lambda.Config{Functions: []*lambda.Function{f}})
	for _, step := range []struct{ tenant, qualifier, want string }{
		{"blue", "", `"invocations":1`},
		{"green", "", `"invocations":1`},
		{"blue", "1", `"invocations":1`},
		{"blue", "", `"invocations":2`},
		{"green", "", `"invocations":2`},
		{"blue", "1", `"invocations":2`},
	} {
		r, err := l.Run(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}"), TenantID: step.tenant, Qualifier: step.qualifier})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(r.Payload), step.want) {
			t.Errorf("%s %s: got %s, want %s", step.tenant, step.qualifier, r.Payload, step.want)
		}
	}
}
