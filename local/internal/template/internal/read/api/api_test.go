package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// SAM makes one implicit API of a kind for all events that name none, with what
// Globals say of its type, once the first of them is there.
func TestImplicit(t *testing.T) {
	globals := map[string]*syntax.Node{resolve.TypeAPI: {Kind: syntax.Mapping, Entries: []syntax.Entry{
		{Key: "BinaryMediaTypes", Value: syntax.List(syntax.Position{}, []string{"image~1png"})},
	}}}
	o, report := propertytest.Read(t, "AWS::Serverless::Function", "      One: {Path: /one, Method: get}\n      Two: {Path: /two, Method: put, RestApiId: ServerlessRestApi}\n")
	r := NewReader(o.Scope(), report, globals)
	if got := r.End(); got != nil {
		t.Fatalf("got the APIs %v without an event, want none", got)
	}
	r.RESTEvent(o.Object("One"), "F:live", o.PosOf("One"))
	r.RESTEvent(o.Object("Two"), "G", o.PosOf("Two"))
	apis := r.End()
	if len(apis) != 1 {
		t.Fatalf("got %d APIs, want one", len(apis))
	}
	a := apis[0]
	if a.LogicalID != "ServerlessRestApi" || !a.Implicit || a.Stage != "Prod" || len(a.BinaryMediaTypes) != 1 || a.BinaryMediaTypes[0] != "image/png" {
		t.Errorf("got %+v, want the implicit API with the binary types of Globals", a)
	}
	var got []string
	for _, route := range a.Routes {
		got = append(got, route.Key()+" "+route.Function+" "+route.PayloadFormat)
	}
	if diff := cmp.Diff([]string{"GET /one F:live 1.0", "PUT /two G 1.0"}, got); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	if got := propertytest.Said(report); got != nil {
		t.Errorf("got %q said, want nothing", got)
	}
}

