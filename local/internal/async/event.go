package async

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maru/local/internal/lambda"
)

// event is one accepted invocation.
type event struct {
	// ID is the request ID, the same in all attempts.
	ID string `json:"id"`
	// Function is a logical ID.
	Function      string    `json:"function"`
	Qualifier     string    `json:"qualifier,omitempty"`
	TraceID       string    `json:"traceId,omitempty"`
	ClientContext string    `json:"clientContext,omitempty"`
	TenantID      string    `json:"tenantId,omitempty"`
	Accepted      time.Time `json:"accepted"`
	// Due is when the next attempt is to be made.
	Due time.Time `json:"due"`
	// Attempts counts the invocations so far, Refusals those that never reached
	// the function.
	Attempts int `json:"attempts,omitempty"`
	Refusals int `json:"refusals,omitempty"`

	Payload []byte `json:"-"`
}

// dueSize is the length of the time that a key begins with.
const dueSize = 8

// key orders events by when they are due.
func (e *event) key() []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(e.Due.UnixNano()))
	return append(key, e.ID...)
}

// encode gives a line of JSON and, behind it, the payload: as it came, since
// functions get to see its bytes.
func (e *event) encode() []byte {
	head, _ := json.Marshal(e) // of strings, numbers and times: cannot fail
	return append(append(head, '\n'), e.Payload...)
}

var errTruncated = errors.New("the event has no payload")

// decode reads what encode wrote; src is not retained.
func decode(src []byte) (*event, error) {
	head, payload, ok := bytes.Cut(src, []byte{'\n'})
	if !ok {
		return nil, errTruncated
	}
	e := &event{Payload: bytes.Clone(payload)}
	if err := json.Unmarshal(head, e); err != nil {
		return nil, fmt.Errorf("reading an event: %w", err)
	}
	return e, nil
}

// request is what an attempt runs.
func (e *event) request() lambda.Request {
	return lambda.Request{
		ID: e.ID, Function: e.Function, Qualifier: e.Qualifier, Event: e.Payload,
		TraceID: e.TraceID, ClientContext: e.ClientContext, TenantID: e.TenantID,
	}
}

// again gives the event as it is to be tried after a wait.
func (e *event) again(wait time.Duration) *event {
	next := *e
	next.Due = time.Now().Add(wait)
	return &next
}
