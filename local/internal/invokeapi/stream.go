package invokeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"maru/local/internal/lambda"
)

// mediaEventStream frames a streamed response in events ("Amazon event stream
// encoding").
const mediaEventStream = "application/vnd.amazon.eventstream"

// invokeWithResponseStream is the operation InvokeWithResponseStream: a
// PayloadChunk for each piece that the function writes, and an InvokeComplete at
// the end, with the error where the function failed. One that does not stream is
// one chunk. A DryRun is answered as Invoke answers it.
func (a *api) invokeWithResponseStream(w http.ResponseWriter, r *http.Request) {
	c, ok := a.accept(w, r, typeSync, typeDryRun)
	if !ok {
		return
	}
	w.Header().Set(headerExecutedVersion, c.target.Version)
	if c.kind == typeDryRun {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s := &eventStream{w: w, control: http.NewResponseController(w), encoder: eventstream.NewEncoder()}
	c.Request.Begin = s.begin
	response, err := a.Lambda.Run(r.Context(), c.Request)
	if err != nil {
		a.refuse(w, err)
		return
	}
	s.complete(response)
}

// completeGrace is how long a client may take for the end of a stream: by then the
// function's own time may be up, and that is what the client is to be told.
const completeGrace = 5 * time.Second

func (s *eventStream) complete(r *lambda.Response) {
	_ = s.control.SetWriteDeadline(time.Now().Add(completeGrace)) // as in begin
	_ = s.send("InvokeComplete", mediaJSON, completion(r))
}

// completion is the payload of an InvokeComplete. ErrorCode is the type that the
// function reported; what AWS puts there is not documented.
func completion(r *lambda.Response) []byte {
	var object struct {
		ErrorCode    string `json:",omitempty"`
		ErrorDetails string `json:",omitempty"`
		LogResult    []byte `json:",omitempty"` // in base64, as in the header of Invoke
	}
	if r.FunctionError != "" {
		object.ErrorCode, object.ErrorDetails = r.ErrorType, string(r.Payload)
	}
	object.LogResult = r.Log
	payload, _ := json.Marshal(object) // of strings: cannot fail
	return payload
}

// eventStream writes a response as events. It is an io.Writer of PayloadChunks.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	encoder *eventstream.Encoder
}

func (s *eventStream) begin(_ string, deadline time.Time) io.Writer {
	_ = s.control.SetWriteDeadline(deadline) // where there is no connection, nothing waits
	return s
}

// Write sends a chunk at once.
func (s *eventStream) Write(p []byte) (int, error) {
	if err := s.send("PayloadChunk", "application/octet-stream", p); err != nil {
		return 0, err
	}
	return len(p), s.control.Flush()
}

func (s *eventStream) send(event, contentType string, payload []byte) error {
	s.w.Header().Set("Content-Type", mediaEventStream)
	return s.encoder.Encode(s.w, eventstream.Message{
		Headers: eventstream.Headers{
			{Name: ":message-type", Value: eventstream.StringValue("event")},
			{Name: ":event-type", Value: eventstream.StringValue(event)},
			{Name: ":content-type", Value: eventstream.StringValue(contentType)},
		},
		Payload: payload,
	})
}
