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

	typeDryRun  = "DryRun"
	typeEvent   = "Event"
	typeSync    = "RequestResponse"
	logTypeNone = "None"
	logTypeTail = "Tail"
	mediaJSON   = "application/json"
	maxContext  = 3583 // bytes of base64 (Invoke, ClientContext)
	maxTenantID = 256  // characters (Invoke, TenantId)
)

// invoke is the operation Invoke.
func (a *api) invoke(w http.ResponseWriter, r *http.Request) {
	c, ok := a.accept(w, r, typeSync, typeEvent, typeDryRun)
	if !ok {
		return
	}
	switch c.kind {
	case typeDryRun:
		w.WriteHeader(http.StatusNoContent)
	case typeEvent:
		c.Request.Function, c.Request.Qualifier = c.target.Function.LogicalID, c.target.Qualifier
		a.enqueue(w, r, c.Request)
	default:
		a.run(w, r, c.Request)
	}
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
		writeError(w, refused(exceptions[lambda.Unsupported], "nothing takes asynchronous invocations here; use "+typeSync))
		return
	}
	if _, err := a.Queue.Enqueue(r.Context(), request); err != nil {
		a.refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// refuse answers an invocation that did not come to its end.
func (a *api) refuse(w http.ResponseWriter, err error) {
	if !errors.As(err, new(*lambda.Error)) {
		a.Log.Error("invocation failed", "error", err)
	}
	writeError(w, err)
}
