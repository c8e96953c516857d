package invokeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"maru/local/internal/lambda"
)

// exception is an error of the API Reference.
type exception struct {
	name   string
	status int
	// reason is TooManyRequestsException's Reason; empty for other exceptions.
	reason string
}

// exceptions are what Lambda's refusals are on the wire.
var exceptions = [...]exception{
	lambda.ServiceError:     {"ServiceException", http.StatusInternalServerError, ""},
	lambda.InvalidParameter: {"InvalidParameterValueException", http.StatusBadRequest, ""},
	lambda.NotFound:         {"ResourceNotFoundException", http.StatusNotFound, ""},
	lambda.EventTooLarge:    {"RequestTooLargeException", http.StatusRequestEntityTooLarge, ""},
	lambda.Throttled:        {"TooManyRequestsException", http.StatusTooManyRequests, "ReservedFunctionConcurrentInvocationLimitExceeded"},
	lambda.Unsupported:      {"ServiceException", http.StatusNotImplemented, ""},
	lambda.Unavailable:      {"ServiceException", http.StatusBadGateway, ""},
}

// Exceptions of calls that do not come as far as Lambda.
var (
	invalidRequestContent = exception{"InvalidRequestContentException", http.StatusBadRequest, ""}
	unknownOperation      = exception{"UnknownOperationException", http.StatusNotFound, ""}
	validation            = exception{"ValidationException", http.StatusBadRequest, ""}
)

// StatusOf returns the status that Invoke answers with where an invocation ended in
// err: that of a *lambda.Error's kind, 500 for any other. Records of asynchronous
// invocations have it, too.
func StatusOf(err error) int { return asRefusal(err).status }

// refusal is the error of a call that was not done.
type refusal struct {
	exception
	message string
}

// Error returns the message.
func (r *refusal) Error() string { return r.message }

func refused(e exception, format string, args ...any) error {
	return &refusal{e, fmt.Sprintf(format, args...)}
}

func invalidContent(format string, args ...any) error {
	return refused(invalidRequestContent, format, args...)
}

func invalidParameter(format string, args ...any) error {
	return refused(exceptions[lambda.InvalidParameter], format, args...)
}

// asRefusal makes a ServiceException of an error that Lambda has no name for.
func asRefusal(err error) *refusal {
	var own *refusal
	var lambdas *lambda.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &lambdas):
		return &refusal{exceptions[lambdas.Kind], lambdas.Message}
	}
	return &refusal{exceptions[lambda.ServiceError], err.Error()}
}

// writeError answers in the form that AWS SDKs read.
func writeError(w http.ResponseWriter, err error) {
	r := asRefusal(err)
	w.Header().Set(headerErrorType, r.name)
	writeJSON(w, r.status, r.body())
}

// body is the JSON object of the answer. TooManyRequestsException spells its message
// in lower case, the others in upper case; a ValidationException is that of all AWS
// services, which has nothing but a message in lower case
// (https://github.com/aarondfrancis/sidecar/issues/147).
func (r *refusal) body() map[string]string {
	fault := "User"
	if r.status >= http.StatusInternalServerError {
		fault = "Service"
	}
	switch {
	case r.exception == validation:
		return map[string]string{"message": r.message}
	case r.reason != "":
		return map[string]string{"Type": fault, "message": r.message, "Reason": r.reason}
	}
	return map[string]string{"Type": fault, "Message": r.message}
}

// writeJSON answers with an object, which has to be one that JSON can express.
func writeJSON(w http.ResponseWriter, status int, object any) {
	body, _ := json.Marshal(object)
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
