package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// A method becomes a route where its resource, its integration and its authorizer are
// known.
func TestMethod(t *testing.T) {
	const root, integration = "      RestApiId: !Ref A\n      HttpMethod: GET\n      ResourceId: !GetAtt A.RootResourceId\n",
		"      Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: 'arn:aws:lambda:us-east-1:123456789012:function:hello'}\n"
	for _, test := range []struct {
		name, lines string
		want        []string
		said        []string
	}{
		{"of the root", root + integration, []string{"GET / F"}, nil},
		{"of no method", "      RestApiId: !Ref A\n      ResourceId: !GetAtt A.RootResourceId\n" + integration, []string{"ANY / F"}, []string{"t.yaml:5:3: the method R has no HttpMethod"}},
		{"of another resource", "      RestApiId: !Ref A\n      HttpMethod: GET\n      ResourceId: abc\n" + integration, nil,
			[]string{"10:19 refused ResourceId: leads to no resource of this template: the path of the route is not known; every route of A refuses requests, as any may be its"}},
		{"of another API", "      RestApiId: abc\n", nil, []string{"8:18 ignored RestApiId: leads to no REST API of this template"}},
		{"of no API", "      HttpMethod: GET\n", nil, []string{"t.yaml:5:3: the AWS::ApiGateway::Method R has no RestApiId"}},
		{"without an integration", root, []string{"GET / 501"}, []string{"5:3 refused Integration: the method has no Integration" + notServed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, resolve.TypeMethod, test.lines)
			r := NewReader(o.Scope(), report, nil)
			a := r.add(o.Scope().Resource("A"), stack.REST)
			r.Method(o)
			if diff := cmp.Diff(test.want, keys(a.API)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A deployment that names a stage makes it, with the variables of its description.
func TestDeployment(t *testing.T) {
	for _, test := range []struct {
		lines, stage string
		variables    map[string]string
	}{
		{"      RestApiId: !Ref A\n      StageName: v1\n      StageDescription: {Variables: {a: b}}\n", "v1", map[string]string{"a": "b"}},
		{"      RestApiId: !Ref A\n      StageDescription: {Variables: {a: b}}\n", "", nil},
	} {
		o, report := propertytest.Read(t, resolve.TypeDeployment, test.lines)
		r := NewReader(o.Scope(), report, nil)
		a := r.add(o.Scope().Resource("A"), stack.REST)
		r.Deployment(o)
		if a.Stage != test.stage || cmp.Diff(test.variables, a.StageVariables) != "" {
			t.Errorf("%s: got the stage %q with %v, want %q with %v", test.lines, a.Stage, a.StageVariables, test.stage, test.variables)
		}
	}
}

// Parts of APIs are filed by their logical IDs, for others to refer to.
func TestParts(t *testing.T) {
	read := func(resourceType, lines string, part func(*Reader, *property.Object)) (*Reader, *draft) {
		o, report := propertytest.Read(t, resourceType, "      RestApiId: !Ref A\n"+lines)
		r := NewReader(o.Scope(), report, nil)
		a := r.add(o.Scope().Resource("A"), stack.REST)
		part(r, o)
		if len(report.Errors()) > 0 {
			t.Errorf("%s: got the errors %v, want none", resourceType, report.Errors())
		}
		return r, a
	}
	r, _ := read(resolve.TypePathPart, "      PathPart: pets\n      ParentId: !GetAtt A.RootResourceId\n", (*Reader).PathPart)
	if got, _, ok := r.path("R"); got != "/pets" || !ok {
		t.Errorf("got the path %q, want /pets", got)
	}
	r, _ = read(resolve.TypeRESTAuthorizer, "      Type: REQUEST\n      AuthorizerUri: hello\n      IdentitySource: method.request.header.A\n", (*Reader).RESTAuthorizer)
	if got := r.authorizers["R"]; got == nil || got.Authorizer.Name != "R" || got.Authorizer.Lambda.Function != "F" {
		t.Errorf("got the authorizer %+v, want R with the function F", got)
	}
	r, _ = read(resolve.TypeRequestValidator, "      ValidateRequestBody: true\n", (*Reader).RequestValidator)
	if _, ok := r.validators["R"]; !ok {
		t.Error("got no request validator, want R")
	}
	_, a := read(resolve.TypeGatewayResponse, "      ResponseType: UNAUTHORIZED\n      StatusCode: 418\n", (*Reader).GatewayResponse)
	if got := a.GatewayResponses["UNAUTHORIZED"].StatusCode; got != 418 {
		t.Errorf("got the status %d, want 418", got)
	}
	_, a = read(resolve.TypeModel, "      Name: M\n      Schema: {}\n", (*Reader).Model)
	if a.Models["M"] == nil {
		t.Errorf("got the models %v, want M", a.Models)
	}
}

// A route of an HTTP API takes what its integration has.
func TestRoute(t *testing.T) {
	o, report := propertytest.Read(t, resolve.TypeCloudFormationHTTP, "      ProtocolType: HTTP\n      ApiId: !Ref R\n      RouteKey: PUT /pets\n      PayloadFormatVersion: '2.0'\n"+
		"      IntegrationType: AWS_PROXY\n      IntegrationUri: hello\n      Target: abc\n")
	r := NewReader(o.Scope(), report, nil)
	a := r.add(o.Resource(), stack.HTTP)
	r.Integration(o)
	if got := r.integrations["R"]; got == nil || got.Function != "F" || got.PayloadFormat != "2.0" {
		t.Fatalf("got the integration %+v, want one of F with 2.0", got)
	}
	r.Route(o) // whose Target is no integration of the template
	if diff := cmp.Diff([]string{"PUT /pets 501"}, keys(a.API)); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	o, report = propertytest.Read(t, resolve.TypeCloudFormationHTTP, "      ApiId: !Ref R\n      RouteKey: $default\n      Target: !Sub 'integrations/${R}'\n")
	r.report = report
	r.Route(o)
	if diff := cmp.Diff([]string{"PUT /pets 501", "ANY $default F"}, keys(a.API)); diff != "" || a.Routes[1].PayloadFormat != "2.0" {
		t.Errorf("got %+v, routes (-want +got):\n%s", a.Routes, diff)
	}
}

// A resource with a PathPart that API Gateway does not take is an error at its place.
func TestWrongPathPart(t *testing.T) {
	for lines, want := range map[string]string{
		"      PathPart: a+b\n": `t.yaml:9:17: PathPart has the part "a+b", but API Gateway takes letters, digits and . _ - : , $ there only`,
		"      ParentId: x\n":   "t.yaml:5:3: PathPart is empty",
	} {
		o, report := propertytest.Read(t, resolve.TypePathPart, "      RestApiId: !Ref A\n"+lines)
		r := NewReader(o.Scope(), report, nil)
		r.add(o.Scope().Resource("A"), stack.REST)
		r.PathPart(o)
		if diff := cmp.Diff([]string{want}, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", lines, diff)
		}
	}
}
