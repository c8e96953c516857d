package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"maru/local/internal/lambda/internal/runtimeapi"
)

// Request is one call of Invoke.
type Request struct {
	// ID is the request ID; empty for a new one. The attempts of an asynchronous
	// invocation have the same.
	ID string
	// Function is a name, a logical ID or an ARN, each with a qualifier or without.
	Function string
	// Qualifier is a version or an alias; empty for the one in Function, or for
	// $LATEST.
	Qualifier string
	// Event is the payload, JSON. It is not retained.
	Event []byte
	// TraceID is an X-Amzn-Trace-Id header; empty for none.
	TraceID string
	// ClientContext is JSON that SDKs pass along; empty for none.
	ClientContext string
	// TenantID says whose environments may run a function that isolates tenants;
	// empty for none.
	TenantID string
	// Tail asks for Response.Log.
	Tail bool
	// Begin, where it is not nil, makes the invocation a streamed one: the
	// response does not come in Response.Payload but goes out while the function
	// writes it. Begin is called at most once, when the response begins, with its
	// Content-Type and the time at which the function's own time is up, and before
	// Run returns; so is the writer that it returns. The writer gets each chunk as
	// it comes and must have sent it on when Write returns. It should not wait
	// past the deadline. After an error of it the rest is dropped, and the function
	// runs to its end, as in AWS.
	Begin func(contentType string, deadline time.Time) io.Writer
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
	// ExecutedVersion is "$LATEST", or the version that the qualifier stands for.
	ExecutedVersion string
	// Log is the end of the invocation's log, 4 KiB at most; nil unless
	// Request.Tail asked for it.
	Log []byte
	// Usage is what the invocation took.
	Usage Usage
}

// Usage is what an invocation took, as its REPORT line has it.
type Usage struct {
	Duration time.Duration
	// InitDuration is that of the init phase which the invocation waited for; zero
	// where the environment was warm.
	InitDuration time.Duration
	// PeakMemory is in bytes; zero where it is not known.
	PeakMemory int64
}

// Err gives the *FunctionError of a function that failed, nil for one that did not.
// function is the name that it was called by.
func (r *Response) Err(function string) error {
	if r.FunctionError == "" {
		return nil
	}
	return &FunctionError{
		Function: function, RequestID: r.RequestID, Type: r.ErrorType, TimedOut: r.TimedOut, Payload: r.Payload,
	}
}

// FunctionError is an invocation whose function failed.
type FunctionError struct {
	Function, RequestID string
	// Type is the error object's errorType, where the host knows it.
	Type string
	// TimedOut tells that the function ran past its timeout.
	TimedOut bool
	// Payload is the error object.
	Payload []byte
}

// ErrorMessage returns the errorMessage that the function reported; empty for
// none. Lambda authorizers say "Unauthorized" with it.
func (e *FunctionError) ErrorMessage() string { return errorMessageOf(e.Payload) }

