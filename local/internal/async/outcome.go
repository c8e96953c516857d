package async

import (
	"context"
	"net/http"
	"time"

	"maru/local/internal/invokeapi"
	"maru/local/internal/lambda"
)

// Conditions under which AWS settles an event, as invocation records name them.
const (
	succeeded   = "Success"
	exhausted   = "RetriesExhausted"
	expired     = "EventAgeExceeded"
	unpermitted = "ZeroReservedConcurrency"
)

// outcome is what came of an attempt; one of its fields is set.
type outcome struct {
	response *lambda.Response
	// refusal says why the function was not run.
	refusal error
	// condition settles an event of which no attempt is made.
	condition string
}

func (o outcome) succeeded() bool { return o.response != nil && o.response.FunctionError == "" }

// status is the one that Invoke would answer with; 0 where nothing was invoked.
func (o outcome) status() int {
	switch {
	case o.response != nil:
		return http.StatusOK
	case o.refusal != nil:
		return invokeapi.StatusOf(o.refusal)
	}
	return 0
}

// attempt runs an event's function, and counts it.
func (l *line) attempt(e *event) outcome {
	f := l.current()
	switch {
	case f.ReservedConcurrency != nil && *f.ReservedConcurrency == 0:
		return outcome{condition: unpermitted}
	case e.Attempts+e.Refusals > 0 && l.age(e) > f.EventInvokeConfig(e.Qualifier).MaximumEventAge:
		return outcome{condition: expired}
	}
	response, err := l.queue.run(context.Background(), e.request())
	if err != nil {
		e.Refusals++
		return outcome{refusal: err}
	}
	e.Attempts++
	e.Refusals = 0
	return outcome{response: response}
}

// decide gives the condition that settles an event after its last attempt or,
// where it is empty, how long to wait for the next, as c has it. An event whose next attempt
// would come after its age is settled at once, as AWS was seen to do (LocalStack,
// tests/aws/services/lambda_/test_lambda_destinations.snapshot.json,
// test_maxeventage: EventAgeExceeded after one attempt).
func (l *line) decide(e *event, o outcome, c lambda.EventInvokeConfig) (condition string, wait time.Duration) {
	switch {
	case o.condition != "":
		return o.condition, 0
	case o.succeeded():
		return succeeded, 0
	case o.response != nil && e.Attempts > c.MaximumRetryAttempts:
		return exhausted, 0
	}
	wait = l.queue.scaled(e.wait(o))
	if l.age(e)+wait > c.MaximumEventAge {
		return expired, 0
	}
	return "", wait
}

// leastWait keeps a scaled wait from becoming none at all; longestWait is the
// longest of AWS's.
const (
	leastWait   = 10 * time.Millisecond
	longestWait = 5 * time.Minute
)

func (q *Queue) scaled(wait time.Duration) time.Duration {
	return max(leastWait, time.Duration(float64(wait)*q.scale))
}

// wait is AWS's: one minute after the first attempt that failed in the function,
// two after the second; for throttles and errors of the system 1 second at first,
// then twice as long each time, up to 5 minutes.
func (e *event) wait(o outcome) time.Duration {
	if o.response != nil {
		return time.Duration(e.Attempts) * time.Minute
	}
	wait := time.Second
	for range e.Refusals - 1 {
		if wait = 2 * wait; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}
