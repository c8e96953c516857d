package stack

import "time"

// Auth is what one route asks of its callers. What an API declares for its
// routes to share is an [Authorizer].
type Auth struct {
	// Authorizer is the one that the route names; nil for none.
	Authorizer *Authorizer
	// Scopes are those of which a token has to have one; nil for any. Only JWT
	// and Cognito authorizers look at them.
	Scopes []string
	// IAM is true where requests have to be signed with AWS credentials.
	IAM bool
	// APIKey is true where requests have to bring an API key.
	APIKey bool
	// Policy is true where the API has a resource policy that does not let
	// everybody in.
	Policy bool
	Pos    Position
}

// AuthKind is a way in which API Gateway authorizes a request.
type AuthKind string

// The kinds of authorization that a route can ask for.
const (
	AuthJWT     AuthKind = "JWT"
	AuthCognito AuthKind = "Cognito"
	AuthLambda  AuthKind = "Lambda"
	AuthIAM     AuthKind = "IAM"
	AuthAPIKey  AuthKind = "API key"
	AuthPolicy  AuthKind = "resource policy"
)

// checkedKinds are the kinds of authorization that this host checks. What is refused,
// and what notes say of that and of scopes, follows from here, by Checks. What belongs
// to a kind is noted where it is read or would be: for API keys in read/other.go and
// the schemas of read/api (noAPIKey), and for usage plans in read/other.go and
// read/auth/schema.go.
var checkedKinds = map[AuthKind]bool{AuthLambda: true}

// Kinds gives what a caller has to pass, in the order in which API Gateway asks;
// nil for a route that asks for nothing.
func (a *Auth) Kinds() []AuthKind {
	if a == nil {
		return nil
	}
	var kinds []AuthKind
	if a.Policy {
		kinds = append(kinds, AuthPolicy)
	}
	if a.IAM {
		kinds = append(kinds, AuthIAM)
	}
	if a.Authorizer != nil {
		kinds = append(kinds, a.Authorizer.Kind)
	}
	if a.APIKey {
		kinds = append(kinds, AuthAPIKey)
	}
	return kinds
}

// Checks reports whether this host can check one of the Auth's Kinds. A route
// that asks for another refuses every caller.
func (a *Auth) Checks(kind AuthKind) bool {
	return checkedKinds[kind] && (a.Authorizer == nil || a.Authorizer.complete(kind))
}

// Unchecked gives the first of Kinds that this host cannot check; "" for none.
func (a *Auth) Unchecked() AuthKind {
	for _, kind := range a.Kinds() {
		if !a.Checks(kind) {
			return kind
		}
	}
	return ""
}

// Why says why this host cannot check one of the Auth's Kinds, and so refuses every
// caller: "IAM authorization is not emulated"; "" for one that it checks.
func (a *Auth) Why(kind AuthKind) string {
	switch {
	case a.Checks(kind):
		return ""
	case !checkedKinds[kind]:
		return string(kind) + " authorization is not emulated"
	case a.Authorizer.Name == "":
		return "the authorizer is not in this template"
	case kind == AuthLambda:
		return "the function of the authorizer " + a.Authorizer.Name + " is not in this template"
	}
	return "the authorizer " + a.Authorizer.Name + " is not in this template"
}

// Authorizer is what an API declares to know callers by. Its routes share it.
type Authorizer struct {
	// Name is the authorizer's in the template, as routes give it; empty for one
	// that the template does not have.
	Name string
	// Kind is AuthLambda, AuthJWT or AuthCognito, and tells which of the fields
	// of these names is set.
	Kind AuthKind
	// Lambda is nil where the template does not have the function.
	Lambda  *LambdaAuthorizer
	JWT     *JWTAuthorizer
	Cognito *CognitoAuthorizer
	// Unsupported is the error in what the authorizer is made of; empty where there is
	// none. Routes with such an authorizer are Unsupported, too.
	Unsupported string
	Pos         Position
}

// complete reports whether there is what a check of a kind needs to know of the
// authorizer. The template may not have a Lambda authorizer's function, nor the
// authorizer that a route names; kinds that are none of an authorizer need nothing.
func (a *Authorizer) complete(kind AuthKind) bool {
	switch kind {
	case AuthLambda:
		return a.Lambda != nil
	case AuthJWT:
		return a.JWT != nil
	case AuthCognito:
		return a.Cognito != nil
	}
	return true
}

// LambdaAuthorizer asks a function:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
// (REST) and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html.
type LambdaAuthorizer struct {
	// Function is the logical ID of the function, with a version or an alias as a
	// Route's, and URI what a Route's is.
	Function, URI string
	// Token is true for a REST API's TOKEN authorizer, which gets one header's
	// value, and false for REQUEST authorizers, which get the request.
	Token bool
	// IdentitySources are the places that have to hold something before the
	// function is asked, as the template spells them:
	// "method.request.header.Authorization", "$request.header.Authorization". The
	// first of these is a TOKEN authorizer's where the template names none; a REQUEST
	// authorizer may have none.
	IdentitySources []string
	// ValidationExpression is the regular expression that a token has to match as a
	// whole; empty for none.
	ValidationExpression string
	// TTL is how long an answer is kept; zero for not at all.
	TTL time.Duration
	// PayloadFormat is Format1 or Format2; a REST API's is always Format1.
	PayloadFormat string
	// SimpleResponses is true where the function answers {"isAuthorized": …}
	// in the place of a policy (HTTP APIs with format 2.0).
	SimpleResponses bool
}

// JWTAuthorizer checks tokens of OpenID Connect and OAuth 2.0, for HTTP APIs:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html.
type JWTAuthorizer struct {
	// Issuer is the URL that a token's iss has to be, and whose metadata names the
	// keys; empty where the template's cannot be known.
	Issuer string
	// Audience has what a token's aud, or else its client_id, has to be one of.
	Audience []string
	// IdentitySources are the places of the token, as a LambdaAuthorizer's. There is
	// one at least: the Authorization header where the template names none.
	IdentitySources []string
}

// CognitoAuthorizer checks tokens of Amazon Cognito's user pools, for REST APIs:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html.
type CognitoAuthorizer struct {
	// UserPools are the ARNs of the pools whose tokens are taken.
	UserPools []string
	// IdentitySources are the places of the token, as a LambdaAuthorizer's. There is
	// one at least: the Authorization header where the template names none.
	IdentitySources []string
	// ValidationExpression is a regular expression for the token's aud, which it has to
	// match as a whole; empty for none.
	ValidationExpression string
}
