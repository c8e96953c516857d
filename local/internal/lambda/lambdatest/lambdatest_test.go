package lambdatest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func TestMain(m *testing.M) {
	lambdatest.Main(map[string]func(){
		"answer": func() { awslambda.Start(func() (int, error) { return 42, nil }) },
		"fail":   func() { awslambda.Start(func() (string, error) { return "mine", nil }) },
	})
	os.Exit(m.Run())
}

// A function runs the tests' own handler, and else the one that all have.
func TestHandlers(t *testing.T) {
	for handler, want := range map[string]string{
		"answer": "42", "echo": "{}", "fail": `"mine"`,
		"nope": `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 1"}`,
	} {
		l, log := lambdatest.Start(t, lambdatest.NewFunction(t, handler))
		if got := string(lambdatest.Run(t, l, lambda.Request{ID: "ID"}).Payload); got != want {
			t.Errorf("%s: got %s, want %s\n%s", handler, got, want, log)
		}
		if told := strings.Contains(log.String(), `no handler "nope"`); told != (handler == "nope") {
			t.Errorf("%s: got the log\n%s", handler, log)
		}
	}
}

func TestNamedFunction(t *testing.T) {
	l, log := lambdatest.Start(t, lambdatest.NewFunction(t, "answer"), lambdatest.NamedFunction(t, "Other", "echo"))
	for _, name := range []string{"Other", "other", lambdatest.ARN + "other"} {
		if got := string(lambdatest.Run(t, l, lambda.Request{Function: name, Event: []byte(`"e"`)}).Payload); got != `"e"` {
			t.Errorf("%s: got %s, want the event", name, got)
		}
	}
	if got := log.Count("Other START"); got != 3 {
		t.Errorf("got %d invocations in the log, want 3\n%s", got, log)
	}
}

func TestDeploy(t *testing.T) {
	f := lambdatest.Deploy(t, map[string]string{"a/b.txt": "한"})
	if got, err := os.ReadFile(filepath.Join(f.Dir, "a", "b.txt")); err != nil || string(got) != "한" {
		t.Errorf("got %q, %v, want the file", got, err)
	}
}

// A log can be waited for while it is written.
func TestWaitFor(t *testing.T) {
	var log lambdatest.Log
	go func() {
		for range 3 {
			_, _ = log.Write([]byte("line\n"))
		}
	}()
	log.WaitFor(t, "line", 3)
	if got := log.String(); got != "line\nline\nline\n" {
		t.Errorf("got %q", got)
	}
}

func TestNormalize(t *testing.T) {
	for log, want := range map[string]string{
		"START RequestId: a-1 Version: 1":                                   "START RequestId: ID Version: 1",
		"START RequestId: b-2 Version: 1":                                   "START RequestId: b-2 Version: 1",
		"[INFO]\t2026-11-22T12:04:02.123Z\ttold":                            "[INFO]\tTIME\ttold",
		"Duration: 54.26 ms\tMemory Size: 128 MB\tMax Memory Used: 44 MB\t": "Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: N MB\t",
	} {
		if got := lambdatest.Normalize(log, "a-1"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