// errorMessageOf reads errorMessage from an error object; what is none has none.
func errorMessageOf(payload []byte) string {
	var object struct {
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(payload, &object)
	return object.ErrorMessage
}

// Error names the function, the invocation and the type of error.
func (e *FunctionError) Error() string {
	return fmt.Sprintf("function %s failed: request %s: %s", e.Function, e.RequestID, e.Type)
}

// Types of error that the platform itself reports, in errorType.
const (
	errorTimedOut   = "Sandbox.Timedout"
	errorExited     = "Runtime.ExitError"
	errorEntrypoint = "Runtime.InvalidEntrypoint"
	errorWorkingDir = "Runtime.InvalidWorkingDir"
)

// platformTypes are the types of error that the platform names in its own lines.
var platformTypes = regexp.MustCompile(`^(Runtime|Function)\.[A-Z][a-zA-Z]+$`)

// platformType is what the platform calls a type of error that a runtime reported
// in whatever words (package fatalerror of AWS's emulator). Nothing else of a
// runtime's may stand in a line of the platform.
func platformType(errorType string) string {
	switch {
	case platformTypes.MatchString(errorType):
		return errorType
	case strings.HasPrefix(errorType, "Function."):
		return "Function.Unknown"
	}
	return "Runtime.Unknown"
}

// invocation is one invocation under way.
type invocation struct {
	Target
	f       *Function
	id      string
	request *Request
	stream  *runtimeapi.Stream // nil where the response is wanted as a whole
	tail    *tail              // nil where nobody asked for it
	started bool               // the log has its START
	sent    time.Time          // when the event was handed over; zero before
	usage   Usage              // once it has ended
}

// invocation returns a new one. The error is an *Error.
func (l *Lambda) invocation(r *Request) (*invocation, error) {
	t, err := l.Resolve(*r)
	if err == nil && len(r.Event) > MaxEvent {
		err = ErrEventTooLarge
	}
	if err != nil {
		return nil, err
	}
	i := &invocation{Target: t, f: t.Function, id: r.ID, request: r}
	if i.id == "" {
		i.id = l.ids.New()
	}
	if r.Tail {
		i.tail = new(tail)
	}
	if r.Begin != nil {
		i.stream = &runtimeapi.Stream{Begin: r.Begin}
	}
	return i, nil
}

// variant says which of the function's environments may run it.
func (i *invocation) variant() variant {
	return variant{version: i.Version, tenant: i.request.TenantID}
}

// invokedARN is the function's ARN with the qualifier that the caller gave, where
// it gave one.
func (i *invocation) invokedARN() string {
	if i.Qualifier == "" {
		return i.f.ARN
	}
	return i.f.ARN + ":" + i.Qualifier
}

// mayOutlast reports whether the function may run on when ctx is done already.
func (i *invocation) mayOutlast(ctx context.Context) bool {
	patience, ok := ctx.Deadline()
	return ok && patience.Before(time.Now().Add(i.f.Timeout))
}

// deadline is when the function's timeout ends, which begins with the event.
func (i *invocation) deadline() time.Time { return i.sent.Add(i.f.Timeout) }

// event is what the runtime is told of an invocation that has been sent.
func (i *invocation) event() *runtimeapi.Invocation {
	return &runtimeapi.Invocation{
		ID: i.id, FunctionARN: i.invokedARN(), TraceID: i.request.TraceID, ClientContext: i.request.ClientContext,
		TenantID: i.request.TenantID, Event: i.request.Event, Deadline: i.deadline(), Stream: i.stream,
	}
}

// outcome is how an invocation, or an init phase, ended: in the words of the
// runtime, or of the platform.
type outcome struct {
	runtimeapi.Outcome
	timedOut bool // by the platform, not in the words of a function
	// outOfMemory tells that it was killed for its memory. Its caller gets an exit.
	outOfMemory bool
	message     string // what the log says behind REPORT; empty for most
}

// failedBy is the outcome of what the platform ended.
func failedBy(errorType string) outcome {
	return outcome{Outcome: runtimeapi.Outcome{Failed: true, ErrorType: errorType}}
}

// response turns the runtime's outcome into what the caller gets.
func (i *invocation) response(o outcome) *Response {
	r := &Response{
		RequestID: i.id, Payload: o.Payload, ExecutedVersion: i.Version, TimedOut: o.timedOut,
		Log: i.tail.bytes(), Usage: i.usage,
	}
	if o.Failed {
		r.FunctionError, r.ErrorType = "Unhandled", o.ErrorType
	}
	return r
}

// produced is how many bytes the function has answered with; nil for a stream, which
// is not counted.
func (i *invocation) produced(o outcome) *int {
	switch {
	case i.stream != nil:
		return nil
	case o.RequestID == "": // the payload is the platform's
		return new(int)
	}
	return new(len(o.Payload))
}

// platformError is the outcome of an invocation that the platform ended. Its
// message begins with the request's ID, as AWS's does.
func (i *invocation) platformError(errorType, format string, args ...any) outcome {
	message := fmt.Sprintf("RequestId: %s Error: %s", i.id, fmt.Sprintf(format, args...))
	o := failedBy(errorType)
	o.message, o.Payload = message, runtimeapi.ErrorObject(errorType, message)
	return o
}

func (i *invocation) exited(text string) outcome { return i.platformError(errorExited, "%s", text) }
