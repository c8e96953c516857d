// Package runtimetest runs a function's main as Lambda does: as a process that
// asks the Runtime API for its next invocation
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). The process
// is the test binary itself. It serves one invocation per process and has none
// of Lambda's limits; those are the local host's to test.
package runtimetest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// addressVariable tells a function where its Runtime API is.
const addressVariable = "AWS_LAMBDA_RUNTIME_API"

// Main is what TestMain calls: it runs main where this process is the function,
// and the tests where it is not.
func Main(m *testing.M, main func()) {
	if os.Getenv(addressVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Request returns the event of a request to an HTTP API, payload 2.0. Its host
// is shop.example; a body is sent as JSON.
func Request(method, path, body string) events.APIGatewayV2HTTPRequest {
	event := events.APIGatewayV2HTTPRequest{
		Version:  "2.0",
		RouteKey: "$default",
		RawPath:  path,
		Headers:  map[string]string{"host": "shop.example"},
		Body:     body,
	}
	event.RequestContext.DomainName = "shop.example"
	event.RequestContext.HTTP.Method = method
	event.RequestContext.HTTP.Path = path
	event.RequestContext.HTTP.Protocol = "HTTP/1.1"
	if body != "" {
		event.Headers["content-type"] = "application/json"
	}
	return event
}

// Invoke starts the function with these environment variables, NAME=value, and
// nothing else in its environment, and returns its response to the event. The
// test fails if the function ends, or reports an error, instead of responding.
func Invoke(t *testing.T, event events.APIGatewayV2HTTPRequest, env ...string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	api := newRuntimeAPI(payload)
	server := httptest.NewServer(api)
	defer server.Close()
	function := exec.Command(os.Args[0])
	function.Env = append(env, addressVariable+"="+strings.TrimPrefix(server.URL, "http://"))
	function.Stderr = t.Output()
	if err := function.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- function.Wait() }()
	select {
	case response := <-api.responses:
		function.Process.Kill()
		<-ended
		return response
	case failure := <-api.failures:
		function.Process.Kill()
		<-ended
		t.Fatalf("got function error %s, want a response", failure)
	case err := <-ended:
		t.Fatalf("function ended (%v), want a response", err)
	}
	panic("unreachable")
}

// runtimeAPI is the Runtime API of one execution environment and one invocation.
type runtimeAPI struct {
	*http.ServeMux
	responses chan events.APIGatewayV2HTTPResponse
	failures  chan json.RawMessage
}

func newRuntimeAPI(event []byte) *runtimeAPI {
	api := &runtimeAPI{
		ServeMux:  http.NewServeMux(),
		responses: make(chan events.APIGatewayV2HTTPResponse, 1),
		failures:  make(chan json.RawMessage, 1),
	}
	next := make(chan []byte, 1)
	next <- event
	const prefix = "/2018-06-01/runtime/"
	api.HandleFunc("GET "+prefix+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case event := <-next:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000") // The year 2100.
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:test")
			w.Write(event)
		case <-r.Context().Done(): // No further invocation comes; the process is killed here.
		}
	})
	api.HandleFunc("POST "+prefix+"invocation/{id}/response", receive(api.responses))
	api.HandleFunc("POST "+prefix+"invocation/{id}/error", receive(api.failures))
	api.HandleFunc("POST "+prefix+"init/error", receive(api.failures))
	return api
}

// receive accepts what the function posts and hands the first of it to values.
func receive[T any](values chan<- T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var value T
		if err := json.NewDecoder(r.Body).Decode(&value); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case values <- value:
		default:
		}
		w.WriteHeader(http.StatusAccepted)
	}
}
