package lambda

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"testing"
	"time"

	"maru/local/internal/lambda/http1"
)

// TestInitErrorAnswer (D.2) asks the Runtime API itself: an environment that has
// reported an init error ends before it could tell what it was answered.
func TestInitErrorAnswer(t *testing.T) {
	runtime, host := net.Pipe()
	defer runtime.Close()
	go func() {
		defer host.Close()
		c, api := http1.NewConn(host), runtimeAPI{state: stateStarted}
		for r, err := c.ReadRequest(); err == nil; r, err = c.ReadRequest() {
			_, _ = api.take(c, r)
		}
	}()
	answers := bufio.NewReader(runtime)
	for _, want := range []string{
		"202 {\"status\":\"OK\"}\n",
		`403 {"errorType":"InvalidStateTransition","errorMessage":"State transition from InitError to InitError failed for runtime. Error: State transition is not allowed"}`,
	} {
		if _, err := io.WriteString(runtime, "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if got := fmt.Sprint(response.StatusCode, " ", string(body)); err != nil || got != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

// TestInitTimeout (D.14): an init phase has a limit, which is 10 seconds where
// nobody has asked for less.
func TestInitTimeout(t *testing.T) {
	var log bytes.Buffer
	f := &Function{
		LogicalID: "Fn", Name: "fn", Runtime: "provided.al2023", Dir: t.TempDir(),
		Command: []string{"/bin/sh", "-c", "exec sleep 60"}, Timeout: time.Second, MemorySize: 128,
	}
	l := New(Config{Functions: []*Function{f}, Output: &log})
	defer l.Close(t.Context())
	i, err := l.invocation(&Request{Function: "fn"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.acquire(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	e, failed := l.init(i, initPhase{"init", 50 * time.Millisecond})
	l.pool.discard(f, e)
	if failed == nil || !failed.timedOut {
		t.Errorf("got %+v, want a timeout", failed)
	}
	if report := regexp.MustCompile(`(?m)^Fn INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout$`); !report.Match(log.Bytes()) {
		t.Errorf("got the log\n%s", &log)
	}
}
