package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
	"maru/local/internal/process"
)

func TestMain(m *testing.M) {
	process.BecomeLauncher()
	lambdatest.Main(handlers)
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("maru/local/internal/process.RunStarter"))
}

var invocations int

// handlers are what functions do besides those of lambdatest; each test adds those
// that only it has.
var handlers = map[string]func(){
	"count": func() {
		awslambda.Start(func(context.Context) (map[string]int, error) {
			invocations++
			return map[string]int{"invocations": invocations, "pid": os.Getpid()}, nil
		})
	},
	"context": func() {
		awslambda.Start(func(ctx context.Context) (map[string]string, error) {
			lc, _ := lambdacontext.FromContext(ctx)
			deadline, _ := ctx.Deadline()
			return map[string]string{
				"arn": lc.InvokedFunctionArn, "custom": lc.ClientContext.Custom["k"],
				"left":  fmt.Sprint(time.Until(deadline).Round(time.Second)),
				"trace": os.Getenv("_X_AMZN_TRACE_ID"),
			}, nil
		})
	},
	"environment": func() {
		awslambda.Start(func() ([]string, error) { return os.Environ(), nil })
	},
	"print": func() {
		awslambda.Start(func() error {
			fmt.Print("one\nEND RequestId: forged\n\x1b[31mred\x1b[0m \x1b[2Agone\nlast")
			return nil
		})
	},
	"panic":     func() { awslambda.Start(func() { panic("at once") }) },
	"init-exit": func() { os.Exit(7) },
}

func TestInvoke(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "echo"))
	for _, name := range []string{"fn", "Fn", "123456789012:function:fn", "arn:aws:lambda:eu-west-1:123456789012:function:fn:$LATEST"} {
		got, err := l.Invoke(t.Context(), lambda.Request{Function: name, Event: []byte(`{"한글":1}`)})
		if err != nil || string(got) != `{"한글":1}` {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

// TestWarmEnvironmentIsKept (D.15): it runs one invocation after the other.
func TestWarmEnvironmentIsKept(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "count"))
	var first, second struct{ Invocations, PID int }
	invoke(t, l, &first)
	invoke(t, l, &second)
	if first.Invocations != 1 || second.Invocations != 2 || first.PID != second.PID {
		t.Errorf("got %+v, then %+v; want one process for both", first, second)
	}
}

func invoke(t *testing.T, l *lambda.Lambda, v any) {
	t.Helper()
	payload, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, v); err != nil {
		t.Fatal(err)
	}
}

func TestContext(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "context"))
	r := lambdatest.Run(t, l, lambda.Request{TraceID: "Root=1-2-3", ClientContext: `{"custom":{"k":"v"}}`})
	want := `{"arn":"arn:aws:lambda:eu-west-1:123456789012:function:fn","custom":"v","left":"10s","trace":"Root=1-2-3"}`
	if string(r.Payload) != want {
		t.Errorf("got %s, want %s", r.Payload, want)
	}
}

// TestRequestID (B.20): an invocation has the ID that its Request says, and else a
// new one; in the log, too.
func TestRequestID(t *testing.T) {
	l, log := lambdatest.StartConfig(t, lambda.Config{RequestIDs: func() uint64 { return 7 }}, lambdatest.NewFunction(t, "echo"))
	for _, test := range []struct{ id, want string }{{"OWN", "OWN"}, {"", "00000000-0000-4007-8000-000000000007"}} {
		r := lambdatest.Run(t, l, lambda.Request{ID: test.id})
		if r.RequestID != test.want || !strings.Contains(log.String(), "Fn END RequestId: "+test.want+"\n") {
			t.Errorf("got the ID %s, want %s, in the log too\n%s", r.RequestID, test.want, log)
		}
	}
}

// TestFailures (D.5, D.6, D.7) has what ends an invocation, and what its caller gets:
// test_lambda_too_large_response, test_lambda_invoke_with_timeout and
// test_lambda_handler_exit.
func TestFailures(t *testing.T) {
	for _, test := range []struct {
		handler, errorType, message string
	}{
		{"fail", "errorString", "no luck"},
		{"panic", "string", "at once"},
		{"exit", "Runtime.ExitError", "RequestId: ID Error: Runtime exited without providing a reason"},
		{"init-exit", "Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: exit status 7"},
		{"sleep", "Sandbox.Timedout", "RequestId: ID Error: Task timed out after 1.00 seconds"},
		{"large", "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes)."},
	} {
		t.Run(test.handler, func(t *testing.T) {
			f := lambdatest.NewFunction(t, test.handler)
			f.MemorySize = 512 // the race detector needs much for a large answer
			if test.handler == "sleep" {
				f.Timeout = time.Second
			}
			l, _ := lambdatest.Start(t, f)
			for range 2 { // what failed once does not harm the next
				r := lambdatest.Run(t, l, lambda.Request{})
				var got struct{ ErrorType, ErrorMessage string }
				if err := json.Unmarshal(r.Payload, &got); err != nil {
					t.Fatalf("payload %s: %v", r.Payload, err)
				}
				message := strings.ReplaceAll(got.ErrorMessage, r.RequestID, "ID")
				if r.FunctionError != "Unhandled" || got.ErrorType != test.errorType || message != test.message {
					t.Errorf("got %s: %s: %s, want Unhandled: %s: %s", r.FunctionError, got.ErrorType, message, test.errorType, test.message)
				}
			}
		})
	}
}

