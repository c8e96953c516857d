package host

import (
	"context"

	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
)

// invoker is Lambda as the gateway calls it.
type invoker struct{ lambda *lambda.Lambda }

// Invoke implements gateway.Invoker.
func (v invoker) Invoke(ctx context.Context, i gateway.Invocation) ([]byte, error) {
	return v.lambda.Invoke(ctx, lambda.Request{
		Function: i.Function, ID: i.ID, TraceID: i.TraceID, Event: i.Event, Begin: i.Begin,
	})
}
