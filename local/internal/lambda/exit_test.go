package lambda_test

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	handlers["exit-status"] = func() { awslambda.Start(func(status int) { os.Exit(status) }) }
	handlers["trap"] = func() {
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		go func() {
			<-terminated
			_ = os.WriteFile(os.Getenv("MARKER"), nil, 0o644)
		}()
		awslambda.Start(func() (int, error) { return os.Getpid(), nil })
	}
}

// TestExitStatus (D.7) has the ways of a process to end: by a status, 127 among
// them which shells give for a command that is not there, or without a reason. The
// log ends with it.
func TestExitStatus(t *testing.T) {
	for event, want := range map[string]string{
		"0":   "Runtime exited without providing a reason",
		"1":   "Runtime exited with error: exit status 1",
		"127": "Runtime exited with error: exit status 127",
	} {
		l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "exit-status"))
		r := lambdatest.Run(t, l, lambda.Request{ID: "ID", Event: []byte(event), Tail: true})
		want = "RequestId: ID Error: " + want
		if log := "\tStatus: error\tError Type: Runtime.ExitError\n" + want + "\nRuntime.ExitError\n"; !strings.HasSuffix(string(r.Log), log) {
			t.Errorf("exit %s: got the log\n%s, want at its end, behind REPORT,%s", event, r.Log, log)
		}
		want = `{"errorType":"Runtime.ExitError","errorMessage":"` + want + `"}`
		if got := string(r.Payload); got != want || r.FunctionError != "Unhandled" {
			t.Errorf("exit %s: got %s %s, want Unhandled %s", event, r.FunctionError, got, want)
		}
	}
}

// TestNoStart (D.7) has what keeps a process from being started.
func TestNoStart(t *testing.T) {
	for _, test := range []struct {
		name, dir, want string
		command         []string
	}{
		{"no bootstrap", t.TempDir(), "Runtime.InvalidEntrypoint", nil},
		{"no interpreter", t.TempDir(), "Runtime.InvalidEntrypoint", []string{"/nowhere/python"}},
		{"no code", filepath.Join(t.TempDir(), "gone"), "Runtime.InvalidWorkingDir", []string{"/bin/sh"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := lambdatest.NewFunction(t, "echo")
			f.Dir, f.Command = test.dir, test.command
			l, log := lambdatest.Start(t, f)
			r := lambdatest.Run(t, l, lambda.Request{ID: "ID"})
			if r.ErrorType != test.want || !strings.HasPrefix(string(r.Payload), `{"errorType":"`+test.want+`","errorMessage":"RequestId: ID Error: `) {
				t.Errorf("got %s %s, want %s\n%s", r.ErrorType, r.Payload, test.want, log)
			}
			if !strings.HasSuffix(log.String(), "\nFn "+test.want+"\n") {
				t.Errorf("got the log\n%s, want it to end with %s", log, test.want)
			}
		})
	}
}

// TestShutdown (D.17): a runtime without extensions gets no SIGTERM and no time.
func TestShutdown(t *testing.T) {
	f := lambdatest.NewFunction(t, "trap")
	marker := filepath.Join(t.TempDir(), "terminated")
	f.Environment = map[string]string{"MARKER": marker}
	l, _ := lambdatest.Start(t, f)
	var pid int
	invoke(t, l, &pid)
	begin := time.Now()
	l.Close(t.Context())
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the shutdown took %s", took)
	}
	if exists(pid) {
		t.Errorf("process %d is still there", pid)
	}
	if _, err := os.Stat(marker); !os.IsNotExist(err) {
		t.Errorf("the runtime was told to end: %v", err)
	}
}
