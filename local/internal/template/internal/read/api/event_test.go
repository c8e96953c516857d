package api

import (
	"testing"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// An event adds its timeout and its payload format to a route that the definition of an
// HTTP API has, and leaves what it does not name.
func TestEventOfADefinedRoute(t *testing.T) {
	const behind = "x-amazon-apigateway-integration: {type: aws_proxy, timeoutInMillis: 500, payloadFormatVersion: '1.0', uri: hello}"
	for _, test := range []struct {
		event  string
		millis int64
		format string
	}{
		{"{Path: /x, Method: get, ApiId: R}", 500, stack.Format1},
		{"{Path: /x, Method: get, ApiId: R, TimeoutInMillis: 70}", 70, stack.Format1},
		{"{Path: /x, Method: get, ApiId: R, PayloadFormatVersion: '2.0'}", 500, stack.Format2},
	} {
		o, report := propertytest.Read(t, "AWS::Serverless::HttpApi", "      DefinitionBody: {paths: {/x: {get: {"+behind+"}}}}\n    E: "+test.event+"\n")
		r := NewReader(o.Scope(), report, nil)
		a := r.SAM(o)
		r.Definition(o.Resource())
		event := o.Inside("E", o.Resource().Node.Get("E"))
		r.HTTPEvent(event, "Other", event.Pos())
		if got := a.Routes[0]; len(a.Routes) != 1 || got.Function != "F" || got.Timeout.Milliseconds() != test.millis || got.PayloadFormat != test.format {
			t.Errorf("%s: got %+v, want F with %d ms and %s", test.event, got, test.millis, test.format)
		}
	}
}
