package template

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLambdaAuthorizer(t *testing.T) {
	const arn = "FunctionArn: !GetAtt F.Arn"
	token := []string{"method.request.header.Authorization"}
	for _, test := range []struct {
		name, rest, http string
		want             *LambdaAuthorizer
	}{
		{name: "token", rest: arn,
			want: &LambdaAuthorizer{Token: true, IdentitySources: token, TTL: 5 * time.Minute, PayloadFormat: "1.0"}},
		{name: "token in another header", rest: arn + ", Identity: {Header: X-Token, ValidationExpression: '^a+$', ReauthorizeEvery: 20}",
			want: &LambdaAuthorizer{Token: true, IdentitySources: []string{"method.request.header.X-Token"}, ValidationExpression: "^a+$", TTL: 20 * time.Second, PayloadFormat: "1.0"}},
		{name: "request", rest: arn + ", FunctionPayloadType: REQUEST, Identity: {Headers: [A, B], QueryStrings: [q], StageVariables: [v], Context: [c], ReauthorizeEvery: 3600}",
			want: &LambdaAuthorizer{TTL: time.Hour, PayloadFormat: "1.0", IdentitySources: []string{
				"method.request.header.A", "method.request.header.B", "method.request.querystring.q", "stageVariables.v", "context.c",
			}}},
		{name: "request without sources", rest: arn + ", FunctionPayloadType: REQUEST, Identity: {ReauthorizeEvery: 0}",
			want: &LambdaAuthorizer{PayloadFormat: "1.0"}},
		{name: "HTTP API", http: arn + ", AuthorizerPayloadFormatVersion: 2.0, EnableSimpleResponses: true, Identity: {Headers: [A], QueryStrings: [q], StageVariables: [v], Context: [c], ReauthorizeEvery: 1}",
			want: &LambdaAuthorizer{TTL: time.Second, PayloadFormat: "2.0", SimpleResponses: true, IdentitySources: []string{
				"$request.header.A", "$request.querystring.q", "$stageVariables.v", "$context.c",
			}}},
		{name: "HTTP API without sources", http: arn + ", AuthorizerPayloadFormatVersion: 1.0", want: &LambdaAuthorizer{PayloadFormat: "1.0"}},
		{name: "function of another stack", rest: "FunctionArn: arn:aws:lambda:us-east-1:1:function:other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			event := "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Rest}}"
			if test.http != "" {
				event = "{Type: HttpApi, Properties: {Path: /, Method: get, ApiId: !Ref Web}}"
			}
			auth := func(authorizer string) string {
				return "{DefaultAuthorizer: Own, Authorizers: {Own: {" + authorizer + "}}}"
			}
			rest, http := "", ""
			if test.rest != "" {
				rest = auth(test.rest)
			} else {
				http = auth(test.http)
			}
			got := route(t, mustParse(t, withAuth(rest, http, event))).Auth
			if got.Authorizer.Kind != AuthLambda || got.Authorizer.Name != "Own" {
				t.Errorf("got the authorization %s %s, want Lambda Own", got.Authorizer.Kind, got.Authorizer.Name)
			}
			if test.want != nil {
				test.want.Function = "F"
			}
			if diff := cmp.Diff(test.want, got.Authorizer.Lambda); diff != "" {
				t.Errorf("authorizer (-want +got):\n%s", diff)
			}
		})
	}
}

// route gives the only route of a stack.
func route(t *testing.T, s *Stack) *Route {
	t.Helper()
	var routes []*Route
	for _, a := range s.APIs {
		routes = append(routes, a.Routes...)
	}
	if len(routes) != 1 {
		t.Fatalf("got %d routes, want one", len(routes))
	}
	return routes[0]
}

func TestLambdaAuthorizerErrors(t *testing.T) {
	for _, test := range []struct{ name, authorizer, want string }{
		{"cached without sources", "FunctionPayloadType: REQUEST",
			"3:87: the authorizer Own needs one of Headers, QueryStrings, StageVariables and Context in Identity, or ReauthorizeEvery: 0"},
		{"kind", "FunctionPayloadType: TOKENS", `3:142: FunctionPayloadType has to be TOKEN or REQUEST, but here is "TOKENS"; did you mean "TOKEN"?`},
		{"lifetime", "Identity: {ReauthorizeEvery: 3601}", `3:150: ReauthorizeEvery has to be a whole number from 0 to 3600, but here is "3601"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(withAuth("{Authorizers: {Own: {FunctionArn: !GetAtt F.Arn, "+test.authorizer+"}}}", "", "{Type: SQS}"), Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// An expression that only Java's regular expressions have leaves the function
// to judge the token.
func TestValidationExpression(t *testing.T) {
	s := mustParse(t, withAuth("{Authorizers: {Own: {FunctionArn: !GetAtt F.Arn, Identity: {ValidationExpression: '^(?!x).*$'}}}}", "", "{Type: SQS}"))
	want := []string{"3:154 approximated Rest.Auth.Authorizers.Own.Identity.ValidationExpression: " +
		"this host cannot evaluate the expression; every token goes to the function"}
	if diff := cmp.Diff(want, noted(s)[:1]); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
