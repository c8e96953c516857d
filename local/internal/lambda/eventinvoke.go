package lambda

import (
	"cmp"
	"time"
)

// EventInvokeConfig is what becomes of the asynchronous invocations of a function by
// one qualifier:
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
type EventInvokeConfig struct {
	// MaximumRetryAttempts is how often an event is tried again after an attempt that
	// failed in the function, 0 to 2. Refusals, such as throttles, do not count.
	MaximumRetryAttempts int
	// MaximumEventAge is how long an event is tried, counted from when it was
	// accepted.
	MaximumEventAge time.Duration
	// OnSuccess and OnFailure get invocation records.
	OnSuccess, OnFailure Destination
}

// Destination is where Lambda sends something. The zero value is nowhere.
type Destination struct {
	ARN string
	// Function is the logical ID of the function that the ARN means; empty for
	// another service, and for functions that are not among those of this host.
	Function string
}

// defaultEventInvokeConfig is AWS's where nothing is configured: two retries, and six
// hours for all of them.
var defaultEventInvokeConfig = EventInvokeConfig{MaximumRetryAttempts: 2, MaximumEventAge: 6 * time.Hour}

// EventInvokeConfig is what becomes of asynchronous invocations by a qualifier, empty
// for $LATEST. One that nothing is configured for has AWS's defaults, whatever the
// others have: an alias has neither its version's configuration nor that of $LATEST.
func (f *Function) EventInvokeConfig(qualifier string) EventInvokeConfig {
	c, ok := f.EventInvokeConfigs[cmp.Or(qualifier, Latest)]
	if !ok {
		return defaultEventInvokeConfig
	}
	return c
}
