package lambda

import (
	"errors"
	"fmt"
)

// Error is a refused invocation: the function was not run.
type Error struct {
	Kind Kind
	// Message says why, in AWS's words where it has some.
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Kind is why an invocation was refused. What a caller is answered for it is decided
// by whoever speaks HTTP, in a table that each kind has a place in.
type Kind int

const (
	// ServiceError is whatever went wrong on the host's side and is none of the kinds
	// below.
	ServiceError Kind = iota
	// InvalidParameter is a request that the function does not take: its tenant is
	// missing or too much, or it names two qualifiers.
	InvalidParameter
	// NotFound is a function, a version or an alias that is not there.
	NotFound
	// EventTooLarge is an event over MaxEvent, or over the limit of asynchronous
	// invocation.
	EventTooLarge
	// Throttled is that the function's reserved concurrency is used up.
	Throttled
	// Unsupported is a function that this host does not run, built or not.
	Unsupported
	// Unavailable is a function that cannot run now: it did not build, or the host is
	// shutting down.
	Unavailable
)

var kinds = [...]string{
	ServiceError:     "service error",
	InvalidParameter: "invalid parameter",
	NotFound:         "not found",
	EventTooLarge:    "event too large",
	Throttled:        "throttled",
	Unsupported:      "unsupported",
	Unavailable:      "unavailable",
}

// String is for logs. What is none of the kinds gives its number.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kinds) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds[k]
}

// ErrUnsupported is wrapped by Function.Unavailable where no build would help:
// this host does not run such functions.
var ErrUnsupported = errors.New("this host does not run it")

// MaxEvent is the longest event of a synchronous invocation, in bytes: 6 MiB (Lambda
// quotas, "Invocation payload", as AWS's error messages have it).
const MaxEvent = 6 << 20

// ErrEventTooLarge refuses an event over MaxEvent (recorded).
var ErrEventTooLarge = &Error{
	EventTooLarge, fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxEvent),
}

// errShutdown refuses whoever comes after Close.
var errShutdown = &Error{Unavailable, "the host is shutting down"}

func throttled() error { return &Error{Throttled, "Rate Exceeded."} }

func unavailable(f *Function, why error) error {
	kind := Unavailable
	if errors.Is(why, ErrUnsupported) {
		kind = Unsupported
	}
	return &Error{kind, fmt.Sprintf("function %s cannot run: %v", f.LogicalID, why)}
}