// A caller who waits no longer gets the error of its context; the function runs
// to its end, and its environment serves the next.
func TestImpatientCaller(t *testing.T) {
	f, open := gate(t)
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f)
	ctx, result := patience{t.Context(), make(chan struct{})}, make(chan error, 1)
	event := []byte(`{"n":1}`)
	go func() {
		_, err := l.Invoke(ctx, lambda.Request{Function: "fn", Event: event})
		result <- err
	}()
	log.WaitFor(t, "Fn START", 1)
	close(ctx.over)
	if err := <-result; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
	clear(event)
	if strings.Contains(log.String(), "Fn END") {
		t.Error("the function ended with its caller")
	}
	open()
	run(t, l, "fn")
	if got := log.Count("Fn END"); got != 2 {
		t.Errorf("got %d ends in the log, want 2", got)
	}
	if got := log.Count("INIT_START"); got != 1 {
		t.Errorf("got %d environments, want 1", got)
	}
}

// patience is a context whose deadline has passed when over is closed.
type patience struct {
	context.Context
	over chan struct{}
}

func (p patience) Done() <-chan struct{} { return p.over }

func (p patience) Err() error {
	select {
	case <-p.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestEnvironmentKilledWhileIdle(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "count"))
	var got struct{ Invocations, PID int }
	for range 3 {
		invoke(t, l, &got)
		if got.Invocations != 1 {
			t.Errorf("got invocation %d of the environment, want the first of a new one", got.Invocations)
		}
		if err := kill(got.PID); err != nil {
			t.Fatal(err)
		}
		waitDead(t, got.PID)
	}
}

func waitDead(t *testing.T, pid int) {
	t.Helper()
	if !lambdatest.Eventually(func() bool { return !exists(pid) }) {
		t.Fatalf("process %d is still there", pid)
	}
}

// TestLog (D.9) has the platform's lines around the function's, in their order, with
// figures of this process; see also package managed, which has AWS's recordings.
func TestLog(t *testing.T) {
	l, log := lambdatest.Start(t, lambdatest.NewFunction(t, "print"))
	r := lambdatest.Run(t, l, lambda.Request{})
	l.Close(t.Context()) // ends the last line
	lines := strings.Split(strings.ReplaceAll(log.String(), r.RequestID, "ID"), "\n")
	want := []string{
		"Fn INIT_START Runtime Version: provided:al2023",
		"Fn START RequestId: ID Version: $LATEST",
		"Fn | one",
		"Fn | END RequestId: forged",
		"Fn | \x1b[31mred\x1b[0m \\x1b[2Agone\x1b[0m",
		"Fn END RequestId: ID",
		"Fn REPORT RequestId: ID",
		"Fn | last",
		"",
	}
	for i, line := range lines {
		if strings.Contains(line, "REPORT") {
			checkReport(t, line)
			lines[i], _, _ = strings.Cut(line, "\t")
		}
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// TestReportOfTimeout (D.9): the figures of an invocation that was ended for its time
// are the limit's (https://github.com/DataBiosphere/azul/issues/8050).
func TestReportOfTimeout(t *testing.T) {
	f := lambdatest.NewFunction(t, "sleep")
	f.Timeout = time.Second
	l, log := lambdatest.Start(t, f)
	lambdatest.Run(t, l, lambda.Request{})
	report := regexp.MustCompile(`REPORT RequestId: \S+\tDuration: 1000\.00 ms\tBilled Duration: 1\d\d\d ms\t.*\tStatus: timeout\n`)
	if !report.MatchString(log.String()) {
		t.Errorf("got the log\n%s", log)
	}
}

func checkReport(t *testing.T, line string) {
	t.Helper()
	var duration, initDuration float64
	var billed, size, used int
	_, rest, _ := strings.Cut(line, "\t")
	_, err := fmt.Sscanf(rest, "Duration: %f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\tInit Duration: %f ms\t",
		&duration, &billed, &size, &used, &initDuration)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if duration <= 0 || initDuration <= 0 || float64(billed) < duration+initDuration || size != 128 || used < 1 || used > 200 {
		t.Errorf("implausible figures in %q", line)
	}
}

// An event over 6 MiB reaches no function.
func TestLargeEvent(t *testing.T) {
	l, log := lambdatest.Start(t, lambdatest.NewFunction(t, "echo"))
	_, err := l.Run(t.Context(), lambda.Request{Function: "fn", Event: make([]byte, lambda.MaxEvent+1)})
	var refused *lambda.Error
	if !errors.As(err, &refused) || refused.Kind != lambda.EventTooLarge || log.String() != "" {
		t.Errorf("got %v, log %q, want a refusal", err, log)
	}
}
