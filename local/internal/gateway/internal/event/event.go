// Package event writes the events that functions get of requests: payload format
// 1.0, of REST APIs and of HTTP APIs that ask for it, and 2.0, of HTTP APIs and
// function URLs, and what authorizers' functions get in either format:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads.
//
// A WebSocket API's events have a requestContext of their own, and will be a file
// beside v1.go and v2.go.
package event

import (
	"cmp"

	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/gateway/internal/request"
)

// Caller is who sent a request, as the ways in that admitted it found out. The zero
// value is one of whom events say nothing.
type Caller struct {
	// Authorizer is what an authorizer, or a signature, says of the caller; nil for
	// nothing.
	Authorizer Authorizer
	// Identity is what signatures and API keys say.
	Identity Identity
}

// Authorizer writes the member "authorizer" of requestContext in format 1.0 or 2.0,
// whole or not at all.
type Authorizer interface {
	WriteV1(w *rawjson.Writer)
	WriteV2(w *rawjson.Writer)
}

// Identity has members of requestContext.identity of format 1.0, which are null where
// they are empty, and a function URL's requestContext.accountId.
type Identity struct {
	AccessKey, AccountID, Caller, User, UserARN string
	APIKey, APIKeyID                            string
}

// With gives the caller with what another way in found out, too. What is there stays.
func (c Caller) With(other Caller) Caller {
	i, o := &c.Identity, &other.Identity
	if c.Authorizer == nil {
		c.Authorizer = other.Authorizer
	}
	i.AccessKey, i.AccountID = cmp.Or(i.AccessKey, o.AccessKey), cmp.Or(i.AccountID, o.AccountID)
	i.Caller, i.User, i.UserARN = cmp.Or(i.Caller, o.Caller), cmp.Or(i.User, o.User), cmp.Or(i.UserARN, o.UserARN)
	i.APIKey, i.APIKeyID = cmp.Or(i.APIKey, o.APIKey), cmp.Or(i.APIKeyID, o.APIKeyID)
	return c
}

// Writer writes events, one at a time. The zero value is ready; it is used again
// for the sake of its buffers.
type Writer struct {
	json   rawjson.Writer
	fields []field
	r      *request.Request
	kind   *kind
	caller Caller
}

// Function writes the event of a function for a request whose body was read. What it returns is valid until the next event.
func (w *Writer) Function(r *request.Request, caller Caller) []byte {
	w.begin(r, caller)
	w.collect(r.Route.V1)
	if r.Route.V1 {
		w.writeV1()
	} else {
		w.writeV2()
	}
	return w.json.Buf
}

func (w *Writer) begin(r *request.Request, caller Caller) {
	w.r, w.kind, w.caller = r, &kinds[r.Kind()], caller
	w.json.Buf = w.json.Buf[:0]
}

// Size is how many bytes the Writer's buffer holds on to.
func (w *Writer) Size() int { return cap(w.json.Buf) }

// Reset lets go of the request, and keeps the buffers.
func (w *Writer) Reset() {
	clear(w.fields)
	*w = Writer{json: rawjson.Writer{Buf: w.json.Buf[:0]}, fields: w.fields[:0]}
}
