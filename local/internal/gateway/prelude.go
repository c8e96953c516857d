package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/template"
)

// preludeType is the Content-Type by which a function says that its stream
// begins with a prelude.
const preludeType = "application/vnd.awslambda.http-integration-response"

// maxPrelude is how long a prelude may be. Header fields of a response may be
// 10,240 bytes, so this is more than one that would do.
const maxPrelude = 16 << 10

// delimiter stands between a prelude and the body. JSON has no NUL in it.
var delimiter = make([]byte, 8)

var errPreludeTooLong = fmt.Errorf("the stream has no eight NULs in its first %d bytes", maxPrelude)

// prelude is the JSON at the head of a stream, which comes in chunks cut
// anywhere: {"statusCode": 200, "headers": {…}, "cookies": […]}.
type prelude struct {
	buf []byte
}

// add takes the next bytes of the stream. Once the delimiter has come, whole is
// true, buf is the JSON, and rest the part of p that is the body's.
func (b *prelude) add(p []byte) (rest []byte, whole bool, err error) {
	before := len(b.buf)
	from := max(0, before+1-len(delimiter))
	b.buf = append(b.buf, p[:min(len(p), maxPrelude+len(delimiter)-before)]...)
	end := bytes.Index(b.buf[from:], delimiter)
	switch {
	case end >= 0:
		b.buf = b.buf[:from+end]
		return p[len(b.buf)+len(delimiter)-before:], true, nil
	case len(b.buf) == maxPrelude+len(delimiter):
		return nil, false, errPreludeTooLong
	}
	return nil, false, nil
}

// expectsPrelude tells whether a stream of this Content-Type begins with a
// prelude. A REST API takes nothing else; a function URL goes by the type.
func (x *exchange) expectsPrelude(contentType string) bool {
	return x.kind() == template.REST || strings.EqualFold(mediaType(contentType), preludeType)
}

// judgePrelude reads a prelude into a result that has no body. Of a REST API's
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
// has the names, and cookies among them, which a buffered result does not.
func (x *exchange) judgePrelude(metadata []byte) (result, error) {
	rest := x.kind() == template.REST
	p := reader{scanner: scanner{data: metadata}, takesMulti: rest, takesCookies: true}
	if err := errors.Join(p.read(), p.end()); err != nil {
		return result{}, err
	}
	r := p.result
	if !r.hasStatus {
		r.status = http.StatusOK
	}
	switch {
	case !r.object:
		return r, errors.New("the prelude is no object")
	case rest && r.unknown != "":
		return r, fmt.Errorf("the prelude has a name %q that a REST API does not know", r.unknown)
	case r.wrong != nil:
		return r, r.wrong
	}
	return r, r.complete()
}
