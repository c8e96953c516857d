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
