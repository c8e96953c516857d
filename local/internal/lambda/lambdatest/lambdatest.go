// Package lambdatest makes functions for tests and runs them in environments that
// are processes, as they are outside of tests.
//
// The code of a function is the test binary itself, which Main turns into the
// handler that it was started for:
//
//	func TestMain(m *testing.M) {
//		lambdatest.Main(map[string]func(){
//			"answer": func() { awslambda.Start(func() (int, error) { return 42, nil }) },
//		})
//		os.Exit(m.Run())
//	}
//
//	func TestAnswer(t *testing.T) {
//		l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "answer"))
//		got := lambdatest.Run(t, l, lambda.Request{})
//		…
//	}
//
// Left out: tests within package lambda, which cannot import this one.
package lambdatest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maru/local/internal/lambda"
)

// ARN is that of the functions, up to their names.
const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"

// NewFunction returns a function "Fn", by its name "fn", that runs a handler of the
// test binary: one of those that Main was given, or one of these.
//
//	echo   answers with its event
//	fail   answers with the error "no luck"
//	sleep  never answers
//	exit   ends its process with status 0 instead of an answer
//	large  answers with more than Lambda takes
//
// Its Timeout is 10 seconds, its MemorySize 128 MB; the caller may change it until
// it is started.
func NewFunction(t testing.TB, handler string) *lambda.Function {
	t.Helper()
	return NamedFunction(t, "Fn", handler)
}

// NamedFunction is NewFunction with a logical ID; name and ARN have it in lower case.
func NamedFunction(t testing.TB, logicalID, handler string) *lambda.Function {
	t.Helper()
	f := Deploy(t, nil)
	f.LogicalID, f.Name, f.Handler = logicalID, strings.ToLower(logicalID), handler
	f.ARN = ARN + f.Name
	Bootstrap(t, f.Dir)
	return f
}

// Bootstrap makes the test binary the bootstrap of a function whose code is a folder.
func Bootstrap(t testing.TB, dir string) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(dir, "bootstrap")); err != nil {
		t.Fatal(err)
	}
}

// Deploy returns a function "Fn" whose code is these files, by their paths with
// slashes. What runs them is the caller's to say: Runtime, Handler and Command.
func Deploy(t testing.TB, files map[string]string) *lambda.Function {
	t.Helper()
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
		LogicalID: "Fn", Name: "fn", ARN: ARN + "fn", Runtime: "provided.al2023", Dir: dir,
		Timeout: 10 * time.Second, MemorySize: 128,
	}
}

// Start returns a Lambda of these functions, and what it logs. At the end of the
// test it is closed, which kills what still runs.
func Start(t testing.TB, functions ...*lambda.Function) (*lambda.Lambda, *Log) {
	return StartConfig(t, lambda.Config{}, functions...)
}

// StartConfig is Start with a configuration but for its Functions and its Output. A
// test that counts environments while one invocation comes after the other wants
// MaxEnvironments 1: on a busy machine a runtime may take so long from its answer
// to its next request that the next invocation would start another.
func StartConfig(t testing.TB, c lambda.Config, functions ...*lambda.Function) (*lambda.Lambda, *Log) {
	log := new(Log)
	c.Functions, c.Output = functions, log
	l := lambda.New(c)
	t.Cleanup(func() { l.Close(t.Context()) })
	return l, log
}

// Run invokes a function and returns what its caller gets, an answer or a function
// error; that it was not run fails the test. A request that names no function is
// for fn, one without an event has {}.
func Run(t testing.TB, l *lambda.Lambda, r lambda.Request) *lambda.Response {
	t.Helper()
	if r.Function == "" {
		r.Function = "fn"
	}
	if r.Event == nil {
		r.Event = []byte("{}")
	}
	response, err := l.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return response
}
