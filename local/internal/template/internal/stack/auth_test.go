package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a route asks of its callers, in API Gateway's order, and what of it this
// host cannot check.
func TestAuthKinds(t *testing.T) {
	lambda := &Authorizer{Kind: AuthLambda, Lambda: &LambdaAuthorizer{Function: "F"}}
	for _, test := range []struct {
		auth      *Auth
		want      []AuthKind
		unchecked AuthKind
	}{
		{nil, nil, ""},
		{&Auth{Authorizer: lambda}, []AuthKind{AuthLambda}, ""},
		{&Auth{Authorizer: lambda, APIKey: true}, []AuthKind{AuthLambda, AuthAPIKey}, AuthAPIKey},
		{&Auth{Authorizer: lambda, Policy: true}, []AuthKind{AuthPolicy, AuthLambda}, AuthPolicy},
		{&Auth{Authorizer: &Authorizer{Kind: AuthLambda}}, []AuthKind{AuthLambda}, AuthLambda},
		{&Auth{Authorizer: &Authorizer{Kind: AuthJWT}, Scopes: []string{"a"}}, []AuthKind{AuthJWT}, AuthJWT},
		{&Auth{IAM: true, APIKey: true}, []AuthKind{AuthIAM, AuthAPIKey}, AuthIAM},
		{&Auth{Authorizer: &Authorizer{Kind: "Oracle"}}, []AuthKind{"Oracle"}, "Oracle"},
	} {
		if diff := cmp.Diff(test.want, test.auth.Kinds()); diff != "" {
			t.Errorf("kinds of %+v (-want +got):\n%s", test.auth, diff)
		}
		if got := test.auth.Unchecked(); got != test.unchecked {
			t.Errorf("%+v: got %q that is not checked, want %q", test.auth, got, test.unchecked)
		}
	}
}

// A kind that is checked still refuses the callers of an authorizer that the template
// does not have.
func TestChecks(t *testing.T) {
	before := checkedKinds
	checkedKinds = map[AuthKind]bool{AuthLambda: true, AuthJWT: true, AuthCognito: true, AuthAPIKey: true}
	defer func() { checkedKinds = before }()
	for _, test := range []struct {
		name string
		auth Auth
		want AuthKind
		why  string
	}{
		{"JWT", Auth{Authorizer: &Authorizer{Kind: AuthJWT, JWT: new(JWTAuthorizer)}, APIKey: true}, "", ""},
		{"JWT of another template", Auth{Authorizer: &Authorizer{Kind: AuthJWT}}, AuthJWT, "the authorizer is not in this template"},
		{"Cognito", Auth{Authorizer: &Authorizer{Kind: AuthCognito, Cognito: new(CognitoAuthorizer)}}, "", ""},
		{"Cognito of another template", Auth{Authorizer: &Authorizer{Name: "Pool", Kind: AuthCognito}, APIKey: true}, AuthCognito, "the authorizer Pool is not in this template"},
		{"a key alone", Auth{APIKey: true}, "", ""},
		{"IAM", Auth{IAM: true}, AuthIAM, "IAM authorization is not emulated"},
		{"Lambda of another template", Auth{Authorizer: &Authorizer{Kind: AuthLambda}}, AuthLambda, "the authorizer is not in this template"},
		{"Lambda of another template's function", Auth{Authorizer: &Authorizer{Name: "Guard", Kind: AuthLambda}}, AuthLambda,
			"the function of the authorizer Guard is not in this template"},
	} {
		if got := test.auth.Unchecked(); got != test.want {
			t.Errorf("%s: got %q that is not checked, want %q", test.name, got, test.want)
		}
		if test.want != "" && test.auth.Why(test.want) != test.why {
			t.Errorf("%s: got the reason %q, want %q", test.name, test.auth.Why(test.want), test.why)
		}
	}
}
