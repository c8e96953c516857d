package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/template"
)

// errInvalidBase64 is a body that says it is base64 and is not.
var errInvalidBase64 = errors.New("body is not base64")

// respond turns a function's payload into the response, or refuses it as a
// whole: nothing is sent before all of it has been checked.
func (x *exchange) respond(payload []byte) {
	r, err := x.judge(payload)
	x.reason = err
	switch {
	case errors.Is(err, errInvalidBase64):
		x.refuse(undecodableBody)
	case err != nil:
		x.refuse(malformedResult)
	default:
		x.putHeaders(&r)
		x.allowOrigin()
		x.nameRequest()
		x.send(r.status, r.body)
	}
}

// judge reads the payload in the way of the route's kind and format, and
// leaves a result that has a status and a body ready to send.
func (x *exchange) judge(payload []byte) (result, error) {
	r, err := readResult(payload, x.endpoint.v1)
	if err != nil {
		return r, err
	}
	if err := x.judgeFormat(&r, payload); err != nil {
		return r, err
	}
	if err := r.complete(); err != nil {
		return r, err
	}
	return r, x.decodeBody(&r)
}

// complete makes a head of what the function said that can be sent.
func (r *result) complete() error {
	if r.status < 200 || r.status > 999 {
		return fmt.Errorf("statusCode %d is none of a final response", r.status)
	}
	r.headers = r.merged()
	for _, cookie := range r.cookies {
		r.headers = append(r.headers, header{"Set-Cookie", cookie})
	}
	return checkHeaders(r.headers)
}

func (x *exchange) judgeFormat(r *result, payload []byte) error {
	switch {
	case x.kind() == template.REST:
		return judgeREST(r)
	case x.endpoint.v1:
		return judgeHTTPv1(r)
	}
	return judgeV2(r, payload, x.kind())
}

// judgeREST holds a result against
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format:
// an object without any other name (recorded: invoke-api-wrong-format), whose
// statusCode may be missing (invoke-api-only-headers).
func judgeREST(r *result) error {
	if !r.hasStatus {
		r.status = http.StatusOK
	}
	switch {
	case !r.object:
		return errors.New("the result is no object")
	case r.unknown != "":
		return fmt.Errorf("the result has a name %q that a REST API does not know", r.unknown)
	}
	return r.wrong
}

// judgeHTTPv1 holds a result of format 1.0 against an HTTP API, which does not
// mind other names and, unlike a REST API, insists on statusCode.
func judgeHTTPv1(r *result) error {
	if !r.hasStatus {
		return errors.New("the result has no statusCode")
	}
	return r.wrong
}

// judgeV2 holds a result of format 2.0 against an HTTP API or a function URL.
// Without a statusCode the result as a whole is the body:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
func judgeV2(r *result, payload []byte, kind template.Kind) error {
	if kind == template.HTTP && failsWithoutError(*r) {
		return errors.New("the result is that of a function error")
	}
	if r.hasStatus {
		return r.wrong
	}
	body, err := inferBody(payload, kind)
	*r = result{status: http.StatusOK, body: body, headers: []header{{"Content-Type", "application/json"}}}
	return err
}

// decodeBody turns base64 into bytes. An HTTP API does so whenever the function
// says isBase64Encoded, a REST API only if the client's first Accept type is
// one of its binary media types.
func (x *exchange) decodeBody(r *result) error {
	if !r.isBase64 {
		return nil
	}
	if x.kind() == template.REST && !matchesAny(x.endpoint.api.BinaryMediaTypes, x.r.Header.Get("Accept")) {
		return nil
	}
	body, err := base64.StdEncoding.AppendDecode(nil, r.body)
	if err != nil {
		return fmt.Errorf("%w: %w", errInvalidBase64, err)
	}
	r.body = body
	return nil
}

// putHeaders puts the function's header fields into the response, under the
// names that the function gave them.
func (x *exchange) putHeaders(r *result) {
	h := x.w.Header()
	for _, field := range r.headers {
		switch name := x.rename(field.name, len(r.body)); name {
		case "":
		case "Content-Length":
			x.set(name, field.value)
		default:
			h[name] = append(h[name], field.value)
		}
	}
	x.defaultType(h, len(r.body))
	if x.kind() != template.HTTP {
		x.set(headerTraceID, x.trace.full)
	}
}

// checkHeaders refuses what would break the response in two, or be dropped in
// silence by net/http (RFC 9110 §5.1, §5.5).
func checkHeaders(headers []header) error {
	for _, h := range headers {
		if !isToken(h.name) {
			return fmt.Errorf("header name %q is no token", h.name)
		}
		if strings.ContainsFunc(h.value, isControl) {
			return fmt.Errorf("value of header %q has a line break or another control character", h.name)
		}
	}
	return nil
}

// isControl tells whether a character cannot stand in a header value.
func isControl(r rune) bool {
	return r < ' ' && r != '\t' || r == 0x7f
}

// isToken tells whether s is a token (RFC 9110 §5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alphanumeric := '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !alphanumeric && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// rename gives the name under which a function's header field goes out, or ""
// where it does not: what frames the message is not the function's to say
// (RFC 9112 §6), and the doors' own IDs are theirs.
func (x *exchange) rename(name string, bodyLength int) string {
	canonical := http.CanonicalHeaderKey(name)
	switch canonical {
	case "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return ""
	}
	if x.kind() != template.HTTP {
		return renameREST(canonical, name)
	}
	if x.endpoint.api.CORS != nil && strings.HasPrefix(canonical, "Access-Control-") {
		return ""
	}
	switch canonical {
	case "Connection", headerHTTPRequestID:
		return ""
	case "Content-Length":
		// The handler of a HEAD may know the length of what it does not send.
		if x.r.Method != http.MethodHead || bodyLength > 0 {
			return ""
		}
		return canonical
	case "Date":
		return canonical // net/http looks for it under this name
	}
	return name
}

// renameREST keeps what a REST API remaps out of the way (recorded in
// test_apigateway_header_remapping_aws):
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
// A function URL remaps too: users' captures show x-amzn-Remapped-content-length,
// -connection and -server, and an X-Amzn-Trace-Id, as in
// https://github.com/aws/aws-lambda-web-adapter/issues/491.
func renameREST(canonical, name string) string {
	switch canonical {
	case headerTraceID, "X-Amz-Apigw-Id":
		return ""
	case "Connection", "Content-Length", "Date", "Server", "X-Amzn-Requestid":
		return "x-amzn-Remapped-" + name
	case "Www-Authenticate":
		if remapsAuthenticate {
			return "x-amzn-Remapped-" + name
		}
	}
	return name
}

// defaultType says what the body is where the function did not, and keeps
// net/http from guessing. A REST API says application/json even of nothing
// (recorded: invoke-api-no-body), and so does a function URL
// (test_lambda_url_invocation). Of several
// spellings, which would be several types, the canonical one holds (RFC 9110
// §5.3).
func (x *exchange) defaultType(h http.Header, bodyLength int) {
	canonical, other := h["Content-Type"] != nil, false
	for name := range h {
		if name == "Content-Type" || !strings.EqualFold(name, "Content-Type") {
			continue
		}
		if other = true; canonical {
			delete(h, name)
		}
	}
	switch {
	case canonical:
	case other:
		h["Content-Type"] = nil
	case x.kind() == template.URL && x.endpoint.stream:
		x.set("Content-Type", streamType)
	case x.kind() != template.HTTP:
		x.set("Content-Type", "application/json")
	case bodyLength > 0:
		x.set("Content-Type", httpDefaultType)
	}
}
