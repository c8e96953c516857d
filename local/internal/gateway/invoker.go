package gateway

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"maru/local/internal/gateway/internal/answer"
)

// Invocation is what an Invoker is asked for.
type Invocation struct {
	// Function is the logical ID of the function, with a version or an alias
	// behind a colon where that is meant: "Hello:live".
	Function string
	// ID is the request ID that the function is to have; empty for any.
	ID string
	// TraceID is the request's X-Amzn-Trace-Id.
	TraceID string
	// Event is the payload. It is not retained after Invoke has returned.
	Event []byte
	// Tail asks for Result.Log.
	Tail bool
	// Begin, where it is not nil, takes the response while the function writes
	// it. It is called at most once, when the response begins, with its
	// Content-Type and the time at which the function's own time is up; the
	// writer it returns gets each chunk as it comes and has sent it on when Write
	// returns. After a write error the rest is dropped, and the function runs to
	// its end, as in AWS. A function that does not stream is one chunk.
	Begin func(contentType string, deadline time.Time) io.Writer
}

// Invoker runs functions.
type Invoker interface {
	// Invoke runs a function and returns what it came to. Invoke returns once ctx
	// is done; whether the function runs on is the Invoker's business.
	//
	// An error that is, or wraps, an *InvokeError says why there is no payload; any
	// other is taken for a function error. An error after Begin was called broke off
	// the response. The Result beside an error has what is known all the same.
	Invoke(ctx context.Context, i Invocation) (Result, error)
}

// Result is what an invocation came to.
type Result struct {
	// Payload is the function's response, which from then on is the caller's; nil
	// where Begin took it.
	Payload []byte
	// RequestID is the invocation's; empty where there was none.
	RequestID string
	// Report has the figures of the environment; all zero where none ran.
	Report Report
	// Log is the end of the invocation's log; nil unless Tail asked for it.
	Log []byte
}

// Report is what an environment says of an invocation in its REPORT line.
type Report struct {
	// Duration is that of the invocation.
	Duration time.Duration
	// InitDuration is that of the init phase which the invocation waited for; zero
	// in an environment that was there.
	InitDuration time.Duration
	// MaxMemoryUsed is in bytes.
	MaxMemoryUsed int64
}

// InvokeError is the error of an Invoker that says why there is no result.
type InvokeError struct {
	Kind ErrorKind // the zero value is as FunctionError
	// Message is the errorMessage of a function error, by which authorizers refuse
	// callers; empty for none.
	Message string
	Err     error // what went wrong; never nil
}

// Error says what Err says.
func (e *InvokeError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *InvokeError) Unwrap() error { return e.Err }

// ErrorMessage returns Message.
func (e *InvokeError) ErrorMessage() string { return e.Message }

// ErrorKind is why an Invoker has no result. What a caller sees of it is for the
// kind of API to say; since each kind of error is a cause, it cannot be without
// answers.
type ErrorKind answer.Cause

// FunctionError: the function ran and failed, or there is none of that name.
// FunctionTimeout: it ran out of time. FunctionThrottled: it has no concurrency
// left. FunctionUnavailable: it cannot be started, for example because it does not
// compile. FunctionUnsupported: it is of a kind that is not run at all.
// EventTooLarge: the event is longer than the Invoker takes.
const (
	FunctionError       = ErrorKind(answer.FunctionError)
	FunctionTimeout     = ErrorKind(answer.FunctionTimeout)
	FunctionThrottled   = ErrorKind(answer.FunctionThrottled)
	FunctionUnavailable = ErrorKind(answer.FunctionUnavailable)
	FunctionUnsupported = ErrorKind(answer.FunctionUnsupported)
	EventTooLarge       = ErrorKind(answer.EventTooLarge)
)

// refusalOf tells the errors of an Invoker apart, from one another and from the end
// of the integration's timeout, which is that of ctx; nil for none.
func refusalOf(ctx context.Context, err error) *answer.Refusal {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return answer.For(answer.IntegrationTimeout)
	}
	return answer.Because(causeOf(err), err)
}

func causeOf(err error) answer.Cause {
	var failed *InvokeError
	if errors.As(err, &failed) {
		return cmp.Or(answer.Cause(failed.Kind), answer.FunctionError)
	}
	return answer.FunctionError
}
