package gateway

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/server/head"
)

// The sizes that API Gateway takes, in bytes:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	maxFields = 10_240 // of header fields
	maxTarget = 10_240 // of request target
)

// bodyPatience is how long a body may stand still.
const bodyPatience = 30 * time.Second

// checkFraming refuses messages whose end two parsers could see in two places
// (RFC 9112 §6.3) and a TRACE with a body (RFC 9110 §9.3.8). net/http takes the
// Content-Length off a chunked request, so only a recorded head still shows it.
// Where that is not certain to be the whole head, the request is served and its
// connection ends, so that nothing behind it is taken for another request.
func (x *exchange) checkFraming() *answer.Refusal {
	r := x.request.HTTP
	if r.Method == http.MethodTrace && r.ContentLength != 0 {
		return answer.For(answer.BadRequest)
	}
	if len(r.TransferEncoding) == 0 {
		return nil
	}
	sent, certain := head.Of(r)
	if sent.Has("Content-Length") {
		return answer.For(answer.BadRequest)
	}
	if !certain {
		x.answer.Set("Connection", "close")
	}
	return nil
}

// checkSize holds the head of the request against API Gateway's limits.
func (x *exchange) checkSize() *answer.Refusal {
	r := x.request.HTTP
	if len(r.RequestURI) > maxTarget {
		return answer.For(answer.TargetTooLong)
	}
	size := 0
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	if kinds[x.request.Kind()].headAsOne {
		size += len(r.Method) + len(r.RequestURI) + len(r.Proto)
	}
	if size > maxFields {
		return answer.For(answer.FieldsTooLarge)
	}
	if r.ContentLength > kinds[x.request.Kind()].maxBody {
		return answer.For(answer.BodyTooLarge)
	}
	return nil
}

// readSignedBody reads the body where the route's callers cannot be known without.
func (x *exchange) readSignedBody() *answer.Refusal {
	if !x.guard.needsBody {
		return nil
	}
	return x.readBody()
}

// readBody reads the body as a whole: an event cannot hold less.
func (x *exchange) readBody() *answer.Refusal {
	r := x.request.HTTP
	if x.bodyRead || r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	x.bodyRead = true
	if n := r.ContentLength; n > 0 {
		x.request.Body = slices.Grow(x.request.Body, int(n)+1)
	}
	return x.readAll(http.MaxBytesReader(x.w, r.Body, kinds[x.request.Kind()].maxBody))
}

// readAll reads to the end. Each read may take bodyPatience, so that a slow
// link may take its time and a client that stops sending may not.
func (x *exchange) readAll(from io.Reader) *answer.Refusal {
	control := http.NewResponseController(x.w)
	defer control.SetReadDeadline(time.Time{})
	body := x.request.Body
	for {
		// Only servers without deadlines, as in tests, refuse this.
		_ = control.SetReadDeadline(time.Now().Add(bodyPatience))
		body = slices.Grow(body, 1)
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == nil {
			continue
		}
		x.request.Body = body
		if err == io.EOF {
			return nil
		}
		return answer.For(bodyCause(err))
	}
}

func bodyCause(err error) answer.Cause {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return answer.BodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return answer.BodyTooSlow
	}
	return answer.BadRequest
}
