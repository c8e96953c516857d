package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// Every refusal that Lambda documents has its kind, given by Lambda itself.
func TestRefusals(t *testing.T) {
	none := 0
	l := lambda.New(lambda.Config{Functions: []*lambda.Function{
		{LogicalID: "Throttled", Name: "throttled", ReservedConcurrency: &none},
		{LogicalID: "Unbuilt", Name: "unbuilt", Unavailable: errors.New("does not compile")},
		{LogicalID: "Unsupported", Name: "unsupported", Unavailable: fmt.Errorf("%w: images", lambda.ErrUnsupported)},
		{LogicalID: "Tenants", Name: "tenants", IsolatesTenants: true},
	}})
	large := make([]byte, lambda.MaxEvent+1)
	invoke := func(function string, event []byte, want gateway.ErrorKind, kind lambda.Kind) {
		t.Helper()
		_, err := invoker{l}.Invoke(t.Context(), gateway.Invocation{Function: function, Event: event})
		var failed *gateway.InvokeError
		var refused *lambda.Error
		if !errors.As(err, &failed) || failed.Kind != want || !errors.As(err, &refused) || refused.Kind != kind {
			t.Errorf("%s: got %#v, want kind %d of %s", function, err, want, kind)
		}
	}
	invoke("Tenants", nil, gateway.FunctionError, lambda.InvalidParameter)
	invoke("Absent", nil, gateway.FunctionError, lambda.NotFound)
	invoke("Unbuilt", large, gateway.EventTooLarge, lambda.EventTooLarge)
	invoke("Throttled", nil, gateway.FunctionThrottled, lambda.Throttled)
	invoke("Unsupported", nil, gateway.FunctionUnsupported, lambda.Unsupported)
	invoke("Unbuilt", nil, gateway.FunctionUnavailable, lambda.Unavailable)
	l.Close(t.Context())
	l = lambda.New(lambda.Config{Functions: []*lambda.Function{{LogicalID: "Late", Name: "late"}}})
	l.Close(t.Context())
	invoke("Late", nil, gateway.FunctionUnavailable, lambda.Unavailable)
}

// A kind of refusal that has no place in the table would be none of the gateway's.
func TestEveryRefusalHasItsKind(t *testing.T) {
	for kind := lambda.Kind(0); !strings.HasPrefix(kind.String(), "Kind("); kind++ {
		var failed *gateway.InvokeError
		if err := invokeError(&lambda.Error{Kind: kind}); !errors.As(err, &failed) || failed.Kind == 0 {
			t.Errorf("%s: got %#v, want a kind of the gateway's", kind, err)
		}
	}
}

// The end of the gateway's patience is none of Lambda's errors.
func TestInvokeError(t *testing.T) {
	for _, tt := range []struct {
		err     error
		kind    gateway.ErrorKind
		message string
	}{
		{&lambda.FunctionError{}, gateway.FunctionError, ""},
		{&lambda.FunctionError{Payload: []byte(`{"errorMessage":"Unauthorized"}`)}, gateway.FunctionError, "Unauthorized"},
		{fmt.Errorf("invoking: %w", &lambda.FunctionError{TimedOut: true}), gateway.FunctionTimeout, ""},
	} {
		var failed *gateway.InvokeError
		if got := invokeError(tt.err); !errors.As(got, &failed) || failed.Kind != tt.kind || failed.Message != tt.message || !errors.Is(got, tt.err) {
			t.Errorf("%v: got %#v, want kind %d and message %q", tt.err, got, tt.kind, tt.message)
		}
	}
	if got, want := invokeError(context.DeadlineExceeded), context.DeadlineExceeded; got != want {
		t.Errorf("got %#v, want %v as it is", got, want)
	}
}

// What an invocation came to reaches the gateway whole, that of a function that
// failed too.
func TestResult(t *testing.T) {
	f := lambdatest.NewFunction(t, "echo")
	l, _ := lambdatest.Start(t, f)
	r, err := invoker{l}.Invoke(t.Context(), gateway.Invocation{Function: f.LogicalID, ID: "own", Event: []byte(`{"n":1}`), Tail: true})
	if err != nil || r.RequestID != "own" || len(r.Payload) == 0 || !strings.Contains(string(r.Log), "REPORT RequestId: own") {
		t.Errorf("got %+v, %v, want the payload, the ID and the log", r, err)
	}
	if r.Report.Duration <= 0 || r.Report.InitDuration <= 0 || r.Report.MaxMemoryUsed <= 0 {
		t.Errorf("got %+v, want the figures of a new environment", r.Report)
	}
	f = lambdatest.NewFunction(t, "exit")
	l, _ = lambdatest.Start(t, f)
	r, err = invoker{l}.Invoke(t.Context(), gateway.Invocation{Function: f.LogicalID, Event: []byte(`1`)})
	if err == nil || r.Payload != nil || r.RequestID == "" || r.Report.Duration <= 0 || r.Log != nil {
		t.Errorf("got %+v, %v, want the figures of a failure", r, err)
	}
}
