package async

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"maru/local/internal/lambda"
)

// record is what destinations get: an invocation record, "Invocation record
// format" of the Developer Guide. An event that was not run has no response; one
// that was refused has a status alone.
type record struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage  `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionARN            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion,omitempty"`
	FunctionError   string `json:"functionError,omitempty"`
}

// newRecord gives the record of an event of a function that has this ARN.
func newRecord(arn string, e *event, o outcome, condition string) record {
	r := record{
		Version:   "1.0",
		Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		RequestContext: requestContext{
			RequestID: e.ID, FunctionARN: arn + ":" + cmp.Or(e.Qualifier, lambda.Latest),
			Condition: condition, ApproximateInvokeCount: e.Attempts,
		},
		RequestPayload: asJSON(e.Payload),
	}
	if status := o.status(); status != 0 {
		r.ResponseContext = &responseContext{StatusCode: status}
	}
	if o.response != nil {
		r.ResponseContext.ExecutedVersion = o.response.ExecutedVersion
		r.ResponseContext.FunctionError = o.response.FunctionError
		r.ResponsePayload = asJSON(o.response.Payload)
	}
	return r
}

func (r record) encode() []byte {
	encoded, _ := json.Marshal(r) // the payloads are JSON: cannot fail
	return encoded
}

// asJSON gives a payload that is no JSON as a string.
func asJSON(payload []byte) json.RawMessage {
	if json.Valid(payload) {
		return payload
	}
	text, _ := json.Marshal(string(payload)) // of a string: cannot fail
	return text
}

func (r record) message(e *event, target string) Message {
	return Message{
		Time: time.Now().UTC(), Target: target, Function: e.Function, RequestID: e.ID,
		Body: r.encode(),
	}
}

// deadLetter is the event as it came, with attributes that say what became of it:
// "Adding a dead-letter queue" of the Developer Guide. ErrorCode is the status of
// the last attempt; an event that was not run has none.
func deadLetter(e *event, o outcome, target string) Message {
	m := Message{
		Time: time.Now().UTC(), Target: target, Function: e.Function, RequestID: e.ID,
		Body:       asJSON(e.Payload),
		Attributes: map[string]string{"RequestID": e.ID, "ErrorMessage": truncate(o.reason())},
	}
	if status := o.status(); status != 0 {
		m.Attributes["ErrorCode"] = strconv.Itoa(status)
	}
	return m
}

// reason is what an attempt failed with, in the function's own words or in
// Lambda's.
func (o outcome) reason() string {
	switch {
	case o.refusal != nil:
		return o.refusal.Error()
	case o.condition == unpermitted:
		return "function not invoked: its reserved concurrency is zero"
	case o.condition == expired:
		return "event is older than its maximum age"
	case o.response == nil:
		return ""
	}
	var object struct {
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(o.response.Payload, &object) // what is no error object has no message
	return object.ErrorMessage
}

// truncate cuts an error message to 1 KB, as AWS does.
func truncate(message string) string {
	const limit = 1 << 10
	if len(message) > limit {
		message = strings.ToValidUTF8(message[:limit], "")
	}
	return message
}
