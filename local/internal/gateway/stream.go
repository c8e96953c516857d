package gateway

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"maru/local/internal/gateway/internal/result"
)

// stream is a response that goes out while its function writes it:
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
// after 10 MB, and ends a REST API's that stood still for five minutes. The doors
// do neither.
type stream struct {
	x     *exchange
	limit time.Time // of the integration; zero for none

	mu      sync.Mutex // guards the fields below, and x from an Invoker that is late
	phase   phase
	head    result.Result // of a stream without a prelude
	prelude result.Prelude
	// deadline is when the response has to be written.
	deadline time.Time
	sent     int64
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

var (
	errStreamOver = errors.New("the response is over")
	errNoPrelude  = errors.New("the stream ended without a prelude")
)

// stream runs a function whose response is sent as it comes.
func (x *exchange) stream() {
	ctx, cancel := x.patience()
	defer cancel()
	s := &stream{x: x}
	s.limit, _ = ctx.Deadline()
	i := x.invocation()
	i.Begin = s.begin
	_, err := x.g.config.Invoker.Invoke(ctx, i)
	s.end(ctx, err)
}

// begin starts the response; see Invocation.Begin. A client that reads too slowly
// holds the function up until the function's own deadline, or the integration's
// where that comes first, and nothing after it.
func (s *stream) begin(contentType string, deadline time.Time) io.Writer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != waiting {
		return s
	}
	if !s.limit.IsZero() && s.limit.Before(deadline) {
		deadline = s.limit
	}
	s.deadline = deadline
	if s.x.expectsPrelude(contentType) {
		s.phase = reading
		return s
	}
	s.head = result.Result{Status: http.StatusOK, Headers: []result.Field{{Name: "Content-Type", Value: cmp.Or(contentType, streamType)}}}
	if err := result.Check(s.head.Headers); err != nil {
		s.refuse(malformedResult, err)
		return s
	}
	s.phase = holding
	return s
}

// Write sends a chunk on and returns when it is sent. Its error is the end of
// the response, whatever comes after it.
func (s *stream) Write(p []byte) (int, error) {
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
func (s *stream) read(p []byte) []byte {
	rest, whole, err := s.prelude.Add(p)
	var r result.Result
	if whole {
		r, err = s.x.judgePrelude(s.prelude.Bytes())
	}
	switch {
	case err != nil:
		s.refuse(malformedResult, err)
	case whole:
		s.open(&r)
	}
	return rest
}

// open sends the head of the response. Only now does the deadline begin to hold:
// it is not that of telling that it has passed.
func (s *stream) open(r *result.Result) {
	x := s.x
	x.writeUntil(s.deadline)
	x.putHeaders(r)
	x.allowOrigin()
	x.nameRequest()
	x.writeHead(r.Status)
	s.phase = sending
}

// send sends a part of the body. A response that can have none loses it, as a
// buffered one does.
func (s *stream) send(body []byte) error {
	if bodiless(s.x.status) {
		body = nil
	}
	if len(body) > 0 {
		if _, err := s.x.w.Write(body); err != nil {
			return err
		}
	}
	if before := s.sent; before <= streamQuota && before+int64(len(body)) > streamQuota {
		s.x.g.config.Log.Warn("response is longer than AWS's default quota for streams",
			slog.String("function", s.x.endpoint.function), slog.Int64("quota", streamQuota))
	}
	s.sent += int64(len(body))
	return s.x.control().Flush()
}

// fail keeps the first error.
func (s *stream) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// refuse answers in the place of a response that has not begun to be sent, at
// once: the function may run on for long.
func (s *stream) refuse(c cause, reason error) {
	s.phase, s.err = over, cmp.Or(reason, errStreamOver)
	s.x.reason = reason
	s.x.refuse(c)
	_ = s.x.control().Flush()
	s.x.writeUntil(time.Time{})
}

// end finishes the response once the Invoker is done, with err, and lets go of
// the exchange.
func (s *stream) end(ctx context.Context, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch broken := cmp.Or(err, s.err); {
	case s.phase == over:
	case s.phase == holding && err == nil:
		s.open(&s.head)
		s.x.waitForClient()
	case s.phase == sending && broken != nil:
		s.x.broken = broken
	case s.phase == sending:
		s.x.waitForClient()
	case err != nil:
		c := s.x.failureOf(ctx, err)
		s.refuse(c, s.x.reason)
	default:
		s.refuse(malformedResult, errNoPrelude)
	}
	s.phase = over
	s.fail(errStreamOver)
}
