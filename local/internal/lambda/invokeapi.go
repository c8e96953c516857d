package lambda

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Headers of the Invoke API.
const (
	headerInvocationType    = "X-Amz-Invocation-Type"
	headerClientContextB64  = "X-Amz-Client-Context"
	headerExecutedVersion   = "X-Amz-Executed-Version"
	headerFunctionError     = "X-Amz-Function-Error"
	headerInvokeErrorType   = "X-Amzn-Errortype"
	headerInvokeRequestID   = "X-Amzn-Requestid"
	headerInvokeTraceID     = "X-Amzn-Trace-Id"
	maxClientContext        = 3583 // bytes of base64 (Invoke, ClientContext)
	typeInvalidParameter    = "InvalidParameterValueException"
	typeInvalidContent      = "InvalidRequestContentException"
	typeRequestTooLarge     = "RequestTooLargeException"
	typeUnknownOperation    = "UnknownOperationException"
	typeNotEmulated         = "NotImplementedException" // this host's own
	invocationTypeDryRun    = "DryRun"
	invocationTypeEvent     = "Event"
	invocationTypeSync      = "RequestResponse"
	patternInvoke           = "POST /2015-03-31/functions/{name}/invocations"
	contentTypeInvokeResult = "application/json"
)

// Handler returns the Invoke API, for the AWS CLI (--endpoint-url) and SDKs.
// Signatures are not looked at. It answers as "Invoke" in the API Reference says:
//
//   - 200 an invocation, also one whose function failed: X-Amz-Function-Error
//     tells, and the payload is the error object
//   - 204 a DryRun of a function that is there
//   - 400 InvalidRequestContentException for an event that is not JSON,
//     InvalidParameterValueException for a header that is wrong
//   - 404 ResourceNotFoundException for a function that is not there, and
//     UnknownOperationException for another API
//   - 413 RequestTooLargeException for an event over 6 MB
//   - 429 TooManyRequestsException over the function's reserved concurrency
//   - 501 for the invocation type Event, which this host does not emulate yet,
//     and for a function of a runtime that it does not run
//   - 502 ServiceException for a function that did not build
//
// A browser is kept out: requests from other sites, and those under a name that
// is not this machine's, get 403.
func (l *Lambda) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(patternInvoke, l.serveInvoke)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		message := fmt.Sprintf("%s %s is no operation of this endpoint; it knows %s", r.Method, r.URL.Path, patternInvoke)
		writeError(w, &Error{Type: typeUnknownOperation, Status: http.StatusNotFound, Message: message})
	})
	return mux
}

func (l *Lambda) serveInvoke(w http.ResponseWriter, r *http.Request) {
	request, err := readRequest(r)
	if err == nil {
		_, err = l.Function(request.Function)
	}
	if err == nil && r.Header.Get(headerInvocationType) == invocationTypeDryRun {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var response *Response
	if err == nil {
		response, err = l.Run(r.Context(), *request)
	}
	if err != nil {
		writeError(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentTypeInvokeResult)
	h.Set(headerInvokeRequestID, response.RequestID)
	h.Set(headerExecutedVersion, response.ExecutedVersion)
	if response.FunctionError != "" {
		h.Set(headerFunctionError, response.FunctionError)
	}
	_, _ = w.Write(response.Payload)
}

// readRequest reads and checks a call of Invoke. Its errors are of type *Error.
func readRequest(r *http.Request) (*Request, error) {
	switch t := r.Header.Get(headerInvocationType); t {
	case "", invocationTypeSync, invocationTypeDryRun:
	case invocationTypeEvent:
		return nil, &Error{Type: typeNotEmulated, Status: http.StatusNotImplemented,
			Message: "asynchronous invocation is not emulated yet; use " + invocationTypeSync}
	default:
		return nil, invalid(typeInvalidParameter, "Value %q at 'invocationType' must be one of: %s, %s, %s",
			t, invocationTypeEvent, invocationTypeSync, invocationTypeDryRun)
	}
	clientContext, err := readClientContext(r.Header.Get(headerClientContextB64))
	if err != nil {
		return nil, err
	}
	event, err := readEvent(r.Body)
	if err != nil {
		return nil, err
	}
	return &Request{
		Function: r.PathValue("name"), Event: event, ClientContext: clientContext,
		TraceID: r.Header.Get(headerInvokeTraceID),
	}, nil
}

// readEvent reads the payload. An empty one means an empty object.
func readEvent(body io.Reader) ([]byte, error) {
	event, err := io.ReadAll(io.LimitReader(body, maxEvent+1))
	switch {
	case err != nil:
		return nil, invalid(typeInvalidContent, "Could not read the request body: %v", err)
	case len(event) > maxEvent:
		return nil, &Error{Type: typeRequestTooLarge, Status: http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxEvent)}
	case len(event) == 0:
		return []byte("{}"), nil
	}
	if !json.Valid(event) {
		return nil, invalid(typeInvalidContent, "Could not parse request body into json: %v", json.Unmarshal(event, new(any)))
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
	if err != nil || len(encoded) > maxClientContext {
		return "", invalid(typeInvalidContent, "Client context must be a valid Base64-encoded JSON object of at most %d bytes.", maxClientContext)
	}
	return compact.String(), nil
}

func invalid(errorType, format string, args ...any) error {
	return &Error{Type: errorType, Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

// writeError answers in the form that AWS SDKs read. TooManyRequestsException
// spells its message in lower case, the others in upper case.
func writeError(w http.ResponseWriter, err error) {
	var refused *Error
	if !errors.As(err, &refused) {
		refused = &Error{Type: "ServiceException", Status: http.StatusInternalServerError, Message: err.Error()}
	}
	object := map[string]string{"Type": "User", "Message": refused.Message}
	if refused.Status >= 500 {
		object["Type"] = "Service"
	}
	if refused.Reason != "" {
		delete(object, "Message")
		object["message"], object["Reason"] = refused.Message, refused.Reason
	}
	body, _ := json.Marshal(object) // of strings: cannot fail
	w.Header().Set("Content-Type", contentTypeInvokeResult)
	w.Header().Set(headerInvokeErrorType, refused.Type)
	w.WriteHeader(refused.Status)
	_, _ = w.Write(body)
}

// LocalOnly keeps browsers of other sites away from h: it refuses requests that
// a page of another origin caused, and those whose Host is neither a loopback
// address nor under localhost nor one of hosts, as after a DNS rebinding.
func LocalOnly(h http.Handler, hosts ...string) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host, hosts) {
			http.Error(w, fmt.Sprintf("host %q is not served here", r.Host), http.StatusForbidden)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func isLocal(host string, also []string) bool {
	name := strings.ToLower(host)
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, ']') {
		name = name[:i]
	}
	for _, h := range append([]string{"localhost", "127.0.0.1", "[::1]"}, also...) {
		if name == strings.ToLower(h) {
			return true
		}
	}
	return strings.HasSuffix(name, ".localhost")
}
