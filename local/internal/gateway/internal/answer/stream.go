package answer

import (
	"cmp"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/result"
)

// Stream is a response that goes out while its function writes it:
//
//	waiting ──begin──▶ reading ──delimiter──▶ sending ──end──▶ over
//	   │                  │                      ▲
//	   │                  └──refuse──▶ over      │
//	   ├──refuse──▶ over                         │
//	   └──begin, without a prelude──▶ holding ──first byte
//	                                     └──refuse──▶ over
//
// A response that has not begun to be sent can still be refused. One that has
// been sent in part is never ended as if it were whole: its connection, or in
// HTTP/2 its stream, is cut off.
//
// AWS slows a function URL's stream down to 2 MB/s after 6 MB, and a REST API's
// after 10 MB, and ends a REST API's that stood still for five minutes.
// Neither is done here.
type Stream struct {
	w     *Writer
	limit time.Time // of the integration; zero for none

	mu      sync.Mutex // guards the fields below, and w from a function that is late
	phase   phase
	head    result.Result // of a stream without a prelude
	prelude result.Prelude
	// deadline is when the response has to be written.
	deadline time.Time
	// err is why nothing more is taken.
	err error
}

type phase int

const (
	waiting phase = iota // for begin
	reading              // the prelude
	holding              // the head, for the body's first byte
	sending              // the body
	over
)

// streamQuota is how much a function may stream:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. The
// documents call it a default and do not say what becomes of a longer stream, so
// that one is told of and goes on.
const streamQuota = 200 << 20

// ErrStreamOver is what is written after a response was over.
var ErrStreamOver = errors.New("the response is over")

var errNoPrelude = errors.New("the stream ended without a prelude")

// Stream makes ready for a response that has to begin before limit; zero for no
// limit. End ends it.
func (w *Writer) Stream(limit time.Time) *Stream { return &Stream{w: w, limit: limit} }

// Begin starts the response when the function does, with its Content-Type and the
// time at which the function's own time is up; the writer takes the body. A client
// that reads too slowly holds the function up until the function's own deadline, or
// the integration's where that comes first, and nothing after it.
func (s *Stream) Begin(contentType string, deadline time.Time) io.Writer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != waiting {
		return s
	}
	if !s.limit.IsZero() && s.limit.Before(deadline) {
		deadline = s.limit
	}
	s.deadline = deadline
	if s.w.expectsPrelude(contentType) {
		s.phase = reading
		return s
	}
	s.head = result.Result{Status: http.StatusOK, Headers: []result.Field{{Name: "Content-Type", Value: cmp.Or(contentType, disputed.StreamType)}}}
	if err := result.Check(s.head.Headers); err != nil {
		s.refuse(Because(MalformedResult, err))
		return s
	}
	s.phase = holding
	return s
}

// Write sends a chunk on and returns when it is sent. Its error is the end of
// the response, whatever comes after it.
func (s *Stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := p
	switch s.phase {
	case reading:
		body = s.read(p)
	case holding:
		s.open(&s.head)
	}
	if s.phase == sending {
		s.fail(s.send(body))
	}
	if s.err != nil {
		return 0, s.err
	}
	return len(p), nil
}

// read takes a part of the prelude, and opens the response where it was the
// last. It returns what of p is the body's.
func (s *Stream) read(p []byte) []byte {
	rest, whole, err := s.prelude.Add(p)
	var r result.Result
	if whole {
		r, err = s.w.judgePrelude(s.prelude.Bytes())
	}
	switch {
	case err != nil:
		s.refuse(Because(MalformedResult, err))
	case whole:
		s.open(&r)
	}
	return rest
}

// open sends the head of the response. Only now does the deadline begin to hold:
// it is not that of telling that it has passed.
func (s *Stream) open(r *result.Result) {
	w := s.w
	w.writeUntil(s.deadline)
	w.putHeaders(r)
	w.allowOrigin()
	w.nameRequest()
	w.writeHead(r.Status)
	s.phase = sending
}

// send sends a part of the body. A response that can have none loses it, as a
// buffered one does.
func (s *Stream) send(body []byte) error {
	if bodiless(s.w.Status) {
		body = nil
	}
	if len(body) > 0 {
		if _, err := s.w.w.Write(body); err != nil {
			return err
		}
	}
	if before := s.w.Sent; before <= streamQuota && before+int64(len(body)) > streamQuota {
		s.w.log.Warn("response is longer than AWS's default quota for streams",
			slog.String("function", s.w.r.Route.Function), slog.Int64("quota", streamQuota))
	}
	s.w.Sent += int64(len(body))
	return s.w.control().Flush()
}

// fail keeps the first error.
func (s *Stream) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// refuse answers in the place of a response that has not begun to be sent, at
// once: the function may run on for long.
func (s *Stream) refuse(r *Refusal) {
	s.phase, s.err = over, cmp.Or(r.Reason, ErrStreamOver)
	s.w.Refuse(r)
	_ = s.w.control().Flush()
	s.w.writeUntil(time.Time{})
}

// End finishes the response once the function is done, well or with err, and lets
// go of the Writer. refusal is for a response that has not begun to be sent.
func (s *Stream) End(err error, refusal *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch broken := cmp.Or(err, s.err); {
	case s.phase == over:
	case s.phase == holding && err == nil:
		s.open(&s.head)
		s.w.waitForClient()
	case s.phase == sending && broken != nil:
		s.w.Broken = broken
	case s.phase == sending:
		s.w.waitForClient()
	case err != nil:
		s.refuse(refusal)
	default:
		s.refuse(Because(MalformedResult, errNoPrelude))
	}
	s.phase = over
	s.fail(ErrStreamOver)
}
