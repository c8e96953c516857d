package answer

import (
	"log/slog"
	"net/http"
	"time"

	"maru/local/internal/gateway/internal/request"
)

// Header fields that API Gateway adds to responses, as it spells them.
const (
	headerRequestID     = "x-amzn-RequestId"
	headerExtendedID    = "x-amz-apigw-id"
	headerErrorType     = "x-amzn-ErrorType"
	headerHTTPRequestID = "Apigw-Requestid"
)

// Writer writes the answer to one request. What it came to is in its fields.
type Writer struct {
	// Status is what was answered; zero for nothing yet.
	Status int
	// Sent is how much of a body was given to the server, in bytes.
	Sent int64
	// Refused is why no response of the function went out; nil where one did.
	Refused *Refusal
	// Broken is why a response was not sent to its end.
	Broken error

	w        http.ResponseWriter
	r        *request.Request
	log      *slog.Logger
	patience time.Duration
}

// NewWriter gives the Writer of an answer to r. The client may stand still for
// patience, which is Patience but in tests.
func NewWriter(w http.ResponseWriter, r *request.Request, log *slog.Logger, patience time.Duration) Writer {
	return Writer{w: w, r: r, log: log, patience: patience}
}

// Set makes sure that a header field of the response has this one value, under
// exactly this name.
func (w *Writer) Set(name, value string) {
	w.w.Header()[name] = []string{value}
}

// nameRequest puts the request's IDs into the response.
func (w *Writer) nameRequest() {
	for _, id := range kinds[w.r.Kind()].ids {
		w.Set(id.header, id.of(w.r))
	}
}
