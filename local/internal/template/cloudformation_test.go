package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain is a template without SAM: a function, a REST API and an HTTP API. The
// lines of a test stand behind it, from line 8 on.
const plain = `Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: provided.al2023, Handler: bootstrap, Role: r, Code: .}
  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r}}
  H: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: h, ProtocolType: HTTP}}
  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: s}}
`

// The parts of APIs that the tests put together.
const (
	pathPart        = "  P: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref R, ParentId: !GetAtt R.RootResourceId, PathPart: p}}\n"
	toFunction      = "Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn}"
	httpIntegration = "  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref H, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, PayloadFormatVersion: 2.0}}\n"
)

// method is an AWS::ApiGateway::Method GET with more properties.
func method(properties string) string {
	return "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, HttpMethod: GET, " + properties + "}}\n"
}

// httpRoute is an AWS::ApiGatewayV2::Route with more properties.
func httpRoute(properties string) string {
	return "  T: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref H, " + properties + "}}\n"
}

func TestCloudFormationRoutes(t *testing.T) {
	const root, target = "ResourceId: !GetAtt R.RootResourceId, ", "Target: !Sub 'integrations/${I}'"
	const quick = "  Q: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !Ref F}}\n"
	for _, test := range []struct {
		name, lines string
		want, notes []string
	}{
		{"root", method(root + toFunction), []string{"GET / → F 1.0"}, nil},
		{"below", pathPart + method("ResourceId: !Ref P, "+toFunction), []string{"GET /p → F 1.0"}, nil},
		{"resources in any order", method("ResourceId: !Ref Q, "+toFunction) +
			"  Q: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref R, ParentId: !Ref P, PathPart: '{q+}'}}\n" + pathPart,
			[]string{"GET /p/{q+} → F 1.0"}, nil},
		{"circle of resources", "  P: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref R, ParentId: !Ref P, PathPart: p}}\n" +
			method("ResourceId: !Ref P, "+toFunction), nil,
			[]string{"9:99 refused M.ResourceId: leads to no resource of this template: the path of the route is not known; every route of R refuses requests, as any may be its"}},
		{"API of another stack", "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: abc, HttpMethod: GET}}\n", nil,
			[]string{"8:62 ignored M.RestApiId: leads to no REST API of this template"}},
		{"no integration", method(root), []string{"GET / → 501"}, []string{"8:3 refused M.Integration: the method has no Integration: the route answers every request with 501"}},
		{"IAM", method(root + "AuthorizationType: AWS_IAM, " + toFunction), []string{"GET / → F 1.0 IAM"},
			[]string{"8:144 refused M.AuthorizationType: IAM authorization" + refused}},
		{"API key", method(root + "ApiKeyRequired: true, " + toFunction), []string{"GET / → F 1.0 API key +key"},
			[]string{"8:141 refused M.ApiKeyRequired: an API key" + refused}},
		{"authorizer of another stack", method(root + "AuthorizationType: CUSTOM, AuthorizerId: abc, " + toFunction), []string{"GET / → F 1.0 Lambda"},
			[]string{"8:144 refused M.AuthorizerId: leads to no authorizer of this template: the route refuses every request; --disable-authorizer opens it"}},
		{"Cognito", method(root+"AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref C, "+toFunction) +
			"  C: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref R, Name: pool, Type: COGNITO_USER_POOLS, ProviderARNs: [a]}}\n",
			[]string{"GET / → F 1.0 Cognito pool"}, []string{"9:3 refused C.: a Cognito authorizer" + refused}},
		{"mock picked by its status", method(root + "Integration: {Type: MOCK, RequestTemplates: {application/json: '{statusCode: 404}'}, " +
			"IntegrationResponses: [{StatusCode: 200}, {StatusCode: 404, SelectionPattern: '4\\d{2}'}]}"), []string{"GET / → mock 404"}, nil},
		{"mock with a template", method(root + "Integration: {Type: MOCK, IntegrationResponses: [{StatusCode: 200, ResponseTemplates: {application/json: '$context.stage'}}]}"),
			[]string{"GET / → mock 200"},
			[]string{"8:211 approximated M.Integration.IntegrationResponses.ResponseTemplates: the template is sent as it stands; it is not evaluated"}},

		{"route key", httpIntegration + httpRoute("RouteKey: GET /x, "+target), []string{"GET /x → F 2.0"}, nil},
		{"$default", httpRoute("RouteKey: $default, "+target) + httpIntegration, []string{"ANY $default → F 2.0"}, nil},
		{"JWT", httpIntegration + httpRoute("RouteKey: GET /x, AuthorizationType: JWT, AuthorizerId: !Ref A, "+target) +
			"  A: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref H, Name: tokens, AuthorizerType: JWT, JwtConfiguration: {}}}\n",
			[]string{"GET /x → F 2.0 JWT tokens"}, []string{"10:3 refused A.: a JWT authorizer" + refused}},
		{"target of another stack", httpRoute("RouteKey: GET /x, Target: integrations/abc"), []string{"GET /x → 501"},
			[]string{"8:3 refused T.Target: the Target leads to no integration of this template: the route answers every request with 501"}},
		{"stage variables of a later stage", "  A: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref H, AuthorizerType: REQUEST, " +
			"AuthorizerPayloadFormatVersion: 2.0, AuthorizerUri: 'arn:aws:lambda:us-east-1:1:function:${stageVariables.f}'}}\n" +
			httpIntegration + httpRoute("RouteKey: GET /x, AuthorizationType: CUSTOM, AuthorizerId: !Ref A, "+target) +
			"  L: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref H, StageName: l, StageVariables: {f: F}}}\n",
			[]string{"GET /x → F 2.0 Lambda A"}, nil},
		{"service integration", httpRoute("RouteKey: GET /x, "+target) +
			"  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref H, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage}}\n",
			[]string{"GET /x → 501"}, []string{"9:3 refused I.: an integration of type AWS_PROXY SQS-SendMessage is not emulated: the route answers every request with 501"}},
		{"quick create", "  Q: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !Ref F, RouteKey: POST /x}}\n",
			[]string{"POST /x → F 2.0"}, nil},
		{"quick create with authorization", quick + "  O: {Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides, Properties: {ApiId: !Ref Q, Route: {AuthorizationType: AWS_IAM}, Stage: {}}}\n",
			[]string{"ANY $default → F 2.0 IAM"}, []string{
				"9:115 refused O.Route.AuthorizationType: IAM authorization" + refused,
				"9:125 ignored O.Stage: the quick create's own stage is taken",
			}},
		{"overrides of no route", quick + "  O: {Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides, Properties: {ApiId: !Ref Q, Integration: {}}}\n",
			[]string{"ANY $default → F 2.0"}, []string{"9:88 ignored O.Integration: the quick create's own integration is taken"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, plain+test.lines)
			if diff := cmp.Diff(test.want, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			var notes []string
			for _, n := range noted(s) {
				if !strings.Contains(n, " F.") && !strings.Contains(n, "has no stage") {
					notes = append(notes, n)
				}
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A path without a stage means the first one, and AWS's usual name is taken where the
// template has none.
func TestCloudFormationStages(t *testing.T) {
	const second = "  S2: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: s2, Variables: {a: b}}}\n"
	for _, test := range []struct {
		name, lines string
		want        [2]string
		note        string
	}{
		{"none for the HTTP API", "", [2]string{"s", "$default"}, "6:3 approximated H.: has no stage; $default is taken"},
		{"two", second, [2]string{"s", "$default"}, ""},
		{"of the HTTP API", "  L: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref H, StageName: live}}\n", [2]string{"s", "live"}, ""},
		{"of a deployment", "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref R}}\n", [2]string{"s", "$default"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, plain+test.lines)
			if got := [2]string{s.APIs[0].Stage, s.APIs[1].Stage}; got != test.want {
				t.Errorf("stages: got %q, want %q", got, test.want)
			}
			if notes := strings.Join(noted(s), "\n"); !strings.Contains(notes, test.note) {
				t.Errorf("notes: got %s, want %s among them", notes, test.note)
			}
		})
	}
}

func TestCloudFormationErrors(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"method without API", "  M: {Type: AWS::ApiGateway::Method, Properties: {HttpMethod: GET}}\n",
			"8:3: the AWS::ApiGateway::Method M has no RestApiId"},
		{"method", strings.Replace(method(toFunction), "GET", "GETT", 1),
			`8:82: Method has to be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, but here is "GETT"; did you mean "GET"?`},
		{"authorization", method("ResourceId: !GetAtt R.RootResourceId, AuthorizationType: CUSTOMS, " + toFunction),
			`8:144: AuthorizationType "CUSTOMS" is not known; did you mean "CUSTOM"?`},
		{"authorizer without a type", method("ResourceId: !GetAtt R.RootResourceId, AuthorizerId: abc, " + toFunction),
			"8:139: AuthorizerId needs an AuthorizationType other than NONE"},
		{"authorizer of a route without a type", httpIntegration + httpRoute("RouteKey: GET /x, AuthorizationType: NONE, AuthorizerId: abc, Target: !Sub 'integrations/${I}'"),
			"9:124: AuthorizerId needs an AuthorizationType other than NONE"},
		{"route without key", httpIntegration + httpRoute("Target: !Sub 'integrations/${I}'"), "9:3: the route T has no RouteKey"},
		{"gateway response", "  G: {Type: AWS::ApiGateway::GatewayResponse, Properties: {RestApiId: !Ref R}}\n",
			"8:3: the gateway response G has no ResponseType"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(plain+test.lines, Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBinaryMediaTypes: "~1" is a slash wherever binary types stand.
func TestBinaryMediaTypes(t *testing.T) {
	const types = "BinaryMediaTypes: ['image~1png', '*/*']"
	for name, test := range map[string]struct{ src, want string }{
		"SAM":            {function + "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, " + types + "}}\n", "image/png */*"},
		"CloudFormation": {function + "  A: {Type: AWS::ApiGateway::RestApi, Properties: {" + types + "}}\n", "image/png */*"},
		"a definition":   {defined("Api", "", "{x-amazon-apigateway-binary-media-types: ['image~1png', '*/*'], paths: {}}"), "image/png */*"},
	} {
		if got := strings.Join(mustParse(t, test.src).APIs[0].BinaryMediaTypes, " "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
