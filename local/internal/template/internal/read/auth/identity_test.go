package auth

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// Identity sources have the spelling of their kind of API, and of their authorizer.
func TestIdentitySourceForms(t *testing.T) {
	const (
		rest  = "method.request.header.NAME, method.request.querystring.NAME, stageVariables.NAME or context.NAME"
		http  = "$request.header.NAME, $request.querystring.NAME, $stageVariables.NAME or $context.NAME"
		token = "method.request.header.NAME"
		jwt   = "$request.header.NAME or $request.querystring.NAME"
	)
	for _, test := range []struct {
		kind         stack.Kind
		of, source   string
		wrong, words string
	}{
		{stack.REST, "REQUEST", "'method.request.header.X-A, stageVariables.b, context.identity.sourceIp, method.request.querystring.q'", "", ""},
		{stack.REST, "REQUEST", "$request.header.A", "$request.header.A", rest},
		{stack.REST, "REQUEST", "method.request.header.A; context.b", "method.request.header.A; context.b", rest},
		{stack.REST, "REQUEST", "method.request.path.id", "method.request.path.id", rest},
		{stack.REST, "REQUEST", "method.request.header.", "method.request.header.", rest},
		{stack.REST, "TOKEN", "method.request.header.A", "", ""},
		{stack.REST, "TOKEN", "Authorization", "Authorization", token},
		{stack.REST, "TOKEN", "method.request.querystring.t", "method.request.querystring.t", token},
		{stack.REST, "COGNITO_USER_POOLS", "context.identity.user", "context.identity.user", token},
		{stack.HTTP, "REQUEST", "[$request.header.A, $context.routeKey, $stageVariables.b, $request.querystring.q]", "", ""},
		{stack.HTTP, "REQUEST", "[method.request.header.A]", "method.request.header.A", http},
		{stack.HTTP, "REQUEST", "[$request.body.x]", "$request.body.x", http},
		{stack.HTTP, "JWT", "[$request.querystring.t]", "", ""},
		{stack.HTTP, "JWT", "[$context.routeKey]", "$context.routeKey", jwt},
		{stack.HTTP, "JWT", "[!Ref Unset]", "", ""},
		{stack.HTTP, "JWT", "[Authorization]", "Authorization", jwt},
	} {
		o, report := propertytest.Read(t, "AWS::ApiGateway::Authorizer", "      Type: "+test.of+"\n      AuthorizerType: "+test.of+
			"\n      AuthorizerUri: hello\n      AuthorizerPayloadFormatVersion: '2.0'\n      IdentitySource: "+test.source+"\n")
		Authorizer(o, &stack.API{Kind: test.kind}, "N", "")
		want := ""
		if test.wrong != "" {
			want = "an identity source of this authorizer has to be " + test.words + `, but here is "` + test.wrong + `"`
		}
		got := ""
		for _, err := range report.Errors() {
			got += err.(*stack.Error).Text
		}
		if got != want {
			t.Errorf("%s %s, %s: got the error %q, want %q", test.kind, test.of, test.source, got, want)
		}
	}
}

// Identity of SAM has names, to which SAM adds the rest.
func TestIdentityNames(t *testing.T) {
	const text = "an entry of Identity has to be a name alone, such as Authorization, but here is "
	for identity, want := range map[string][]string{
		"FunctionPayloadType: REQUEST, Identity: {Headers: [X-A], Context: [identity.sourceIp]}": nil,
		"FunctionPayloadType: REQUEST, Identity: {Headers: [method.request.header.A]}":           {"t.yaml:8:111: " + text + `"method.request.header.A"`},
		"FunctionPayloadType: REQUEST, Identity: {QueryStrings: ['a, b']}":                       {"t.yaml:8:116: " + text + `"a, b"`},
		"FunctionPayloadType: REQUEST, Identity: {Context: [$context.path]}":                     {"t.yaml:8:111: " + text + `"$context.path"`},
		"Identity: {Header: method.request.header.A}":                                            {"t.yaml:8:79: " + text + `"method.request.header.A"`},
	} {
		o, report := propertytest.Read(t, "Any::Type", "      Auth: {Authorizers: {L: {FunctionArn: !GetAtt F.Arn, "+identity+"}}}\n")
		REST(o.Object("Auth"), &stack.API{Kind: stack.REST})
		if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", identity, diff)
		}
	}
}

// A misspelt key of an authorizer of tokens has a line, be they checked or not.
func TestTokenAuthorizerKeys(t *testing.T) {
	for authorizer, want := range map[string][]string{
		"{JwtConfiguration: {isuer: a}, IdentitySource: $request.header.A, AuthorizationScope: [a]}": {
			`8:51 ignored Auth.Authorizers.T.JwtConfiguration.isuer: is not a property of JwtConfiguration; did you mean "issuer"?`,
			`8:97 ignored Auth.Authorizers.T.AuthorizationScope: is not a property of an authorizer of tokens; did you mean "AuthorizationScopes"?`,
			"8:28 refused Auth.Authorizers.T: a JWT authorizer" + refused,
		},
		"{UserPoolArn: a, Identity: {Headers: [A]}, AuthorizationScopes: [a]}": {
			`8:59 ignored Auth.Authorizers.T.Identity.Headers: is not a property of Identity; did you mean "Header"?`,
			"8:28 refused Auth.Authorizers.T: a Cognito authorizer" + refused,
		},
	} {
		o, report := propertytest.Read(t, "Any::Type", "      Auth: {Authorizers: {T: "+authorizer+"}}\n")
		if strings.Contains(authorizer, "Jwt") {
			HTTP(o.Object("Auth"), &stack.API{Kind: stack.HTTP})
		} else {
			REST(o.Object("Auth"), &stack.API{Kind: stack.REST})
		}
		if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", authorizer, diff)
		}
	}
}

