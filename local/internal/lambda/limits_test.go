package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// What the functions below have taken and do not give back.
var (
	leaked [][]byte
	opened []*os.File
)

func init() {
	handlers["leak"] = func() {
		awslambda.Start(func(megabytes int) (map[string]int, error) {
			leak(megabytes)
			return map[string]int{"invocations": len(leaked), "pid": os.Getpid()}, nil
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
	handlers["open-files"] = func() {
		awslambda.Start(func() (string, error) {
			for last := uintptr(0); ; {
				f, err := os.Open(os.DevNull)
				if err != nil {
					return fmt.Sprint(last, " ", errors.Unwrap(err)), nil
				}
				last = f.Fd()
				opened = append(opened, f)
			}
		})
	}
	handlers["slow-init"] = func() {
		time.Sleep(1200 * time.Millisecond)
		awslambda.Start(func() {})
	}
	handlers["work-on"] = func() { // goes on with its work between invocations
		var once sync.Once
		awslambda.Start(func() (int, error) {
			once.Do(func() {
				go func() {
					passGate()
					_ = os.Mkdir(os.Getenv("MARKER"), 0o755)
				}()
			})
			return os.Getpid(), nil
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

// A function that leaks is killed at its limit each time (D.7), comes back, and
// costs its neighbour nothing.
func TestMemoryLimit(t *testing.T) {
	leaking := lambdatest.NamedFunction(t, "Leaking", "leak")
	l, log := lambdatest.Start(t, leaking, lambdatest.NewFunction(t, "count"))
	invocations := 200
	if testing.Short() {
		invocations = 50
	}
	failed, ran := 0, map[string]map[int]int{"Leaking": {}, "Fn": {}} // by function and process
	for range invocations {
		for function, processes := range ran {
			r := lambdatest.Run(t, l, lambda.Request{ID: "ID", Function: function, Event: []byte("5")})
			const killed = `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`
			if function == "Leaking" && string(r.Payload) == killed {
				failed++
				continue
			}
			var got struct{ Invocations, PID int }
			if err := json.Unmarshal(r.Payload, &got); err != nil || got.Invocations != processes[got.PID]+1 {
				t.Fatalf("%s: got %s, %v, want invocation %d of the process", function, r.Payload, err, processes[got.PID]+1)
			}
			processes[got.PID]++
		}
	}
	for pid := range ran["Fn"] {
		if !exists(pid) {
			t.Errorf("the neighbour's process %d is gone", pid)
		}
	}
	// 128 MB hold some twenty leaks of 5 MB; the race detector takes its share.
	if least := invocations / 30; failed < least || failed > invocations/5 {
		t.Errorf("%d of %d invocations hit the limit\n%s", failed, invocations, log)
	}
}

// A limit that is passed within an invocation ends it there.
func TestMemoryLimitMeanwhile(t *testing.T) {
	l, log := lambdatest.Start(t, lambdatest.NewFunction(t, "leak-slowly"))
	began := time.Now()
	r := lambdatest.Run(t, l, lambda.Request{})
	if r.ErrorType != "Runtime.ExitError" {
		t.Fatalf("got %+v, want an exit", r)
	}
	if r.TimedOut || time.Since(began) > 8*time.Second {
		t.Error("it ran to its timeout")
	}
	// What is told of the memory is no more than the limit.
	if !regexp.MustCompile(`Max Memory Used: 128 MB.*\tStatus: error\tError Type: Runtime.OutOfMemory\n`).MatchString(log.String()) {
		t.Errorf("got the log\n%s", log)
	}
}

// TestFileLimit (D.13): an environment has descriptors from 0 to 1023.
func TestFileLimit(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux sets limits of another process")
	}
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "open-files"))
	var got string
	invoke(t, l, &got)
	if want := "1023 " + syscall.EMFILE.Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What a function does between invocations stands still with Freeze, and only
// with it (D.15).
func TestFreeze(t *testing.T) {
	for _, freeze := range []bool{true, false} {
		t.Run(fmt.Sprint(freeze), func(t *testing.T) {
			f, open := gate(t)
			f.Handler = "work-on"
			marker := filepath.Join(t.TempDir(), "marker")
			f.Environment["MARKER"] = marker
			done := func() bool { _, err := os.Stat(marker); return err == nil }
			l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1, Freeze: freeze}, f)
			var pid int
			invoke(t, l, &pid)
			if freeze {
				waitStopped(t, pid)
			}
			open()
			if freeze {
				waitStopped(t, pid) // still
				if done() {
					t.Error("it went on without an event")
				}
			}
			goneOn := func() bool {
				if freeze { // it goes on for as long as an invocation takes
					var samePID int
					if invoke(t, l, &samePID); pid != samePID {
						t.Fatal("two environments")
					}
				}
				return done()
			}
			if !lambdatest.Eventually(goneOn) {
				t.Error("it never went on")
			}
		})
	}
}

// waitStopped waits until a process is stopped (state T of proc_pid_stat(5)).
func waitStopped(t *testing.T, pid int) {
	t.Helper()
	stopped := func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Fatal(err)
		}
		_, state, _ := strings.Cut(string(stat), ") ")
		return strings.HasPrefix(state, "T")
	}
	if !lambdatest.Eventually(stopped) {
		t.Fatal("the process was never stopped")
	}
}

// A frozen environment is stopped with the host, and one that was killed while it
// was frozen is replaced.
func TestFreezeEnd(t *testing.T) {
	f, _ := gate(t)
	f.Handler = "work-on"
	l, _ := lambdatest.StartConfig(t, lambda.Config{Freeze: true}, f)
	for range 2 {
		var pid int
		invoke(t, l, &pid)
		waitStopped(t, pid)
		if err := kill(pid); err != nil {
			t.Fatal(err)
		}
	}
}

// Environments of provisioned concurrency are there before anyone calls, and
// again when one has ended.
func TestProvisionedConcurrency(t *testing.T) {
	f := lambdatest.NewFunction(t, "count")
	f.Qualifiers = map[string]string{"live": "1"}
	f.ProvisionedConcurrency = map[string]int{"1": 2}
	l, log := lambdatest.StartConfig(t, lambda.Config{IdleTimeout: time.Millisecond}, f)
	log.WaitFor(t, "INIT_REPORT", 2)
	r := lambdatest.Run(t, l, lambda.Request{Function: "Fn:live"})
	if text := log.String(); strings.Contains(text, "\tInit Duration") || strings.Count(text, "INIT_START") != 2 {
		t.Errorf("the invocation waited for an init phase: %s\n%s", r.Payload, text)
	}
	var counted, pid int
	if _, err := fmt.Sscanf(string(r.Payload), `{"invocations":%d,"pid":%d}`, &counted, &pid); err != nil {
		t.Fatal(err)
	}
	if err := kill(pid); err != nil {
		t.Fatal(err)
	}
	for range 2 { // each environment's turn comes
		lambdatest.Run(t, l, lambda.Request{Function: "Fn:live"})
	}
	log.WaitFor(t, "INIT_START", 3)
}

// The init phase of provisioned concurrency is not held to the function's timeout.
func TestProvisionedInitIsLong(t *testing.T) {
	f := lambdatest.NewFunction(t, "slow-init")
	f.Timeout = time.Second
	f.ProvisionedConcurrency = map[string]int{lambda.Latest: 1}
	l, log := lambdatest.Start(t, f)
	log.WaitFor(t, "INIT_REPORT", 1)
	run(t, l, "fn")
	if got := log.Count("INIT_START"); got != 1 {
		t.Errorf("got %d environments, want 1\n%s", got, log)
	}
}

// Provisioned concurrency that made room for another function comes back when
// there is some again.
func TestProvisionedConcurrencyComesBack(t *testing.T) {
	f := lambdatest.NamedFunction(t, "Kept", "count")
	f.ProvisionedConcurrency = map[string]int{"$LATEST": 1}
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1, IdleTimeout: 50 * time.Millisecond}, f, lambdatest.NewFunction(t, "count"))
	log.WaitFor(t, "Kept INIT_REPORT", 1)
	run(t, l, "fn")
	log.WaitFor(t, "Kept INIT_REPORT", 2)
}
