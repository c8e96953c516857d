package auth

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// Reading the Auth of an event gives what it found, and changes neither the API nor the
// route.
func TestEvent(t *testing.T) {
	lambda := &stack.Auth{Authorizer: &stack.Authorizer{Name: "L", Kind: stack.AuthLambda, Lambda: new(stack.LambdaAuthorizer)}}
	for _, test := range []struct {
		name, auth string
		declared   Authorizers
		kind       stack.Kind
		asks       bool // for an authorizer or a key
		policy     bool
		overrides  bool
		said       []string
	}{
		{"nothing", "{}", Authorizers{}, stack.REST, false, false, false, nil},
		{"an authorizer", "{Authorizer: L}", Authorizers{}, stack.REST, true, false, false, nil},
		{"an authorizer of another name", "{Authorizer: M}", Authorizers{}, stack.REST, false, false, false,
			[]string{`t.yaml:8:26: the API has no authorizer "M"`}},
		{"NONE without a default", "{Authorizer: NONE}", Authorizers{}, stack.REST, false, false, false,
			[]string{"t.yaml:8:26: Authorizer NONE needs a DefaultAuthorizer in the API's Auth"}},
		{"NONE", "{Authorizer: NONE}", Authorizers{defaults: true}, stack.REST, false, false, false, nil},
		{"a key that is a text", "{ApiKeyRequired: 'false'}", Authorizers{keyRequired: true}, stack.REST, true, false, false,
			[]string{"8:30 approximated Auth.ApiKeyRequired: is a text, which SAM takes for true whatever it says"}},
		{"IAM", "{Authorizer: AWS_IAM}", Authorizers{iam: true}, stack.REST, true, false, false,
			[]string{"8:26 refused Auth.Authorizer: IAM authorization" + refused}},
		{"IAM of an HTTP API", "{Authorizer: AWS_IAM}", Authorizers{}, stack.HTTP, false, false, false,
			[]string{`t.yaml:8:26: AWS_IAM needs "EnableIamAuthorizer: true" in the API's Auth`}},
		{"a key", "{ApiKeyRequired: true}", Authorizers{}, stack.REST, true, false, false,
			[]string{"8:30 refused Auth.ApiKeyRequired: an API key" + refused}},
		{"a key that the API asks for", "{ApiKeyRequired: true}", Authorizers{keyRequired: true}, stack.REST, true, false, false, nil},
		{"a policy", "{ResourcePolicy: {IpRangeBlacklist: [10.0.0.0/8]}}", Authorizers{}, stack.REST, false, true, false,
			[]string{"8:30 refused Auth.ResourcePolicy: " + uncheckedTexts[stack.AuthPolicy]}},
		{"an open policy", "{ResourcePolicy: {}, OverrideApiAuth: true}", Authorizers{}, stack.REST, false, false, true, nil},
		{"a misspelt key", "{Authorizr: L}", Authorizers{}, stack.REST, false, false, false,
			[]string{`t.yaml:8:14: Authorizr is not a property of an event's Auth; did you mean "Authorizer"?`}},
		{"REST's alone", "{ApiKeyRequired: true}", Authorizers{}, stack.HTTP, false, false, false,
			[]string{"t.yaml:8:14: ApiKeyRequired is not a property of an event's Auth"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Function", "      Auth: "+test.auth+"\n")
			test.declared.name("L", lambda)
			api, route := &stack.API{Kind: test.kind}, new(stack.Route)
			got := test.declared.Event(o.Object("Auth"), api, route)
			report.End()
			if got.Demand.Asks() != test.asks || (got.Policy != nil) != test.policy || got.Overrides != test.overrides {
				t.Errorf("got %+v, want that it asks %t, has a policy %t and overrides %t", got, test.asks, test.policy, test.overrides)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(&stack.API{Kind: test.kind}, api); diff != "" || route.Auth != nil {
				t.Errorf("the API changed (-want +got):\n%s, and the route to %v", diff, route.Auth)
			}
		})
	}
}

// What becomes of an event's scopes is known once its route is.
func TestScopes(t *testing.T) {
	for _, test := range []struct {
		auth *stack.Auth
		want string
	}{
		{nil, "the route has no authorizer that looks at scopes"},
		{&stack.Auth{IAM: true}, "the route has no authorizer that looks at scopes"},
		{&stack.Auth{Authorizer: &stack.Authorizer{Kind: stack.AuthLambda}}, noScopes},
		{&stack.Auth{Authorizer: &stack.Authorizer{Kind: stack.AuthJWT}}, "scopes are not checked; routes that need an authorizer are refused"},
	} {
		o, report := propertytest.Read(t, "AWS::ApiGatewayV2::Route", "      AuthorizationScopes: [a, !Ref P]\n")
		route := new(stack.Route)
		if diff := cmp.Diff([]string{"a", "given"}, scopesOf(o, route)); diff != "" {
			t.Errorf("scopes (-want +got):\n%s", diff)
		}
		route.Auth = test.auth
		report.End()
		if diff := cmp.Diff([]string{"8:28 ignored AuthorizationScopes: " + test.want}, propertytest.Said(report)); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	}
}

// What CloudFormation's routes ask for: an authorizer that nothing puts to work is an
// error, and one of another template refuses everybody.
func TestRoute(t *testing.T) {
	pool := &stack.Authorizer{Name: "pool", Kind: stack.AuthCognito}
	declared := map[string]*stack.Auth{"A": {Authorizer: pool}}
	for _, test := range []struct {
		name, lines string
		want        *stack.Auth
		said        []string
	}{
		{"nothing", "      RouteKey: x\n", nil, nil},
		{"NONE", "      AuthorizationType: NONE\n", nil, nil},
		{"NONE with an authorizer", "      AuthorizationType: NONE\n      AuthorizerId: !Ref A\n", nil,
			[]string{"t.yaml:9:21: AuthorizerId needs an AuthorizationType other than NONE"}},
		{"an authorizer", "      AuthorizationType: COGNITO_USER_POOLS\n      AuthorizerId: !Ref A\n", &stack.Auth{Authorizer: pool}, nil},
		{"an authorizer and a key", "      AuthorizationType: COGNITO_USER_POOLS\n      AuthorizerId: !Ref A\n      ApiKeyRequired: true\n",
			&stack.Auth{Authorizer: pool, APIKey: true}, []string{"10:23 refused ApiKeyRequired: an API key" + refused}},
		{"another template's", "      AuthorizationType: JWT\n      AuthorizerId: abc\n", &stack.Auth{Authorizer: &stack.Authorizer{Kind: stack.AuthJWT}},
			[]string{"8:26 refused AuthorizerId: leads to no authorizer of this template: the route refuses every request; --disable-authorizer opens it"}},
		{"IAM", "      AuthorizationType: AWS_IAM\n", &stack.Auth{IAM: true}, []string{"8:26 refused AuthorizationType: IAM authorization" + refused}},
		{"another word", "      AuthorizationType: CUSTM\n", &stack.Auth{Authorizer: new(stack.Authorizer)},
			[]string{`t.yaml:8:26: AuthorizationType "CUSTM" is not known; did you mean "CUSTOM"?`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::Method", test.lines)
			got := Method(o, new(stack.Route), declared)
			report.End()
			if diff := cmp.Diff(test.want, got, ignorePos); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A function URL has to say who may call.
func TestURL(t *testing.T) {
	for _, test := range []struct {
		value string
		iam   bool
		said  string
	}{
		{"NONE", false, ""},
		{"AWS_IAM", true, "8:17 refused AuthType: IAM authorization is not emulated: the URL refuses every request; --disable-authorizer opens it"},
		{"", false, "t.yaml:5:3: a function URL needs an AuthType, NONE or AWS_IAM"},
		{"!Ref AWS::NoValue", false, "t.yaml:5:3: a function URL needs an AuthType, NONE or AWS_IAM"},
		{"[NONE]", false, "t.yaml:8:17: AuthType has to be a single value, but here is a list\nt.yaml:5:3: a function URL needs an AuthType, NONE or AWS_IAM"},
		{"AWS_IM", false, `t.yaml:8:17: AuthType has to be NONE or AWS_IAM, but here is "AWS_IM"; did you mean "AWS_IAM"?`},
	} {
		o, report := propertytest.Read(t, "AWS::Lambda::Url", "      AuthType: "+test.value+"\n")
		got := URL(o)
		report.End()
		if asks := got != nil && got.IAM; asks != test.iam {
			t.Errorf("%q: got %v, want IAM %t", test.value, got, test.iam)
		}
		if got := strings.Join(propertytest.Said(report), "\n"); got != test.said {
			t.Errorf("%q: got %q said, want %q", test.value, got, test.said)
		}
	}
}

// A policy closes every route, those that ask for something else too, and takes
// nothing away.
func TestClose(t *testing.T) {
	iam, policy := &stack.Auth{IAM: true}, &stack.Auth{Policy: true}
	for _, test := range []struct{ auth, policy, want *stack.Auth }{
		{nil, nil, nil},
		{iam, nil, iam},
		{nil, policy, policy},
		{iam, policy, &stack.Auth{IAM: true, Policy: true}},
	} {
		if diff := cmp.Diff(test.want, Close(test.auth, test.policy)); diff != "" {
			t.Errorf("%v and %v (-want +got):\n%s", test.auth, test.policy, diff)
		}
	}
	if iam.Policy || policy.IAM {
		t.Error("got an Auth that was changed, want copies")
	}
}

// An event's empty list of scopes asks for none, where an HTTP API leaves those of the
// authorizer.
func TestNoScopes(t *testing.T) {
	own := &stack.Auth{Authorizer: &stack.Authorizer{Kind: stack.AuthCognito, Name: "L"}, Scopes: []string{"own"}}
	for kind, want := range map[stack.Kind][]string{stack.REST: nil, stack.HTTP: {"own"}} {
		o, _ := propertytest.Read(t, "AWS::Serverless::Function", "      Auth: {Authorizer: L, AuthorizationScopes: []}\n")
		var declared Authorizers
		declared.name("L", own)
		event := declared.Event(o.Object("Auth"), &stack.API{Kind: kind}, new(stack.Route))
		auth := declared.RouteAuth("GET", Demand{}, Demand{}, event.Demand)
		if auth == nil || cmp.Diff(want, auth.Scopes) != "" {
			t.Errorf("%s: got %+v, want the scopes %q", kind, auth, want)
		}
	}
}