// An authorizer that API Gateway does not create is an error.
func TestUndeployableAuthorizers(t *testing.T) {
	const uri = "AuthorizerUri: hello, "
	for _, test := range []struct {
		kind       stack.Kind
		name, auth string
		want       string
	}{
		{stack.HTTP, "a token", "{" + uri + "AuthorizerType: TOKEN}", `t.yaml:8:49: HTTP API authorizers have to be of the type REQUEST or JWT, but here is "TOKEN"`},
		{stack.REST, "a JWT", "{AuthorizerType: JWT}", `t.yaml:8:27: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "JWT"`},
		{stack.HTTP, "simple responses", "{" + uri + "AuthorizerType: REQUEST, AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true}",
			"t.yaml:8:120: EnableSimpleResponses needs the payload format version 2.0, but here is 1.0"},
		{stack.REST, "answers that are kept", "{" + uri + "AuthorizerType: REQUEST}", "t.yaml:8:10: the authorizer N needs an IdentitySource, or AuthorizerResultTtlInSeconds: 0"},
		{stack.HTTP, "answers that are kept for a time", "{" + uri + "AuthorizerType: REQUEST, AuthorizerPayloadFormatVersion: '2.0', AuthorizerResultTtlInSeconds: 9}",
			"t.yaml:8:10: the authorizer N needs an IdentitySource, or AuthorizerResultTtlInSeconds: 0"},
		{stack.REST, "no function", "{AuthorizerType: TOKEN}", "t.yaml:8:10: the authorizer N has no AuthorizerUri"},
		{stack.HTTP, "two places of a token", "{AuthorizerType: JWT, IdentitySource: [$request.header.A, $request.header.B]}",
			"t.yaml:8:48: a JWT authorizer has one identity source, but here are 2"},
	} {
		o, report := propertytest.Read(t, "Any::Type", "      D: "+test.auth+"\n")
		Authorizer(o.Object("D"), &stack.API{Kind: test.kind}, "N", "")
		if errs := report.Errors(); len(errs) != 1 || errs[0].Error() != test.want {
			t.Errorf("%s of a %s: got the errors %q, want %q", test.name, test.kind, errs, test.want)
		}
	}
}

// SAM stops at an event's Auth that says how and not by whom.
func TestUndeployableEvents(t *testing.T) {
	lambda := &stack.Auth{Authorizer: &stack.Authorizer{Name: "L", Kind: stack.AuthCognito}}
	const scopes = "{AuthorizationScopes: [a]}"
	for _, test := range []struct {
		name, auth string
		kind       stack.Kind
		declared   Authorizers
		want       []string
	}{
		{"scopes alone", scopes, stack.REST, Authorizers{Edited: true, fallback: lambda}, []string{"t.yaml:8:35: AuthorizationScopes needs an Authorizer beside it"}},
		{"scopes alone, where SAM adds nothing", scopes, stack.REST, Authorizers{}, nil},
		{"scopes alone, of an HTTP API", scopes, stack.HTTP, Authorizers{Edited: true},
			[]string{"t.yaml:8:35: AuthorizationScopes needs an Authorizer beside it, or a DefaultAuthorizer in the API's Auth"}},
		{"scopes for a default of an HTTP API", scopes, stack.HTTP, Authorizers{Edited: true, fallback: lambda}, nil},
		{"an override of nothing", "{OverrideApiAuth: true}", stack.REST, Authorizers{},
			[]string{"t.yaml:8:31: OverrideApiAuth needs an Authorizer, ApiKeyRequired or a ResourcePolicy beside it"}},
		{"an override", "{OverrideApiAuth: true, Authorizer: L}", stack.REST, Authorizers{}, nil},
		{"no override", "{OverrideApiAuth: false}", stack.REST, Authorizers{Edited: true}, nil},
		{"no key where there is none", "{ApiKeyRequired: false}", stack.REST, Authorizers{Edited: true},
			[]string{"t.yaml:8:30: ApiKeyRequired: false needs \"ApiKeyRequired: true\" in the API's Auth"}},
		{"no key", "{ApiKeyRequired: false}", stack.REST, Authorizers{Edited: true, keyRequired: true}, nil},
	} {
		o, report := propertytest.Read(t, "AWS::Serverless::Function", "      Auth: "+test.auth+"\n")
		test.declared.name("L", lambda)
		test.declared.Event(o.Object("Auth"), &stack.API{Kind: test.kind}, new(stack.Route))
		var got []string
		for _, err := range report.Errors() {
			got = append(got, err.Error())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", test.name, diff)
		}
	}
}
