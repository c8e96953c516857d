package host

import (
	"context"
	"errors"

	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
)

// invoker is Lambda as the gateway calls it.
type invoker struct{ lambda *lambda.Lambda }

// Invoke implements gateway.Invoker.
func (v invoker) Invoke(ctx context.Context, i gateway.Invocation) (gateway.Result, error) {
	response, err := v.lambda.Run(ctx, lambda.Request{
		Function: i.Function, ID: i.ID, TraceID: i.TraceID, Event: i.Event, Tail: i.Tail, Begin: i.Begin,
	})
	if err == nil {
		err = response.Err(i.Function)
	}
	return result(response), invokeError(err)
}

// result is what the gateway gets of a response, nil for none: of a function that
// failed all but the payload.
func result(r *lambda.Response) gateway.Result {
	if r == nil {
		return gateway.Result{}
	}
	result := gateway.Result{
		RequestID: r.RequestID, Log: r.Log,
		Report: gateway.Report{
			Duration: r.Usage.Duration, InitDuration: r.Usage.InitDuration, MaxMemoryUsed: r.Usage.PeakMemory,
		},
	}
	if r.FunctionError == "" {
		result.Payload = r.Payload
	}
	return result
}

// refusals are Lambda's refusals as the gateway knows them. To an API, a function
// that is not there is one that fails.
var refusals = [...]gateway.ErrorKind{
	lambda.ServiceError:     gateway.FunctionError,
	lambda.InvalidParameter: gateway.FunctionError,
	lambda.NotFound:         gateway.FunctionError,
	lambda.EventTooLarge:    gateway.EventTooLarge,
	lambda.Throttled:        gateway.FunctionThrottled,
	lambda.Unsupported:      gateway.FunctionUnsupported,
	lambda.Unavailable:      gateway.FunctionUnavailable,
}

// failures are errors of functions, by whether they ran out of time.
var failures = map[bool]gateway.ErrorKind{false: gateway.FunctionError, true: gateway.FunctionTimeout}

// invokeError puts Lambda's errors into the gateway's words. What is left as it is
// comes of the gateway's own context.
func invokeError(err error) error {
	var refused *lambda.Error
	var failed *lambda.FunctionError
	switch {
	case errors.As(err, &refused):
		return &gateway.InvokeError{Kind: refusals[refused.Kind], Err: err}
	case errors.As(err, &failed):
		return &gateway.InvokeError{Kind: failures[failed.TimedOut], Message: failed.ErrorMessage(), Err: err}
	}
	return err
}
