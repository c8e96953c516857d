package managed_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"maru/local/internal/lambda"
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
func deploy(t testing.TB, runtime, handler string, files map[string]string) (*lambda.Lambda, *lambda.Function, *buffer) {
	t.Helper()
	f := newFunction(t, runtime, handler, files)
	l, log := start(t, f)
	return l, f, log
}

// newFunction makes a function of files.
func newFunction(t testing.TB, runtime, handler string, files map[string]string) *lambda.Function {
	t.Helper()
	r := find(t, runtime)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return &lambda.Function{
		LogicalID: "Fn", Name: "fn", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fn",
		Runtime: runtime, Handler: handler, Dir: dir, Command: r.Command, RuntimeVariables: r.Variables,
		Timeout: 10 * time.Second, MemorySize: 128,
	}
}

// start returns a Lambda that runs a function, and what is logged.
func start(t testing.TB, f *lambda.Function) (*lambda.Lambda, *buffer) {
	log := new(buffer)
	l := lambda.New(lambda.Config{Functions: []*lambda.Function{f}, Output: log})
	t.Cleanup(func() { l.Close(context.Background()) })
	return l, log
}

// invoke runs the function and returns what a caller gets, with what differs
// from run to run made equal: the request's ID, folders, line numbers in code
// that is not the function's.
func invoke(t testing.TB, l *lambda.Lambda, event string) string {
	t.Helper()
	r, err := l.Run(t.Context(), lambda.Request{Function: "fn", Event: []byte(event), TraceID: "Root=1-2-3", ClientContext: `{"custom":{"k":"값"},"client":{"app_title":"t"}}`})
	if err != nil {
		t.Fatal(err)
	}
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

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)

// printed returns what the function printed, with times and request IDs made equal.
func printed(log string) []string {
	var lines []string
	for line := range strings.Lines(log) {
		if line, ok := strings.CutPrefix(line, "Fn | "); ok {
			line = timestamp.ReplaceAllString(strings.TrimSuffix(line, "\n"), "TIME")
			lines = append(lines, uuid.ReplaceAllString(line, "ID"))
		}
	}
	return lines
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
