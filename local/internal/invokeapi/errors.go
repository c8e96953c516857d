package invokeapi

import (
	"encoding/json"
	"errors"
	"net/http"

	"maru/local/internal/lambda"
)

// writeError answers in the form that AWS SDKs read. TooManyRequestsException
// spells its message in lower case, the others in upper case; a ValidationException
// is that of all AWS services, which has nothing but a message in lower case
// (https://github.com/aarondfrancis/sidecar/issues/147).
func writeError(w http.ResponseWriter, err error) {
	refused := asRefusal(err)
	object := map[string]string{"Type": "User", "Message": refused.Message}
	if refused.Status >= http.StatusInternalServerError {
		object["Type"] = "Service"
	}
	if refused.Reason != "" {
		delete(object, "Message")
		object["message"], object["Reason"] = refused.Message, refused.Reason
	}
	if refused.Type == exceptionValidation {
		object = map[string]string{"message": refused.Message}
	}
	w.Header().Set(headerErrorType, refused.Type)
	writeJSON(w, refused.Status, object)
}

// asRefusal makes a ServiceException of an error that Lambda has no name for.
func asRefusal(err error) *lambda.Error {
	if refused := new(lambda.Error); errors.As(err, &refused) {
		return refused
	}
	return &lambda.Error{Type: "ServiceException", Status: http.StatusInternalServerError, Message: err.Error()}
}

// writeJSON answers with an object, which has to be one that JSON can express.
func writeJSON(w http.ResponseWriter, status int, object any) {
	body, _ := json.Marshal(object)
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
