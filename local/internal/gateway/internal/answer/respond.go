package answer

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// errInvalidBase64 is a body that says it is base64 and is not.
var errInvalidBase64 = errors.New("body is not base64")

// Respond turns a function's payload into the response, or refuses it as a whole:
// nothing is sent before all of it has been checked.
func (w *Writer) Respond(payload []byte) {
	r, err := w.judge(payload)
	switch {
	case errors.Is(err, errInvalidBase64):
		w.Refuse(Because(UndecodableBody, err))
	case err != nil:
		w.Refuse(Because(MalformedResult, err))
	default:
		w.putHeaders(&r)
		w.allowOrigin()
		w.nameRequest()
		w.send(r.Status, r.Body)
	}
}

// judge reads the payload in the way of the route's kind and format, and
// leaves a result that has a status and a body ready to send.
func (w *Writer) judge(payload []byte) (result.Result, error) {
	r, err := result.Read(payload, FormatOf(w.r.Kind(), w.r.Route.V1))
	if err != nil {
		return r, err
	}
	if r, err = kinds[w.r.Kind()].judge(w, r, payload); err != nil {
		return r, err
	}
	if err := r.Complete(); err != nil {
		return r, err
	}
	return r, w.decodeBody(&r)
}

// FormatOf gives the names and values that results of format 1.0 or 2.0 have for a
// kind of API.
func FormatOf(kind template.Kind, v1 bool) result.Format {
	return result.Format{
		Multi: v1, Cookies: !v1, Numbers: disputed.TakesNumbers, Words: disputed.TakesWords,
		Base64Encoded: disputed.TakesBase64Encoded[kind], JSONBody: disputed.TakesJSONBody[kind],
	}
}

// judgeREST holds a result against
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format:
// an object without any other name (recorded: invoke-api-wrong-format), whose
// statusCode may be missing (invoke-api-only-headers).
func judgeREST(_ *Writer, r result.Result, _ []byte) (result.Result, error) {
	if !r.HasStatus {
		r.Status = http.StatusOK
	}
	switch {
	case !r.Object:
		return r, errors.New("the result is no object")
	case r.Unknown != "":
		return r, fmt.Errorf("the result has a name %q that a REST API does not know", r.Unknown)
	}
	return r, r.Wrong
}

// judgeHTTP holds a result of either format against an HTTP API. Of format 1.0 it
// does not mind other names and, unlike a REST API, insists on statusCode.
func judgeHTTP(w *Writer, r result.Result, payload []byte) (result.Result, error) {
	switch {
	case w.r.Route.V1 && !r.HasStatus:
		return r, errors.New("the result has no statusCode")
	case w.r.Route.V1:
		return r, r.Wrong
	case disputed.FailsWithoutError(r):
		return r, errors.New("the result is that of a function error")
	}
	return judgeURL(w, r, payload)
}

// judgeURL holds a result of format 2.0 against a function URL, or an HTTP API.
// Without a statusCode the result as a whole is the body:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
func judgeURL(w *Writer, r result.Result, payload []byte) (result.Result, error) {
	if r.HasStatus {
		return r, r.Wrong
	}
	body, err := disputed.InferBody(payload, w.r.Kind())
	fields := []result.Field{{Name: "Content-Type", Value: "application/json"}}
	return result.Result{Status: http.StatusOK, Body: body, Headers: fields}, err
}

// decodeBody turns base64 into bytes, where the function says isBase64Encoded and
// the kind of API heeds it.
func (w *Writer) decodeBody(r *result.Result) error {
	if !r.IsBase64 || !kinds[w.r.Kind()].decodes(w.r) {
		return nil
	}
	body, err := base64.StdEncoding.AppendDecode(nil, r.Body)
	if err != nil {
		return fmt.Errorf("%w: %w", errInvalidBase64, err)
	}
	r.Body = body
	return nil
}
