package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/gateway/internal/result"
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
		x.send(r.Status, r.Body)
	}
}

// judge reads the payload in the way of the route's kind and format, and
// leaves a result that has a status and a body ready to send.
func (x *exchange) judge(payload []byte) (result.Result, error) {
	r, err := result.Read(payload, formatOf(x.endpoint.v1))
	if err != nil {
		return r, err
	}
	if err := x.judgeFormat(&r, payload); err != nil {
		return r, err
	}
	if err := r.Complete(); err != nil {
		return r, err
	}
	return r, x.decodeBody(&r)
}

// formatOf gives the names and values that results of format 1.0 or 2.0 have.
func formatOf(v1 bool) result.Format {
	return result.Format{Multi: v1, Cookies: !v1, Numbers: takesNumbers}
}

func (x *exchange) judgeFormat(r *result.Result, payload []byte) error {
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
func judgeREST(r *result.Result) error {
	if !r.HasStatus {
		r.Status = http.StatusOK
	}
	switch {
	case !r.Object:
		return errors.New("the result is no object")
	case r.Unknown != "":
		return fmt.Errorf("the result has a name %q that a REST API does not know", r.Unknown)
	}
	return r.Wrong
}

// judgeHTTPv1 holds a result of format 1.0 against an HTTP API, which does not
// mind other names and, unlike a REST API, insists on statusCode.
func judgeHTTPv1(r *result.Result) error {
	if !r.HasStatus {
		return errors.New("the result has no statusCode")
	}
	return r.Wrong
}

// judgeV2 holds a result of format 2.0 against an HTTP API or a function URL.
// Without a statusCode the result as a whole is the body:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
func judgeV2(r *result.Result, payload []byte, kind template.Kind) error {
	if kind == template.HTTP && failsWithoutError(*r) {
		return errors.New("the result is that of a function error")
	}
	if r.HasStatus {
		return r.Wrong
	}
	body, err := inferBody(payload, kind)
	*r = result.Result{Status: http.StatusOK, Body: body, Headers: []result.Field{{Name: "Content-Type", Value: "application/json"}}}
	return err
}

// decodeBody turns base64 into bytes. An HTTP API does so whenever the function
// says isBase64Encoded, a REST API only if the client's first Accept type is
// one of its binary media types.
func (x *exchange) decodeBody(r *result.Result) error {
	if !r.IsBase64 {
		return nil
	}
	if x.kind() == template.REST && !matchesAny(x.endpoint.api.BinaryMediaTypes, x.r.Header.Get("Accept")) {
		return nil
	}
	body, err := base64.StdEncoding.AppendDecode(nil, r.Body)
	if err != nil {
		return fmt.Errorf("%w: %w", errInvalidBase64, err)
	}
	r.Body = body
	return nil
}

// putHeaders puts the function's header fields into the response, under the
// names that the function gave them.
func (x *exchange) putHeaders(r *result.Result) {
	h := x.w.Header()
	for _, field := range r.Headers {
		switch name := x.rename(field.Name, len(r.Body)); name {
		case "":
		case "Content-Length":
			x.set(name, field.Value)
		default:
			h[name] = append(h[name], field.Value)
		}
	}
	x.defaultType(h, len(r.Body))
	if x.kind() != template.HTTP {
		x.set(headerTraceID, x.trace.Full)
	}
}

// rename gives the name under which a function's header field goes out, or ""
// where it does not: what frames the message is not the function's to say
// (RFC 9112 §6), and the doors' own IDs are theirs.
func (x *exchange) rename(name string, bodyLength int) string {
	canonical := http.CanonicalHeaderKey(name)
	if ofConnection(canonical) {
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

// ofConnection tells whether a header field, by its canonical name, speaks of the
// connection that it comes on or of the framing there. Connection and Content-Length
// are not among them: each kind of API deals with these in its own way.
func ofConnection(canonical string) bool {
	switch canonical {
	case "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
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
