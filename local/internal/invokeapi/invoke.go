package invokeapi

import (
	"encoding/base64"
	"errors"
	"net/http"

	"maru/local/internal/lambda"
)

// Headers of Invoke, and the values of some.
const (
	headerInvocationType  = "X-Amz-Invocation-Type"
	headerLogType         = "X-Amz-Log-Type"
	headerClientContext   = "X-Amz-Client-Context"
	headerTenantID        = "X-Amz-Tenant-Id"
	headerExecutedVersion = "X-Amz-Executed-Version"
	headerFunctionError   = "X-Amz-Function-Error"
	headerLogResult       = "X-Amz-Log-Result"
	headerErrorType       = "X-Amzn-Errortype"
	headerRequestID       = "X-Amzn-Requestid"
	headerTraceID         = "X-Amzn-Trace-Id"

	typeDryRun   = "DryRun"
	typeEvent    = "Event"
	typeSync     = "RequestResponse"
	logTypeNone  = "None"
	logTypeTail  = "Tail"
	mediaJSON    = "application/json"
	maxEvent     = 6 << 20 // bytes of a synchronous invocation
	maxAsync     = 1 << 20 // bytes of type Event, since October 2025
	maxContext   = 3583    // bytes of base64 (Invoke, ClientContext)
	maxTenantID  = 256     // characters (Invoke, TenantId)
	maxQualifier = 128     // characters (Invoke, Qualifier)
)

// invoke is the operation Invoke.
func (a *api) invoke(w http.ResponseWriter, r *http.Request) {
	request, kind, err := a.readInvocation(r)
	if err != nil {
		writeError(w, err)
		return
	}
	w.Header().Set(headerRequestID, request.ID)
	switch kind {
	case typeDryRun:
		w.WriteHeader(http.StatusNoContent)
	case typeEvent:
		a.enqueue(w, r, request)
	default:
		a.run(w, r, request)
	}
}

// readInvocation reads a call of Invoke. The function is there.
func (a *api) readInvocation(r *http.Request) (request lambda.Request, kind string, err error) {
	kind, err = oneOf(r, headerInvocationType, "invocationType", typeSync, typeEvent, typeDryRun)
	if err != nil {
		return request, kind, err
	}
	limit := maxEvent
	if kind == typeEvent {
		limit = maxAsync
	}
	request, _, err = a.readRequest(r, limit)
	return request, kind, err
}

func (a *api) run(w http.ResponseWriter, r *http.Request, request lambda.Request) {
	response, err := a.Lambda.Run(r.Context(), request)
	if err != nil {
		a.refuse(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaJSON)
	h.Set(headerExecutedVersion, response.ExecutedVersion)
	if response.FunctionError != "" {
		h.Set(headerFunctionError, response.FunctionError)
	}
	if response.Log != nil {
		h.Set(headerLogResult, base64.StdEncoding.EncodeToString(response.Log))
	}
	_, _ = w.Write(response.Payload)
}

func (a *api) enqueue(w http.ResponseWriter, r *http.Request, request lambda.Request) {
	if a.Queue == nil {
		writeError(w, &lambda.Error{
			Type: "ServiceException", Status: http.StatusNotImplemented,
			Message: "nothing takes asynchronous invocations here; use " + typeSync,
		})
		return
	}
	if err := a.Queue.Enqueue(r.Context(), request); err != nil {
		a.refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// refuse answers an invocation that did not come to its end.
func (a *api) refuse(w http.ResponseWriter, err error) {
	if refused := new(lambda.Error); !errors.As(err, &refused) {
		a.Log.Error("invocation failed", "error", err)
	}
	writeError(w, err)
}
