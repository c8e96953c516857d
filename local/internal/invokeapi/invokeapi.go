// Package invokeapi is the HTTP face of Lambda, for the AWS CLI (--endpoint-url)
// and SDKs: Invoke, InvokeWithResponseStream, and what tells of functions without
// changing them.
//
// What defines it: the AWS Lambda API Reference, and what AWS was recorded to
// answer. Left out: every operation that makes, changes or deletes something, and
// InvokeAsync, which AWS has deprecated. Signatures are not looked at.
package invokeapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"

	"maru/local/internal/lambda"
	"maru/local/internal/requestid"
)

// Queue takes events that nobody waits for.
type Queue interface {
	// Enqueue returns when the event is kept where a crash of the host does not
	// reach it, with its request ID. The request has its ID and the function's
	// logical ID. The error is a *lambda.Error where the event is refused.
	Enqueue(ctx context.Context, r lambda.Request) (requestID string, err error)
}

// Config is what New needs.
type Config struct {
	Lambda *lambda.Lambda
	// Queue takes the invocations of type Event; nil refuses them with 501.
	Queue Queue
	// Functions are those that callers see, in the order of ListFunctions. Lambda may
	// have more for a while: some that were removed.
	Functions []*lambda.Function
	// RequestIDs makes those of invocations; nil for random ones.
	RequestIDs requestid.Source
	// Log gets what went wrong on the host's side; nil discards it.
	Log *slog.Logger
}

// seen refuses a function that callers do not see.
func (a *api) seen(t lambda.Target, err error) (lambda.Target, error) {
	if err != nil || slices.ContainsFunc(a.Functions, func(f *lambda.Function) bool { return f.LogicalID == t.Function.LogicalID }) {
		return t, err
	}
	arn := t.Function.ARN + ":" + cmp.Or(t.Qualifier, lambda.Latest)
	return lambda.Target{}, &lambda.Error{Kind: lambda.NotFound, Message: "Function not found: " + arn}
}

// api answers the operations.
type api struct{ Config }

// New returns the API. Its answers are those of the API Reference: an exception
// has its name in X-Amzn-ErrorType and its message in a JSON body.
//
//   - 200 an invocation, also one whose function failed: X-Amz-Function-Error
//     tells, and the payload is the error object; a streamed one tells in its last
//     event. 200 for what tells of functions, too
//   - 202 an invocation of type Event that is queued
//   - 204 a DryRun of a function that is there
//   - 400 InvalidRequestContentException for an event that is not JSON,
//     InvalidParameterValueException for a header or a tenant that is wrong,
//     ValidationException for a name or a qualifier that nothing can have
//   - 404 ResourceNotFoundException for a function or a qualifier that is not
//     there, and UnknownOperationException for another operation
//   - 413 RequestTooLargeException for an event over 6 MB, or 1 MB of type Event
//   - 429 TooManyRequestsException over the function's reserved concurrency
//   - 500 ServiceException for what went wrong on the host's side
//   - 501 for a function of a runtime that this host does not run, and for type
//     Event where there is no queue
//   - 502 ServiceException for a function that did not build, and while the host
//     stops
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &api{c}
	operations := []struct {
		pattern string
		handler http.HandlerFunc
	}{
		{"POST /2015-03-31/functions/{name}/invocations", a.invoke},
		{"POST /2021-11-15/functions/{name}/response-streaming-invocations", a.invokeWithResponseStream},
		{"GET /2015-03-31/functions", a.listFunctions},
		{"GET /2015-03-31/functions/{$}", a.listFunctions}, // older clients
		{"GET /2015-03-31/functions/{name}", a.getFunction},
		{"GET /2015-03-31/functions/{name}/configuration", a.getFunctionConfiguration},
	}
	mux := http.NewServeMux()
	for _, o := range operations {
		mux.HandleFunc(o.pattern, o.handler)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		known := ""
		for _, o := range operations {
			known += "; " + o.pattern
		}
		writeError(w, refused(unknownOperation, "%s %s is no operation of this endpoint, which knows: %s", r.Method, r.URL.Path, known[2:]))
	})
	return mux
}
