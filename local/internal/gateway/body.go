package gateway

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"maru/local/internal/gateway/internal/head"
	"maru/local/internal/template"
)

// The sizes that API Gateway takes:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	maxBody   = 10 << 20
	maxInvoke = 6 << 20 // a function URL's body: Lambda takes no longer payload
	maxFields = 10_240  // bytes of header fields
	maxTarget = 10_240  // bytes of request target
)

// bodyPatience is how long a body may stand still.
const bodyPatience = 30 * time.Second

// checkFraming refuses messages whose end two parsers could see in two places
// (RFC 9112 §6.3) and a TRACE with a body (RFC 9110 §9.3.8). net/http takes the
// Content-Length off a chunked request, so only a recorded head still shows it.
// Where that is not certain to be the whole head, the request is served and its
// connection ends, so that nothing behind it is taken for another request.
func (x *exchange) checkFraming() cause {
	if x.r.Method == http.MethodTrace && x.r.ContentLength != 0 {
		return badRequest
	}
	if len(x.r.TransferEncoding) == 0 {
		return passed
	}
	sent, certain := head.Of(x.r)
	if sent.Has("Content-Length") {
		return badRequest
	}
	if !certain {
		x.set("Connection", "close")
	}
	return passed
}

// checkSize holds the head of the request against API Gateway's limits.
func (x *exchange) checkSize() cause {
	if len(x.r.RequestURI) > maxTarget {
		return targetTooLong
	}
	size := 0
	for name, values := range x.r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	if size > maxFields {
		return fieldsTooLarge
	}
	if x.r.ContentLength > x.maxBody() {
		return bodyTooLarge
	}
	return passed
}

// readBody reads the body as a whole: an event cannot hold less.
func (x *exchange) readBody() cause {
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return passed
	}
	if n := x.r.ContentLength; n > 0 {
		x.body = slices.Grow(x.body, int(n)+1)
	}
	return x.readAll(http.MaxBytesReader(x.w, x.r.Body, x.maxBody()))
}

func (x *exchange) maxBody() int64 {
	if x.kind() == template.URL {
		return maxInvoke
	}
	return maxBody
}

// readAll reads to the end. Each read may take bodyPatience, so that a slow
// link may take its time and a client that stops sending may not.
func (x *exchange) readAll(body io.Reader) cause {
	control := x.control()
	defer control.SetReadDeadline(time.Time{})
	for {
		// Only servers without deadlines, as in tests, refuse this.
		_ = control.SetReadDeadline(time.Now().Add(bodyPatience))
		x.body = slices.Grow(x.body, 1)
		n, err := body.Read(x.body[len(x.body):cap(x.body)])
		x.body = x.body[:len(x.body)+n]
		if err == io.EOF {
			return passed
		}
		if err != nil {
			return bodyCause(err)
		}
	}
}

func bodyCause(err error) cause {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return bodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return bodyTooSlow
	}
	return badRequest
}
