package invokeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"maru/local/internal/lambda"
)

// call is a call of an operation that invokes.
type call struct {
	lambda.Request
	kind   string // its invocation type
	target lambda.Target
}

// accept reads a call of one of these invocation types, the first where it names
// none, and gives its request ID to the answer. It is not ok where it was refused.
func (a *api) accept(w http.ResponseWriter, r *http.Request, kinds ...string) (c call, ok bool) {
	var err error
	if c.kind, err = oneOf(r, headerInvocationType, "invocationType", kinds...); err == nil {
		c.Request, c.target, err = a.readRequest(r)
	}
	if err != nil {
		writeError(w, err)
		return c, false
	}
	w.Header().Set(headerRequestID, c.Request.ID)
	return c, true
}

// readRequest reads and checks what the operations that invoke have in common:
// the function and its qualifier, the headers, and the event. Its errors are of type
// *refusal or *lambda.Error.
func (a *api) readRequest(r *http.Request) (request lambda.Request, t lambda.Target, err error) {
	request = lambda.Request{
		ID: a.RequestIDs.New(), Function: r.PathValue("name"), Qualifier: r.URL.Query().Get("Qualifier"),
		TraceID: r.Header.Get(headerTraceID), TenantID: r.Header.Get(headerTenantID),
	}
	logType, err := oneOf(r, headerLogType, "logType", logTypeNone, logTypeTail)
	if err != nil {
		return request, t, err
	}
	request.Tail = logType == logTypeTail
	if len(request.TenantID) > maxTenantID {
		return request, t, invalidParameter("%s has at most %d characters", headerTenantID, maxTenantID)
	}
	if t, err = a.seen(a.Lambda.Resolve(request)); err != nil {
		return request, t, orInvalid(err, request.Function, request.Qualifier)
	}
	if request.ClientContext, err = readClientContext(r.Header.Get(headerClientContext)); err != nil {
		return request, t, err
	}
	request.Event, err = readEvent(r.Body)
	return request, t, err
}

// oneOf returns the value of a header that has to be one of a few, the first
// where it is missing.
func oneOf(r *http.Request, header, parameter string, values ...string) (string, error) {
	got := r.Header.Get(header)
	if got == "" {
		return values[0], nil
	}
	for _, value := range values {
		if got == value {
			return value, nil
		}
	}
	return "", invalidParameter("Value %q at '%s' must be one of: %s", got, parameter, strings.Join(values, ", "))
}

// readEvent reads the payload. An empty one means an empty object.
func readEvent(body io.Reader) ([]byte, error) {
	event, err := io.ReadAll(io.LimitReader(body, lambda.MaxEvent+1))
	switch {
	case err != nil:
		return nil, invalidContent("Could not read the request body: %v", err)
	case len(event) > lambda.MaxEvent:
		return nil, lambda.ErrEventTooLarge
	case len(event) == 0:
		return []byte("{}"), nil
	case !json.Valid(event):
		return nil, invalidContent("Could not parse request body into json: %v", json.Unmarshal(event, new(any)))
	}
	return event, nil
}

// readClientContext decodes the header. The JSON goes into a header of the
// Runtime API, so line ends in it must not stay.
func readClientContext(encoded string) (string, error) {
	if encoded == "" {
		return "", nil
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	var compact bytes.Buffer
	if err == nil {
		err = json.Compact(&compact, raw)
	}
	if err != nil || len(encoded) > maxContext {
		return "", invalidContent("Client context must be a valid Base64-encoded JSON object of at most %d bytes.", maxContext)
	}
	return compact.String(), nil
}
