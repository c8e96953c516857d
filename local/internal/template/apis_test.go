package template

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// apis is a template with an API of each type, whose Auth the tests fill in,
// and a function whose events are added.
const apis = `Transform: AWS::Serverless-2016-10-31
Resources:
  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Auth: REST}}
  Web: {Type: AWS::Serverless::HttpApi, Properties: {Auth: HTTP}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      Events:
        E: EVENT
`

// withAuth fills in the template; empty parts get an empty mapping.
func withAuth(rest, http, event string) string {
	or := func(s string) string {
		if s == "" {
			return "{}"
		}
		return s
	}
	return strings.NewReplacer("REST", or(rest), "HTTP", or(http), "EVENT", event).Replace(apis)
}

func TestRouteAuth(t *testing.T) {
	const (
		cognito = "Authorizers: {Pool: {UserPoolArn: arn}, Own: {FunctionArn: arn}}"
		jwt     = "Authorizers: {Tokens: {JwtConfiguration: {issuer: i}, IdentitySource: $request.header.A}, " +
			"Own: {FunctionArn: arn, AuthorizerPayloadFormatVersion: '2.0'}}"
	)
	restEvent := func(method, auth string) string {
		return fmt.Sprintf("{Type: Api, Properties: {Path: /, Method: %s, RestApiId: !Ref Rest, Auth: {%s}}}", method, auth)
	}
	httpEvent := func(auth string) string {
		return fmt.Sprintf("{Type: HttpApi, Properties: {Path: /, Method: get, ApiId: Web, Auth: {%s}}}", auth)
	}
	for _, test := range []struct{ name, rest, http, event, want string }{
		{name: "none", event: restEvent("get", ""), want: "open"},
		{name: "route's own", rest: "{" + cognito + "}", event: restEvent("get", "Authorizer: Own"), want: "Lambda Own"},
		{name: "default", rest: "{DefaultAuthorizer: Pool, " + cognito + "}", event: restEvent("get", ""), want: "Cognito Pool"},
		{name: "NONE", rest: "{DefaultAuthorizer: Pool, " + cognito + "}", event: restEvent("get", "Authorizer: NONE"), want: "open"},
		{name: "IAM", event: restEvent("get", "Authorizer: AWS_IAM"), want: "IAM"},
		{name: "IAM as the default", rest: "{DefaultAuthorizer: AWS_IAM}", event: restEvent("get", ""), want: "IAM"},
		{name: "API key of the route", event: restEvent("get", "ApiKeyRequired: true"), want: "API key +key"},
		{name: "API key of the API", rest: "{ApiKeyRequired: true}", event: restEvent("get", ""), want: "API key +key"},
		{name: "route without the API's key", rest: "{ApiKeyRequired: true}", event: restEvent("get", "ApiKeyRequired: false"), want: "open"},
		{name: "authorizer and key", rest: "{ApiKeyRequired: true, DefaultAuthorizer: Pool, " + cognito + "}",
			event: restEvent("get", ""), want: "Cognito Pool +key"},
		{name: "default for OPTIONS", rest: "{DefaultAuthorizer: Pool, " + cognito + "}", event: restEvent("options", ""), want: "Cognito Pool"},
		{name: "no default for OPTIONS", rest: "{DefaultAuthorizer: Pool, AddDefaultAuthorizerToCorsPreflight: false, " + cognito + "}",
			event: restEvent("options", ""), want: "open"},
		{name: "default for GET without one for OPTIONS", rest: "{DefaultAuthorizer: Pool, AddDefaultAuthorizerToCorsPreflight: false, " + cognito + "}",
			event: restEvent("get", ""), want: "Cognito Pool"},
		{name: "JWT", http: "{" + jwt + "}", event: httpEvent("Authorizer: Tokens"), want: "JWT Tokens"},
		{name: "Lambda in an HTTP API", http: "{DefaultAuthorizer: Own, " + jwt + "}", event: httpEvent(""), want: "Lambda Own"},
		{name: "default for OPTIONS of an HTTP API", http: "{DefaultAuthorizer: Own, " + jwt + "}",
			event: strings.Replace(httpEvent(""), "get", "options", 1), want: "open"},
		{name: "IAM in an HTTP API", http: "{EnableIamAuthorizer: true}", event: httpEvent("Authorizer: AWS_IAM"), want: "IAM"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, withAuth(test.rest, test.http, test.event))
			got := "open"
			for _, a := range s.APIs {
				for _, r := range a.Routes {
					if r.Auth != nil {
						got = asked(r.Auth)[1:]
					}
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			refusals := 0
			for _, n := range s.Notes {
				if n.Level == Refused {
					refusals++
				}
			}
			if closed := got != "open"; closed && refusals == 0 {
				t.Errorf("got no note of level refused for %s, want one", got)
			}
		})
	}
}

