package stack

import "time"

// Async is what becomes of a function's asynchronous invocations by one qualifier:
// its EventInvokeConfig, or AWS::Lambda::EventInvokeConfig, and the dead-letter
// queue, which is the same for all.
type Async struct {
	// MaximumRetryAttempts is 2 where the template says nothing.
	MaximumRetryAttempts int
	// MaximumEventAge is 6 hours where the template says nothing.
	MaximumEventAge time.Duration
	// OnSuccess and OnFailure get invocation records.
	OnSuccess, OnFailure Destination
	// DeadLetter, a queue or a topic, gets events that failed for good.
	DeadLetter Destination
}

// Destination is where Lambda sends something. The zero value is nowhere.
type Destination struct {
	ARN string
	// Function is the logical ID of the function that the ARN means; empty for
	// another service, and for functions that the template does not have.
	Function string
}

// Lambda's limits of asynchronous invocation, which are its defaults too:
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
const (
	// MaxRetryAttempts is the most of MaximumRetryAttempts.
	MaxRetryAttempts = 2
	// MaxEventAge is the most of MaximumEventAge.
	MaxEventAge = 6 * time.Hour
)

// DefaultAsync is what Lambda does where nothing is configured.
func DefaultAsync() Async {
	return Async{MaximumRetryAttempts: MaxRetryAttempts, MaximumEventAge: MaxEventAge}
}

// AsyncOf is what becomes of asynchronous invocations by a qualifier, empty for
// $LATEST. One that the template configures nothing for has AWS's defaults, whatever
// the others have: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html.
func (f *Function) AsyncOf(qualifier string) Async {
	if qualifier == "" || qualifier == Latest {
		return f.Async
	}
	a, ok := f.QualifiedAsync[qualifier]
	if !ok {
		a = DefaultAsync()
	}
	a.DeadLetter = f.Async.DeadLetter
	return a
}
