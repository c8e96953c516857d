// Package runtimeapi is the host's end of the Runtime API of one execution
// environment ("Using the Lambda runtime API for custom runtimes" in the AWS Lambda
// Developer Guide): how a process that runs a function asks for events and answers
// them.
//
//	Listen ─▶ Serve ─▶ Init ─▶ Ready ─▶ Invoke ─┐
//	                             ▲              │ … ─▶ Close
//	                             └──────────────┘
//
// The goroutine that calls Init, Ready and Invoke reads and writes the runtime's
// connection itself (see link); there is no server goroutine between them.
//
// Left out: what an environment is, who may use it, and the Extensions API.
package runtimeapi

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// What ends the waiting for a runtime.
var (
	ErrExited   = errors.New("the runtime exited")
	ErrTimedOut = errors.New("the deadline passed")
	// ErrUnread: the runtime exited and had not read its event.
	ErrUnread = errors.New("the runtime exited before it read the event")
)

// ErrorTooLarge is the type of error of a response over MaxPayload.
const ErrorTooLarge = "Function.ResponseSizeTooLarge"

// MaxPayload is the longest response that is not streamed, in bytes: 6 MiB and 100
// bytes (Lambda quotas, "Invocation payload", as AWS's error messages have it).
const MaxPayload = 6<<20 + 100

// Invocation is what a runtime is told of one invocation ("Next invocation").
type Invocation struct {
	ID string
	// FunctionARN has the qualifier that the caller gave, where it gave one.
	FunctionARN string
	// TraceID, ClientContext and TenantID are empty for none.
	TraceID, ClientContext, TenantID string
	// Event is JSON. It is not retained after Invoke has returned.
	Event []byte
	// Deadline is when the function's time is up.
	Deadline time.Time
	// Stream takes the response while it comes; nil where it is wanted as a whole.
	Stream *Stream
}

// Outcome is what a runtime reported of an invocation, or of its init phase.
type Outcome struct {
	// RequestID is the invocation's; empty for an init phase.
	RequestID string
	// Payload is the response, of one that failed the error object.
	Payload []byte
	Failed  bool
	// ErrorType is the error object's errorType, where Failed.
	ErrorType string
}

// Runtime is the Runtime API of one environment. One goroutine at a time owns it:
// all methods but Address are the owner's.
type Runtime struct {
	listener net.Listener
	api      api
	link     *link
	// waiting tells that the runtime's `next` has been read and not answered.
	waiting bool
}

// Listen opens a Runtime API that nobody is told of yet. It must be closed.
func Listen() (*Runtime, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the Runtime API: %w", err)
	}
	return &Runtime{listener: listener, api: api{state: stateStarted}}, nil
}

// Address is the value of AWS_LAMBDA_RUNTIME_API, host:port.
func (r *Runtime) Address() string { return r.listener.Addr().String() }

// Serve begins to answer the runtime whose process closes exited when it ends.
func (r *Runtime) Serve(exited <-chan struct{}) {
	r.link = newLink(r.listener, &r.api, exited)
}

// Init waits until the runtime asks for its first event. The error is ErrExited
// or ErrTimedOut; a runtime that reports init/error gives an Outcome instead.
func (r *Runtime) Init(limit time.Time) (*Outcome, error) {
	t, err := r.link.await(limit)
	if err != nil {
		return nil, err
	}
	r.waiting = t.waiting != nil
	return t.outcome, nil
}

// Waiting reports whether the runtime waits for an event, as far as that is known
// without waiting for it.
func (r *Runtime) Waiting() bool { return r.waiting && !r.link.broken() }

// Ready waits until the runtime asks for an event. A runtime does so a moment
// after it has answered the one before, and is not free before it has. The error
// is ErrExited or ErrTimedOut.
func (r *Runtime) Ready(limit time.Time) error {
	for !r.Waiting() {
		t, err := r.link.await(limit)
		if err != nil {
			return err
		}
		r.waiting = t.waiting != nil
	}
	return nil
}

// Invoke sends the event of an invocation to a runtime that is ready and returns
// the outcome. The error is ErrExited, ErrUnread or ErrTimedOut, and the Runtime
// can only be closed then.
func (r *Runtime) Invoke(i *Invocation) (Outcome, error) {
	r.waiting = false
	r.api.begin(i)
	r.link.send(i, false)
	for {
		t, err := r.link.await(i.Deadline)
		switch {
		case err != nil:
			return Outcome{}, err
		case t.again:
			// A runtime that asks again before it has answered is given the same
			// event again, as by AWS's own emulator.
			r.link.send(i, true)
		case t.waiting != nil:
			// It has answered on another connection, and asks for its next event
			// before the answer has come through.
			r.waiting = true
		case t.outcome.RequestID == i.ID:
			return *t.outcome, nil
		}
	}
}

// Close closes every connection and waits for the goroutines that serve them. The
// process has to have ended, or not to have been started.
func (r *Runtime) Close() {
	if r.link == nil {
		r.listener.Close()
		return
	}
	r.link.close()
}