func TestAuthErrors(t *testing.T) {
	event := "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Rest, Auth: {Authorizer: Pol}}}"
	for _, test := range []struct{ name, src, want string }{
		{"unknown authorizer", withAuth("{Authorizers: {Pool: {UserPoolArn: a}}}", "", event),
			`template.yaml:11:100: the API has no authorizer "Pol"; did you mean "Pool"?`},
		{"unknown default", withAuth("{DefaultAuthorizer: Pol, Authorizers: {Pool: {UserPoolArn: a}}}", "", "{Type: SQS}"),
			`template.yaml:3:92: the API has no authorizer "Pol"; did you mean "Pool"?`},
		{"unknown default of an HTTP API", withAuth("", "{DefaultAuthorizer: Pool}", "{Type: SQS}"),
			`template.yaml:4:80: the API has no authorizer "Pool"`},
		{"misspelt default", withAuth("{defaultAuthorizer: AWS_IAM}", "", "{Type: SQS}"),
			`template.yaml:3:73: defaultAuthorizer is not a property of Auth; did you mean "DefaultAuthorizer"?`},
		{"misspelt default of an HTTP API", withAuth("", "{Default: AWS_IAM}", "{Type: SQS}"),
			`template.yaml:4:61: Default is not a property of Auth; did you mean "DefaultAuthorizer"?`},
		{"misspelt authorizer", withAuth("", "", strings.Replace(event, "Authorizer", "authorizer", 1)),
			`template.yaml:11:88: authorizer is not a property of an event's Auth; did you mean "Authorizer"?`},
		{"misspelt authorizer in an HTTP API", withAuth("", "", "{Type: HttpApi, Properties: {Auth: {Authoriser: AWS_IAM}}}"),
			`template.yaml:11:48: Authoriser is not a property of an event's Auth; did you mean "Authorizer"?`},
		{"authorizer that is no mapping", withAuth("{Authorizers: {Pool: x}}", "", "{Type: SQS}"),
			"template.yaml:3:93: Pool has to be a mapping, but here is a single value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(test.src, Options{})
			if diff := cmp.Diff([]string{test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPIErrors(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"no stage", "A: {Type: AWS::Serverless::Api}", "8:3: the API A has no StageName"},
		{"stage name", "A: {Type: AWS::Serverless::HttpApi, Properties: {StageName: a/b}}",
			`8:63: StageName has to be made of letters, digits, hyphens and underscores, but here is "a/b"`},
		{"stage variable", "A: {Type: AWS::Serverless::HttpApi, Properties: {StageVariables: {a-b: c}}}",
			"8:69: StageVariables.a-b has a name that does not match ^[a-zA-Z0-9_]{1,64}$"},
		{"stage variable's value", "A: {Type: AWS::Serverless::Api, Properties: {StageName: x, Variables: {a: '<'}}}",
			`8:74: Variables.a has a value that does not match ^[A-Za-z0-9\-._~:/?#&=,@]{0,512}$`},
		{"boolean", "A: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {EnableIamAuthorizer: maybe}}}",
			`8:80: EnableIamAuthorizer has to be true or false, but here is "maybe"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(function+"  "+test.lines+"\n", Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDuplicateRoute(t *testing.T) {
	_, err := parse(function+`      Events:
        A: {Type: Api, Properties: {Path: /x, Method: get}}
        B: {Type: Api, Properties: {Path: /x, Method: GET}}
        C: {Type: Api, Properties: {Path: /x, Method: any}}
        D: {Type: HttpApi, Properties: {Path: /x, Method: get}}
`, Options{})
	want := []string{"template.yaml:10:9: ServerlessRestApi has the route GET /x already, defined at template.yaml:9:9"}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// Explicit APIs come first, in the template's order, an unused one included.
func TestAPIOrder(t *testing.T) {
	s := mustParse(t, function+`      Events:
        A: {Type: HttpApi}
        B: {Type: Api, Properties: {Path: /, Method: get, TimeoutInMillis: 50}}
        C: {Type: HttpApi, Properties: {ApiId: ServerlessHttpApi, Path: /, Method: x-amazon-apigateway-any-method}}
  Second: {Type: AWS::Serverless::HttpApi}
  First: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}
`)
	var got []string
	for _, a := range s.APIs {
		got = append(got, fmt.Sprintf("%s %s %s", a.LogicalID, a.Kind, a.Stage))
		for _, r := range a.Routes {
			got = append(got, fmt.Sprintf("- %s %s %s %v", r.Method, r.Path, r.PayloadFormat, r.Timeout))
		}
	}
	want := []string{
		"Second HTTP API $default",
		"First REST API v1",
		"ServerlessRestApi REST API Prod",
		"- GET / 1.0 " + (50 * time.Millisecond).String(),
		"ServerlessHttpApi HTTP API $default",
		"- ANY $default 2.0 0s",
		"- ANY / 2.0 0s",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("APIs (-want +got):\n%s", diff)
	}
}
