package lambda_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// The runtimes below do what no runtime should. Whatever they do costs their own
// invocation at most.

// wire is a connection to the Runtime API without an HTTP client.
type wire struct {
	net.Conn
	r *bufio.Reader
}

func dial() wire {
	c, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		panic(err)
	}
	return wire{c, bufio.NewReader(c)}
}

func (w wire) ask() { fmt.Fprint(w, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n") }

// answer sends the head of a response and the beginning of its body.
func (w wire) answer(id string, length int, begin string) {
	fmt.Fprintf(w, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", id, length, begin)
}

// read reads a response of the Runtime API.
func (w wire) read() (status int, id string) {
	response, err := http.ReadResponse(w.r, nil)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header.Get("Lambda-Runtime-Aws-Request-Id")
}

// escape starts a shell that leaves the process group of the environment.
func escape(script string, files ...*os.File) {
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stdout, os.Stderr, files
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

func init() {
	handlers["ask-and-exit"] = func() {
		dial().ask()
		os.Exit(0)
	}
	handlers["half-an-answer"] = func() {
		_, id := next()
		w := dial()
		w.answer(id, 100, `{"a":`)
		w.Close()
		for { // goes on as if nothing had been
			_, id := next()
			call("POST", "/runtime/invocation/"+id+"/response", `"whole"`)
		}
	}
	handlers["ask-while-answering"] = func() {
		a, b := dial(), dial()
		a.ask()
		_, id := a.read()
		fmt.Fprintf(a, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n", id)
		a.read() // "100 Continue": the Runtime API reads the answer
		b.ask()
		if status, _ := b.read(); status != 403 {
			panic(status)
		}
		fmt.Fprint(a, `"fi`)
		fmt.Fprint(a, `rst"`)
		a.read()
		for {
			_, id := next()
			call("POST", "/runtime/invocation/"+id+"/response", `"next"`)
		}
	}
	handlers["answer-amiss-and-exit"] = func() { // the second time; it never reads what that came to
		_, id := next()
		call("POST", "/runtime/invocation/"+id+"/response", "1")
		w := dial()
		w.ask()
		w.read()
		fmt.Println("seen")
		w.answer("no-such-id", 1, "1")
		awaitInput(w.Conn)
		os.Exit(3)
	}
	handlers["deaf"] = func() { // asks, and never reads the event
		dial().ask()
		select {}
	}
	handlers["escaped-socket"] = func() {
		w := dial()
		w.ask()
		w.read()
		socket, _ := w.Conn.(*net.TCPConn).File()
		escape("exec sleep 20", socket)
		os.Exit(3)
	}
	handlers["escaped-flood"] = func() {
		escape("for i in $(seq 100000); do echo y; done; exec sleep 20")
		_, id := next()
		call("POST", "/runtime/invocation/"+id+"/response", "1")
		next()
	}
	handlers["ask-anew"] = func() { // gives up its pending request once, and asks again
		w := dial()
		w.ask()
		w.Close()
		for {
			_, id := next()
			call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprint(os.Getpid()))
			w := dial()
			w.ask()
			w.Close()
		}
	}
	handlers["linger"] = func() { // is busy between its answer and its next request
		_, id := next()
		call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprint(os.Getpid()))
		passGate()
		_, id = next()
		call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprint(os.Getpid()))
		next()
	}
}

// failure returns the type of error that an invocation fails with.
func failure(t *testing.T, l *lambda.Lambda, event string) string {
	t.Helper()
	r := lambdatest.Run(t, l, lambda.Request{Event: []byte(event)})
	if r.FunctionError == "" {
		t.Errorf("got %s, want a function error", r.Payload)
	}
	return r.ErrorType
}

func TestMisbehaviour(t *testing.T) {
	for _, test := range []struct{ handler, want, then string }{
		{"ask-and-exit", "Runtime.ExitError", ""},
		{"half-an-answer", "Runtime.TruncatedResponse", `"whole"`},
		{"deaf", "Sandbox.Timedout", ""},
		{"escaped-socket", "Runtime.ExitError", ""},
	} {
		t.Run(test.handler, func(t *testing.T) {
			t.Parallel()
			f := lambdatest.NewFunction(t, test.handler)
			f.Timeout = 2 * time.Second
			l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f)
			event := `"` + strings.Repeat("x", 5<<20) + `"` // more than sockets hold
			if got := failure(t, l, event); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if test.then == "" {
				return
			}
			if got, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")}); err != nil || string(got) != test.then {
				t.Errorf("then: got %s, %v; want %s", got, err, test.then)
			}
		})
	}
}

// An event that a runtime has read is given to no other, however the runtime ends.
func TestEventIsGivenOnce(t *testing.T) {
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "answer-amiss-and-exit"))
	run(t, l, "fn")
	if got := failure(t, l, "{}"); got != "Runtime.ExitError" {
		t.Errorf("got %s, want Runtime.ExitError", got)
	}
	if got := log.Count("INIT_START"); got != 1 {
		t.Errorf("got %d environments, want 1\n%s", got, log)
	}
}

