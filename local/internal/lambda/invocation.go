package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Request is one call of Invoke.
type Request struct {
	// Function is a name, a logical ID or an ARN.
	Function string
	// Event is the payload, JSON. It is not retained.
	Event []byte
	// TraceID is an X-Amzn-Trace-Id header; empty for none.
	TraceID string
	// ClientContext is JSON that SDKs pass along; empty for none.
	ClientContext string
}

// Response is what the caller of an invocation gets.
type Response struct {
	RequestID string
	// Payload is what the function answered, or an error object with
	// errorMessage and errorType where FunctionError is set.
	Payload []byte
	// FunctionError is "Unhandled" where the function failed, else empty.
	FunctionError string
	// ErrorType is the error object's errorType, where the host knows it.
	ErrorType string
	// TimedOut tells that the function ran past its timeout.
	TimedOut bool
	// ExecutedVersion is "$LATEST".
	ExecutedVersion string
}

// Error is a refused invocation: the function was not run. Its fields are those
// of the Invoke API's error responses.
type Error struct {
	// Type is the exception: "ResourceNotFoundException".
	Type string
	// Status is the HTTP status of the Invoke API's answer.
	Status  int
	Message string
	// Reason is TooManyRequestsException's; empty for other types.
	Reason string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Throttled reports whether the function had no concurrency left.
func (e *Error) Throttled() bool { return e.Status == http.StatusTooManyRequests }

// ErrUnsupported is wrapped by Function.Unavailable where no build would help:
// this host does not run such functions.
var ErrUnsupported = errors.New("this host does not run it")

// Unsupported reports whether the function is of a kind that this host does not
// run.
func (e *Error) Unsupported() bool { return e.Status == http.StatusNotImplemented }

// Unavailable reports whether the function exists but cannot run at all, such as
// one that did not build, or one of a host that is shutting down.
func (e *Error) Unavailable() bool { return e.Status == http.StatusBadGateway }

// FunctionError is an invocation whose function failed.
type FunctionError struct {
	Function, RequestID string
	// Type is the error object's errorType, where the host knows it.
	Type string

	payload  []byte
	timedOut bool
}

// ErrorMessage returns the errorMessage that the function reported; empty for
// none. Lambda authorizers say "Unauthorized" with it.
func (e *FunctionError) ErrorMessage() string {
	var object struct {
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(e.payload, &object) // what is no error object has no message
	return object.ErrorMessage
}

// Error names the function, the invocation and the type of error.
func (e *FunctionError) Error() string {
	return fmt.Sprintf("function %s failed: request %s: %s", e.Function, e.RequestID, e.Type)
}

// Timeout reports whether the function ran past its timeout.
func (e *FunctionError) Timeout() bool { return e.timedOut }

// Types of error that the platform itself reports, in errorType.
const (
	errorTimedOut   = "Sandbox.Timedout"
	errorExited     = "Runtime.ExitError"
	errorEntrypoint = "Runtime.InvalidEntrypoint"
	errorTooLarge   = "Function.ResponseSizeTooLarge"
)

// The longest synchronous payloads in bytes: 6 MiB of event, and as much and 100
// bytes of response (Lambda quotas, "Invocation payload"; both figures as AWS's
// error messages have them).
const (
	maxEvent   = 6 << 20
	maxPayload = maxEvent + 100
)

func notFound(name string, functions []*Function) error {
	arn := name
	if len(functions) > 0 && !strings.HasPrefix(name, "arn:") {
		arn = strings.TrimSuffix(functions[0].ARN, functions[0].Name) + name
	}
	if strings.Count(arn, ":") < 7 {
		arn += ":" + latest
	}
	return &Error{Type: "ResourceNotFoundException", Status: http.StatusNotFound, Message: "Function not found: " + arn}
}

// errShutdown refuses whoever comes after Close.
var errShutdown = &Error{
	Type: "ServiceException", Status: http.StatusBadGateway, Message: "the host is shutting down",
}

func throttled() error {
	return &Error{
		Type: "TooManyRequestsException", Status: http.StatusTooManyRequests,
		Message: "Rate Exceeded.", Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
	}
}

func unavailable(f *Function, why error) error {
	e := &Error{
		Type: "ServiceException", Status: http.StatusBadGateway,
		Message: fmt.Sprintf("function %s cannot run: %v", f.LogicalID, why),
	}
	if errors.Is(why, ErrUnsupported) {
		e.Status = http.StatusNotImplemented
	}
	return e
}

// invocation is one invocation under way.
type invocation struct {
	f       *Function
	id      string
	request *Request
	sent    time.Time // when the event was handed over; zero before
}

// deadline is when the function's timeout ends, which begins with the event.
func (i *invocation) deadline() time.Time { return i.sent.Add(i.f.Timeout) }

// response turns the runtime's outcome into what the caller gets.
func (i *invocation) response(o outcome) *Response {
	r := &Response{RequestID: i.id, Payload: o.payload, ExecutedVersion: latest, TimedOut: o.timedOut}
	if o.failed {
		r.FunctionError, r.ErrorType = "Unhandled", o.errorType
	}
	return r
}

// platformError is the outcome of an invocation that the platform ended. Its
// message begins with the request's ID, as AWS's does.
func (i *invocation) platformError(errorType, format string, args ...any) outcome {
	message := fmt.Sprintf("RequestId: %s Error: %s", i.id, fmt.Sprintf(format, args...))
	return outcome{failed: true, errorType: errorType, payload: errorObject(errorType, message)}
}

func (i *invocation) exited(text string) outcome { return i.platformError(errorExited, "%s", text) }