// What is wrong with an event costs its route alone.
func TestEvents(t *testing.T) {
	for _, test := range []struct {
		name, event string
		kind        stack.Kind
		want        []string
		said        []string
	}{
		{"every route", "{}", stack.HTTP, []string{"ANY $default"}, nil},
		{"a path alone", "{Path: /x}", stack.HTTP, []string{"ANY /x 501"},
			[]string{"t.yaml:8:10: an event of type HttpApi with a Path needs a Method too"}},
		{"a method alone", "{Method: get}", stack.HTTP, nil, []string{"t.yaml:8:10: an event of type HttpApi with a Method needs a Path too"}},
		{"no method", "{Path: /x}", stack.REST, []string{"ANY /x 501"}, []string{"t.yaml:8:10: an event of type Api needs a Path and a Method"}},
		{"OpenAPI's name for ANY", "{Path: /x, Method: x-amazon-apigateway-any-method}", stack.REST, []string{"ANY /x"}, nil},
		{"a method of no API", "{Path: /x, Method: trace}", stack.REST, []string{"TRACE /x 501"},
			[]string{`t.yaml:8:29: Method has to be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, but here is "trace"`}},
		{"a path that is none", "{Path: x, Method: get}", stack.REST, []string{"GET /x 501"}, []string{`t.yaml:8:10: the path "x" has to begin with a slash`}},
		{"the default route", "{Path: /$default, Method: ANY}", stack.HTTP, []string{"ANY $default"}, nil},
		{"a path like the default route", "{Path: /$default, Method: get}", stack.HTTP, []string{"GET /$default"}, nil},
		{"a path of a REST API like the default route", "{Path: /$default, Method: any}", stack.REST, []string{"ANY /$default"}, nil},
		{"an API of another stack", "{Path: /x, Method: get, RestApiId: !ImportValue x, Auth: {Authorizer: L}}", stack.REST, nil, []string{"8:45 ignored E.RestApiId: " + noAPI}},
		{"an API that is a parameter", "{Path: /x, Method: get, ApiId: !Ref P}", stack.HTTP, nil, []string{"8:41 ignored E.ApiId: " + noAPI}},
		{"an API that is a parameter without a value", "{ApiId: !Ref Unset}", stack.HTTP, nil, []string{"8:18 ignored E.ApiId: " + noAPI}},
		{"an API that is none", "{Path: /x, Method: get, RestApiId: !Ref B}", stack.REST, nil, []string{`t.yaml:8:45: RestApiId: there is no API "B"`}},
		{"an API of CloudFormation's", "{Path: /x, Method: get, RestApiId: !Ref A}", stack.REST, nil,
			[]string{"t.yaml:8:45: RestApiId has to name an AWS::Serverless::Api, but A is an AWS::ApiGateway::RestApi"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Function", "      E: "+test.event+"\n")
			r := NewReader(o.Scope(), report, nil)
			if test.kind == stack.REST {
				r.RESTEvent(o.Object("E"), "F", o.PosOf("E"))
			} else {
				r.HTTPEvent(o.Object("E"), "F", o.PosOf("E"))
			}
			var got []string
			for _, a := range r.End() {
				for _, route := range a.Routes {
					status := ""
					if route.Unsupported != "" {
						status = " 501"
					}
					got = append(got, route.Key()+status)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// The path of a REST API's resource is made of those above it, up to the API.
func TestPath(t *testing.T) {
	r := &Reader{report: new(property.Report), apis: map[string]*draft{"A": {}}, paths: map[string]pathPart{
		"Pets": {"pets", "A"}, "Pet": {"{id}", "Pets"}, "Toys": {"toys", "Pet"},
		"Lost": {"lost", ""}, "Loop": {"loop", "Pool"}, "Pool": {"pool", "Loop"},
	}}
	for id, want := range map[string]string{"A": "/", "Pets": "/pets", "Toys": "/pets/{id}/toys", "Lost": "", "Loop": "", "Other": ""} {
		if got, _, ok := r.path(id); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %t, want %q", id, got, ok, want)
		}
	}
}

// As many steps lead up as there are resources, where each is below another.
func TestPathOfAll(t *testing.T) {
	r := &Reader{report: new(property.Report), apis: map[string]*draft{"A": {}}, paths: map[string]pathPart{"One": {"one", "A"}, "Two": {"two", "One"}}}
	if got, _, ok := r.path("Two"); got != "/one/two" || !ok {
		t.Errorf("got %q, %t, want /one/two", got, ok)
	}
}

// The stage of a resource has the variables that can be ones.
func TestRESTStage(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::ApiGateway::Stage", "      RestApiId: !Ref A\n      StageName: one\n      Variables: {a: b, c d: e, f: '\"'}\n")
	r := NewReader(o.Scope(), report, nil)
	a := r.add(o.Scope().Resource("A"), stack.REST)
	r.RESTStage(o)
	if diff := cmp.Diff(map[string]string{"a": "b"}, a.StageVariables); diff != "" || a.Stage != "one" {
		t.Errorf("got the stage %q with the variables (-want +got):\n%s", a.Stage, diff)
	}
	if len(report.Errors()) != 2 || a.stages[0].fault != report.Errors()[0].Error() {
		t.Errorf("got the errors %v and the fault %q, want those of the variables c d and f", report.Errors(), a.stages[0].fault)
	}
}

// What API Gateway cannot call, and what this host cannot emulate.
func TestIntegrate(t *testing.T) {
	const uri = "uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:hello/invocations'"
	for _, test := range []struct {
		name, integration string
		kind              stack.Kind
		want              stack.Route
		said              []string
	}{
		{"Lambda", "{type: aws_proxy, httpMethod: post, " + uri + "}", stack.REST, stack.Route{Function: "F", PayloadFormat: "1.0"}, nil},
		{"Lambda, HTTP", "{type: AWS_PROXY, payloadFormatVersion: '2.0', " + uri + "}", stack.HTTP, stack.Route{Function: "F", PayloadFormat: "2.0"}, nil},
		{"another method", "{type: AWS_PROXY, httpMethod: GET, " + uri + "}", stack.REST, stack.Route{Function: "F", PayloadFormat: "1.0", Misconfigured: true},
			[]string{"8:10 refused I.httpMethod: Lambda is called by POST alone, so API Gateway answers every request with 500"}},
		{"a stream", "{type: AWS_PROXY, responseTransferMode: STREAM, " + uri + "}", stack.REST, stack.Route{Function: "F", PayloadFormat: "1.0", Stream: true}, nil},
		{"no function", "{type: AWS_PROXY, uri: x}", stack.REST, stack.Route{PayloadFormat: "1.0", MissingFunction: "x"},
			[]string{"8:33 refused I.uri: " + notThere}},
		{"a mock of an HTTP API", "{type: MOCK}", stack.HTTP, stack.Route{PayloadFormat: "1.0", Unsupported: "an integration of type MOCK is not emulated"},
			[]string{"8:10 refused I: an integration of type MOCK is not emulated" + notServed}},
		{"another API", "{type: HTTP_PROXY, uri: 'https://example.com/x'}", stack.REST,
			stack.Route{PayloadFormat: "1.0", Unsupported: "an integration of type HTTP_PROXY with https://example.com/x is not emulated"},
			[]string{"8:10 refused I: an integration of type HTTP_PROXY with https://example.com/x is not emulated" + notServed}},
		{"another service by proxy", "{type: AWS_PROXY, uri: 'arn:aws:apigateway:us-east-1:states:action/StartExecution'}", stack.REST,
			stack.Route{PayloadFormat: "1.0", Unsupported: "an integration of type AWS_PROXY with states:action/StartExecution is not emulated"},
			[]string{"8:10 refused I: an integration of type AWS_PROXY with states:action/StartExecution is not emulated" + notServed}},
		{"a service", "{type: AWS_PROXY, integrationSubtype: SQS-SendMessage}", stack.HTTP, stack.Route{PayloadFormat: "1.0", Unsupported: "an integration of type AWS_PROXY SQS-SendMessage is not emulated"},
			[]string{"8:10 refused I: an integration of type AWS_PROXY SQS-SendMessage is not emulated" + notServed}},
		{"too long", "{type: MOCK, timeoutInMillis: 900001}", stack.REST, stack.Route{PayloadFormat: "1.0", Mock: &stack.Mock{StatusCode: 500, Body: `{"message": "Internal server error"}`}},
			[]string{`t.yaml:8:40: timeoutInMillis has to be a whole number from 50 to 900000, but here is "900001"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", "      I: "+test.integration+"\n")
			a, route := &draft{API: &stack.API{Kind: test.kind}}, stack.Route{}
			a.integrate(o.Definition("I", o.Get("I")), &route)
			if diff := cmp.Diff(test.want, route); diff != "" {
				t.Errorf("route (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}