func TestManyRuntimesThatAskAndExit(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "ask-and-exit"))
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			var failed *lambda.FunctionError
			if _, err := l.Invoke(context.Background(), lambda.Request{Function: "fn", Event: []byte("{}")}); !errors.As(err, &failed) {
				t.Errorf("got %v, want a function error", err)
			}
		})
	}
	all.Wait()
}

// Each invocation gets its own answer, whatever the runtime asks in between.
func TestAskWhileAnswering(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "ask-while-answering"))
	for _, want := range []string{`"first"`, `"next"`, `"next"`} {
		if got, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")}); err != nil || string(got) != want {
			t.Fatalf("got %s, %v; want %s", got, err, want)
		}
	}
}

// What a child prints that escaped the environment delays neither the answer
// nor the end of the host by more than a moment.
func TestEscapedFlood(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "escaped-flood"))
	run(t, l, "fn")
	begin := time.Now()
	l.Close(t.Context())
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("Close took %s", took)
	}
}

// A runtime that asks on a new connection keeps its environment.
func TestAskAnew(t *testing.T) {
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "ask-anew"))
	for range 5 {
		run(t, l, "fn")
	}
	if got := log.Count("INIT_START"); got != 1 {
		t.Errorf("got %d environments, want 1", got)
	}
}

// An environment that has answered is busy until it asks for another event.
func TestLinger(t *testing.T) {
	f, open := gate(t)
	f.Handler = "linger"
	l, log := lambdatest.Start(t, f)
	run(t, l, "fn")
	run(t, l, "fn")
	if got := log.Count("INIT_START"); got != 2 {
		t.Errorf("got %d environments while the first was busy, want 2", got)
	}
	open()
}

// Those in line are served in the order in which they came, however busy the
// function before them is.
func TestWaitingLineIsFair(t *testing.T) {
	other := lambdatest.NamedFunction(t, "Other", "echo")
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 2}, lambdatest.NewFunction(t, "echo"), other)
	stop := make(chan struct{})
	var busy sync.WaitGroup
	for range 5 {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					run(t, l, "fn")
				}
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 5 {
		if _, err := l.Invoke(ctx, lambda.Request{Function: "other", Event: []byte("{}")}); err != nil {
			t.Errorf("got %v, want its turn", err)
		}
	}
	close(stop)
	busy.Wait()
}

// A web page must not read events from the Runtime API.
func TestRuntimeAPIRefusesBrowsers(t *testing.T) {
	for _, field := range []string{"Host: evil.example", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site"} {
		f := lambdatest.NewFunction(t, "browser")
		f.Environment = map[string]string{"FIELD": field}
		l, _ := lambdatest.Start(t, f)
		got, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
		if err != nil || string(got) != "403" {
			t.Errorf("%s: got %s, %v; want 403", field, got, err)
		}
	}
}

func init() {
	handlers["browser"] = func() {
		w := dial()
		fmt.Fprintf(w, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n%s\r\n\r\n", os.Getenv("FIELD"))
		status, _ := w.read()
		_, id := next()
		call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprint(status))
		next()
	}
}

// A function cannot pass its own error for the platform's timeout.
func TestForgedTimeout(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "forged-timeout"))
	_, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
	var failed *lambda.FunctionError
	if !errors.As(err, &failed) || failed.Type != "Sandbox.Timedout" || failed.TimedOut {
		t.Errorf("got %v, want the function's own error", err)
	}
}

func init() {
	handlers["forged-timeout"] = func() {
		_, id := next()
		call("POST", "/runtime/invocation/"+id+"/error", `{"errorType":"Sandbox.Timedout","errorMessage":"x"}`)
		next()
	}
}

// Under load, a killed environment costs the invocation that ran in it and no
// other, and leaves nothing behind.
func TestRandomKills(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 4}, lambdatest.NewFunction(t, "count"))
	var pids sync.Map
	var all sync.WaitGroup
	var kills, failures int
	stop := make(chan struct{})
	all.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				pids.Range(func(pid, _ any) bool {
					pids.Delete(pid)
					if kill(pid.(int)) == nil {
						kills++
					}
					return false
				})
			}
		}
	})
	var mu sync.Mutex
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 150 {
				failed := invokeOnce(t, l, &pids)
				mu.Lock()
				failures += failed
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	close(stop)
	all.Wait()
	if kills == 0 || failures > kills {
		t.Errorf("%d environments were killed and %d invocations failed", kills, failures)
	}
}

// invokeOnce returns 1 if the environment died, notes its process otherwise.
func invokeOnce(t *testing.T, l *lambda.Lambda, pids *sync.Map) int {
	payload, err := l.Invoke(context.Background(), lambda.Request{Function: "fn", Event: []byte("{}")})
	var failed *lambda.FunctionError
	if errors.As(err, &failed) && failed.Type == "Runtime.ExitError" {
		return 1
	}
	var calls, pid int
	if _, scanErr := fmt.Sscanf(string(payload), `{"invocations":%d,"pid":%d}`, &calls, &pid); err != nil || scanErr != nil {
		t.Errorf("got %s, %v, %v", payload, err, scanErr)
	} else {
		pids.Store(pid, true)
	}
	return 0
}
