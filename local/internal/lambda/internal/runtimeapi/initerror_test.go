package runtimeapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"maru/local/internal/lambda/internal/http1"
)

// TestInitErrorAnswer (D.2) asks the Runtime API itself: an environment that has
// reported an init error ends before it could tell what it was answered.
func TestInitErrorAnswer(t *testing.T) {
	runtime, host := net.Pipe()
	defer runtime.Close()
	go func() {
		defer host.Close()
		c, api := http1.NewConn(host), api{state: stateStarted}
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
