package lambda_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/lambda"
)

var leaked [][]byte

func init() {
	handlers["leak"] = func() {
		awslambda.Start(func(megabytes int) (int, error) {
			leak(megabytes)
			return len(leaked), nil
		})
	}
	handlers["leak-slowly"] = func() {
		awslambda.Start(func(ctx context.Context) error {
			for ctx.Err() == nil {
				leak(10)
				time.Sleep(10 * time.Millisecond)
			}
			return nil
		})
	}
	handlers["slow-init"] = func() {
		time.Sleep(1200 * time.Millisecond)
		awslambda.Start(func() {})
	}
	handlers["tick"] = func() {
		awslambda.Start(func() (string, error) {
			counted := ticks.count()
			return fmt.Sprint(counted, " ", os.Getpid()), nil
		})
	}
}

// leak takes memory, and touches it so that it is resident.
func leak(megabytes int) {
	b := make([]byte, megabytes<<20)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	leaked = append(leaked, b)
}

// ticks counts the time that its process is allowed to run.
var ticks ticker

type ticker struct {
	once sync.Once
	mu   sync.Mutex
	n    int
}

// count begins to count, and returns what has been counted.
func (t *ticker) count() int {
	t.once.Do(func() {
		go func() {
			for range time.Tick(time.Millisecond) {
				t.mu.Lock()
				t.n++
				t.mu.Unlock()
			}
		}()
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

// A function that leaks is killed at its limit each time (D.7), comes back, and
// costs its neighbour nothing.
func TestMemoryLimit(t *testing.T) {
	leaking := newFunction(t, "leak")
	leaking.LogicalID, leaking.Name = "Leaking", "leaking"
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{leaking, newFunction(t, "count")}})
	invocations := 200
	if testing.Short() {
		invocations = 50
	}
	failed, alive := 0, 0 // alive counts the invocations of the environment that runs
	for n := range invocations {
		r, err := l.Run(t.Context(), lambda.Request{ID: "ID", Function: "Leaking", Event: []byte("5")})
		if err != nil {
			t.Fatal(err)
		}
		alive++
		want := fmt.Sprint(alive)
		if r.FunctionError != "" {
			failed++
			alive = 0
			want = `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`
		}
		if string(r.Payload) != want {
			t.Fatalf("got %s, want %s", r.Payload, want)
		}
		neighbour, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")})
		if err != nil || !strings.Contains(string(neighbour), fmt.Sprintf(`"invocations":%d,`, n+1)) {
			t.Fatalf("the neighbour answered %s, %v in round %d", neighbour, err, n+1)
		}
	}
	// 128 MB hold some twenty leaks of 5 MB; the race detector takes its share.
	if least := invocations / 30; failed < least || failed > invocations/5 {
		t.Errorf("%d of %d invocations hit the limit\n%s", failed, invocations, log)
	}
}

// A limit that is passed within an invocation ends it there.
func TestMemoryLimitMeanwhile(t *testing.T) {
	l, _ := start(t, lambda.Config{Functions: []*lambda.Function{newFunction(t, "leak-slowly")}})
	began := time.Now()
	r, err := l.Run(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")})
	if err != nil || r.ErrorType != "Runtime.ExitError" {
		t.Fatalf("got %+v, %v, want an exit", r, err)
	}
	if r.TimedOut || time.Since(began) > 8*time.Second {
		t.Error("it ran to its timeout")
	}
}

// What a function does between invocations stands still with Freeze, and only
// with it (D.15).
func TestFreeze(t *testing.T) {
	for _, freeze := range []bool{true, false} {
		t.Run(fmt.Sprint(freeze), func(t *testing.T) {
			l, _ := start(t, lambda.Config{Functions: []*lambda.Function{newFunction(t, "tick")}, MaxEnvironments: 1, Freeze: freeze})
			var before, after, pid, samePID int
			read := func(n, pid *int) {
				answer, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := fmt.Sscanf(string(answer), `"%d %d"`, n, pid); err != nil {
					t.Fatal(err)
				}
			}
			read(&before, &pid)
			if freeze {
				waitStopped(t, pid)
			}
			time.Sleep(300 * time.Millisecond) // the time that must not, or must, be counted
			read(&after, &samePID)
			if pid != samePID {
				t.Fatal("two environments")
			}
			if ran := after - before; freeze && ran > 100 || !freeze && ran < 30 {
				t.Errorf("its clock ticked %d times in 300 ms", ran)
			}
		})
	}
}

// waitStopped waits until a process is stopped (state T of proc_pid_stat(5)).
func waitStopped(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Fatal(err)
		}
		if _, state, _ := strings.Cut(string(stat), ") "); strings.HasPrefix(state, "T") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the process was never stopped")
		}
		time.Sleep(time.Millisecond)
	}
}

// A frozen environment is stopped with the host, and one that was killed while it
// was frozen is replaced.
func TestFreezeEnd(t *testing.T) {
	l, _ := start(t, lambda.Config{Functions: []*lambda.Function{newFunction(t, "tick")}, Freeze: true})
	var ticked, pid int
	for range 2 {
		answer, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(string(answer), `"%d %d"`, &ticked, &pid); err != nil {
			t.Fatal(err)
		}
		waitStopped(t, pid)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
}

// Environments of provisioned concurrency are there before anyone calls, and
// again when one has ended.
func TestProvisionedConcurrency(t *testing.T) {
	f := newFunction(t, "count")
	f.Qualifiers = map[string]string{"live": "1"}
	f.ProvisionedConcurrency = map[string]int{"1": 2}
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}, IdleTimeout: time.Millisecond})
	waitFor(t, log, "INIT_REPORT", 2)
	r, err := l.Run(t.Context(), lambda.Request{Function: "Fn:live", Event: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	if text := log.String(); strings.Contains(text, "\tInit Duration") || strings.Count(text, "INIT_START") != 2 {
		t.Errorf("the invocation waited for an init phase: %s\n%s", r.Payload, text)
	}
	var counted, pid int
	if _, err := fmt.Sscanf(string(r.Payload), `{"invocations":%d,"pid":%d}`, &counted, &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 2 { // each environment's turn comes
		if _, err := l.Run(t.Context(), lambda.Request{Function: "Fn:live", Event: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, log, "INIT_START", 3)
}

// The init phase of provisioned concurrency is not held to the function's timeout.
func TestProvisionedInitIsLong(t *testing.T) {
	f := newFunction(t, "slow-init")
	f.Timeout = time.Second
	f.ProvisionedConcurrency = map[string]int{lambda.Latest: 1}
	l, log := start(t, lambda.Config{Functions: []*lambda.Function{f}})
	waitFor(t, log, "INIT_REPORT", 1)
	run(t, l, "fn")
	if got := strings.Count(log.String(), "INIT_START"); got != 1 {
		t.Errorf("got %d environments, want 1\n%s", got, log)
	}
}

// Provisioned concurrency that made room for another function comes back when
// there is some again.
func TestProvisionedConcurrencyComesBack(t *testing.T) {
	f := newFunction(t, "count")
	f.LogicalID, f.Name, f.ProvisionedConcurrency = "Kept", "kept", map[string]int{"$LATEST": 1}
	l, log := start(t, lambda.Config{
		Functions: []*lambda.Function{f, newFunction(t, "count")}, MaxEnvironments: 1, IdleTimeout: 50 * time.Millisecond,
	})
	waitFor(t, log, "Kept INIT_REPORT", 1)
	if _, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	waitFor(t, log, "Kept INIT_REPORT", 2)
}
