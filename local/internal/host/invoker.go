package host

import (
	"context"
	"errors"
	"net/http"

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
	if err != nil {
		return gateway.Result{}, invokeError(err)
	}
	result := gateway.Result{
		RequestID: response.RequestID, Log: response.Log,
		Report: gateway.Report{
			Duration: response.Usage.Duration, InitDuration: response.Usage.InitDuration, MaxMemoryUsed: response.Usage.PeakMemory,
		},
	}
	if err := response.Err(i.Function); err != nil {
		return result, invokeError(err)
	}
	result.Payload = response.Payload
	return result, nil
}

// refusals are Lambda's refusals, by their status, as the gateway knows them. To a
// door, a function that is not there is one that fails.
var refusals = map[int]gateway.ErrorKind{
	http.StatusBadRequest:            gateway.FunctionError,
	http.StatusNotFound:              gateway.FunctionError,
	http.StatusRequestEntityTooLarge: gateway.EventTooLarge,
	http.StatusTooManyRequests:       gateway.FunctionThrottled,
	http.StatusNotImplemented:        gateway.FunctionUnsupported,
	http.StatusBadGateway:            gateway.FunctionUnavailable,
}

// invokeError puts Lambda's errors into the gateway's words. What is left as it is
// comes of the gateway's own context.
func invokeError(err error) error {
	var refused *lambda.Error
	if errors.As(err, &refused) {
		return &gateway.InvokeError{Kind: refusals[refused.Status], Err: err}
	}
	var failed *lambda.FunctionError
	if !errors.As(err, &failed) {
		return err
	}
	kind := gateway.FunctionError
	if failed.TimedOut {
		kind = gateway.FunctionTimeout
	}
	return &gateway.InvokeError{Kind: kind, Message: failed.ErrorMessage(), Err: err}
}
