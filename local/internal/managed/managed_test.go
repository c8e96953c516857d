package managed_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
	"maru/local/internal/managed"
)

// runtimes is shared by the tests of this package, since asking the interpreters
// takes longer than most of them.
var runtimes managed.Runtimes

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "managed")
	if err != nil {
		panic(err)
	}
	runtimes.Dir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// find returns a runtime of this machine. A machine without one skips the test,
// but not where CI=true.
func find(t testing.TB, identifier string) *managed.Runtime {
	t.Helper()
	r, err := runtimes.Find(t.Context(), identifier)
	if errors.Is(err, managed.ErrNoInterpreter) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// deploy makes a function of files and a Lambda that runs it, and returns them
// with what is logged.
func deploy(t testing.TB, runtime, handler string, files map[string]string) (*lambda.Lambda, *lambda.Function, *lambdatest.Log) {
	t.Helper()
	f := newFunction(t, runtime, handler, files)
	l, log := start(t, f)
	return l, f, log
}

// newFunction makes a function of files.
func newFunction(t testing.TB, runtime, handler string, files map[string]string) *lambda.Function {
	t.Helper()
	r := find(t, runtime)
	f := lambdatest.Deploy(t, files)
	f.Runtime, f.Handler, f.Command, f.RuntimeVariables = runtime, handler, r.Command, r.Variables
	return f
}

// start returns a Lambda that runs a function, in one environment at a time, and
// what is logged.
func start(t testing.TB, f *lambda.Function) (*lambda.Lambda, *lambdatest.Log) {
	return lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f)
}

// invoke runs the function and returns what a caller gets, with what differs
// from run to run made equal: the request's ID, folders, line numbers in code
// that is not the function's.
func invoke(t testing.TB, l *lambda.Lambda, event string) string {
	t.Helper()
	r := lambdatest.Run(t, l, lambda.Request{
		Event: []byte(event), TraceID: "Root=1-2-3", ClientContext: `{"custom":{"k":"값"},"client":{"app_title":"t"}}`,
	})
	return strings.ReplaceAll(string(r.Payload), r.RequestID, "ID")
}

// failure is an error object of either language.
type failure struct {
	ErrorType, ErrorMessage, RequestID string
	StackTrace, Trace                  []string
}

func invokeFailing(t testing.TB, l *lambda.Lambda, dir string) failure {
	t.Helper()
	var f failure
	payload := strings.ReplaceAll(invoke(t, l, "{}"), dir, "/var/task")
	if err := json.Unmarshal([]byte(payload), &f); err != nil {
		t.Fatalf("%s: %v", payload, err)
	}
	return f
}

// printed returns what the function printed, with times and request IDs made equal.
func printed(log string) []string {
	var lines []string
	for line := range strings.Lines(log) {
		if line, ok := strings.CutPrefix(line, "Fn | "); ok {
			line = uuid.ReplaceAllString(strings.TrimSuffix(line, "\n"), "ID")
			lines = append(lines, lambdatest.Normalize(line, "ID"))
		}
	}
	return lines
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
