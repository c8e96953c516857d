package lambda_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/cgroup"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	handlers["leak-at-once"] = func() {
		for {
			leak(10)
		}
	}
	handlers["leak-in-child"] = func() {
		awslambda.Start(func() error { return childOf("leak-at-once").Run() })
	}
	handlers["wait"] = func() { time.Sleep(time.Hour) }
	handlers["daemon"] = func() {
		awslambda.Start(func() (int, error) {
			daemon := childOf("wait")
			daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			err := daemon.Start()
			return daemon.Process.Pid, err
		})
	}
}

// childOf is a process that runs a handler without being a runtime.
func childOf(handler string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "_HANDLER="+handler)
	return cmd
}

// divide divides the cgroup of this test.
func divide(t *testing.T) *cgroup.Tree {
	t.Helper()
	tree, err := cgroup.Open()
	if err != nil {
		t.Skipf("needs a cgroup of its own, which make cgroup gives it: %v", err)
	}
	t.Cleanup(func() {
		if err := tree.Close(); err != nil {
			t.Error(err)
		}
	})
	return tree
}

// groups returns the cgroups of environments that are there.
func groups(t *testing.T, tree *cgroup.Tree) []string {
	t.Helper()
	paths, err := filepath.Glob(tree.String() + "/maru-*")
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// logTo returns a log of what happens to environments.
func logTo(c *lambda.Config) *lambdatest.Log {
	b := new(lambdatest.Log)
	c.Log = slog.New(slog.NewTextHandler(b, nil))
	return b
}

const killedPayload = `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`

// pid is a member that differs from run to run.
var pid = regexp.MustCompile(`,"pid":\d+`)

// maxMemoryUsed is the figure of a REPORT line.
var maxMemoryUsed = regexp.MustCompile(`Max Memory Used: (\d+) MB`)

// The kernel kills a function that leaks each time it comes to its limit (D.7), and
// the next invocation has a new environment. The neighbour notices nothing.
func TestCgroupLimit(t *testing.T) {
	c := lambda.Config{Cgroup: divide(t)}
	happened := logTo(&c)
	l, log := lambdatest.StartConfig(t, c, lambdatest.NamedFunction(t, "Leaking", "leak"), lambdatest.NewFunction(t, "count"))
	var answers []string
	for n := range 12 { // three times 35 MB are under 128 MB
		r := lambdatest.Run(t, l, lambda.Request{ID: "ID", Function: "Leaking", Event: []byte("35")})
		answers = append(answers, pid.ReplaceAllString(string(r.Payload), ""))
		neighbour, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("{}")})
		if err != nil || !strings.Contains(string(neighbour), fmt.Sprintf(`"invocations":%d,`, n+1)) {
			t.Fatalf("the neighbour answered %s, %v in round %d", neighbour, err, n+1)
		}
		if got := groups(t, c.Cgroup); len(got) > 3 { // an environment each, and one that ends
			t.Errorf("got the cgroups %s", got)
		}
	}
	life := []string{`{"invocations":1}`, `{"invocations":2}`, `{"invocations":3}`, killedPayload}
	if want := slices.Concat(life, life, life); !slices.Equal(answers, want) {
		t.Errorf("got %s, want %s", answers, want)
	}
	if got := happened.Count("memory limit exceeded"); got != 3 {
		t.Errorf("got %d limits exceeded in the log, want 3\n%s", got, happened)
	}
	used := maxMemoryUsed.FindAllStringSubmatch(log.String(), -1)
	if len(used) != 24 || used[6][1] < "100" || len(used[6][1]) != 3 {
		t.Errorf("got figures %s of memory, want of the fourth one that is near 128 MB", used)
	}
}

// What the processes of a function have counts together, and the runtime ends with
// its child.
func TestCgroupLimitOfChild(t *testing.T) {
	c := lambda.Config{Cgroup: divide(t)}
	happened := logTo(&c)
	l, _ := lambdatest.StartConfig(t, c, lambdatest.NewFunction(t, "leak-in-child"))
	r := lambdatest.Run(t, l, lambda.Request{ID: "ID"})
	if string(r.Payload) != killedPayload || !strings.Contains(happened.String(), "memory limit exceeded") {
		t.Errorf("got %s, want %s\n%s", r.Payload, killedPayload, happened)
	}
}

// An environment over its limit in its init phase is killed there, and again when
// the phase is retried.
func TestCgroupLimitInInit(t *testing.T) {
	c := lambda.Config{Cgroup: divide(t)}
	happened := logTo(&c)
	l, _ := lambdatest.StartConfig(t, c, lambdatest.NewFunction(t, "leak-at-once"))
	r := lambdatest.Run(t, l, lambda.Request{ID: "ID"})
	if got := happened.Count("memory limit exceeded"); string(r.Payload) != killedPayload || got != 2 {
		t.Errorf("got %s and %d limits exceeded, want %s and 2\n%s", r.Payload, got, killedPayload, happened)
	}
}

// Nothing is left of an environment's cgroup and of those who were in it, even if
// they had left its process group.
func TestCgroupEnd(t *testing.T) {
	c := lambda.Config{Cgroup: divide(t)}
	l, _ := lambdatest.StartConfig(t, c, lambdatest.NewFunction(t, "daemon"))
	var daemon int
	invoke(t, l, &daemon)
	if got := groups(t, c.Cgroup); len(got) != 1 {
		t.Fatalf("got the cgroups %s, want one", got)
	}
	l.Close(context.Background())
	if got := groups(t, c.Cgroup); len(got) > 0 {
		t.Errorf("got the cgroups %s, want none", got)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", daemon))
	if err == nil && !strings.Contains(string(status), "State:\tZ") {
		t.Errorf("process %d is still there:\n%s", daemon, status)
	}
}

// Where no cgroup can be made, memory is measured.
func TestCgroupRefused(t *testing.T) {
	tree := divide(t)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	c := lambda.Config{Cgroup: tree}
	happened := logTo(&c)
	l, _ := lambdatest.StartConfig(t, c, lambdatest.NewFunction(t, "leak"))
	if r := lambdatest.Run(t, l, lambda.Request{ID: "ID", Event: []byte("200")}); string(r.Payload) != killedPayload {
		t.Errorf("got %s, want %s", r.Payload, killedPayload)
	}
	if got := happened.String(); !strings.Contains(got, "memory is measured") || !strings.Contains(got, "memory limit exceeded") {
		t.Errorf("got the log %s", got)
	}
}
