package auth

import (
	"maps"
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Authorizers is what an API declares for its routes: ways to authorize by name, and
// which of them a route has that asks for nothing. The zero value declares nothing.
type Authorizers struct {
	// named has nil for a security scheme that API Gateway does not check.
	named map[string]*stack.Auth
	// fallback is DefaultAuthorizer; nil where there is none.
	fallback *stack.Auth
	// defaults is true where there is a DefaultAuthorizer, be it one that comes to
	// nothing: events may turn it away then.
	defaults bool
	// iam is true where routes may ask for AWS_IAM.
	iam bool
	// keyRequired is ApiKeyRequired (REST APIs only).
	keyRequired bool
	// openOptions is true where DefaultAuthorizer leaves OPTIONS out, as those of
	// HTTP APIs always do.
	openOptions bool
	// openOptionsKey is true where ApiKeyRequired leaves OPTIONS out.
	openOptionsKey bool
	// Edited is true where SAM adds events to the API's definition, and checks their
	// Auth.
	Edited bool
}

// REST reads the Auth of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html.
// The policy is what its ResourcePolicy asks for on every route; nil for nothing.
func REST(auth *property.Object, api *stack.API) (a Authorizers, policy *stack.Auth) {
	a.fallback = Unknown(auth)
	a.iam = true
	declared := auth.Object("Authorizers")
	for e, authorizer := range declared.Objects() {
		if authorizer.Has("UserPoolArn") {
			a.declare(authorizer, samCognito(authorizer, e.Key), e.Pos)
		} else {
			a.declare(authorizer, samREST(authorizer, api, e), e.Pos)
		}
	}
	a.setDefault(auth, len(declared.Entries()) > 0 || declared.Unknown())
	if a.keyRequired = auth.Truthy("ApiKeyRequired", false); a.keyRequired {
		asksKey(auth)
	}
	a.openOptions = !auth.Truthy("AddDefaultAuthorizerToCorsPreflight", true)
	a.openOptionsKey = !auth.Truthy("AddApiKeyRequiredToCorsPreflight", true)
	policy = Policy(auth, api, "ResourcePolicy")
	checkUsagePlan(auth)
	auth.Done(apiAuthSchema)
	return a, policy
}

// checkUsagePlan finds a UsagePlan that does not say whether there is to be one.
func checkUsagePlan(auth *property.Object) {
	plan := auth.Inside("UsagePlan", auth.Get("UsagePlan"))
	if plan.Exists() && plan.Choice("CreateUsagePlan", "", "PER_API", "SHARED", "NONE") == "" && !plan.Has("CreateUsagePlan") {
		auth.Fail(plan.Pos(), "UsagePlan has no CreateUsagePlan: PER_API, SHARED or NONE")
	}
}

// HTTP reads the Auth of a SAM HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html.
func HTTP(auth *property.Object, api *stack.API) (a Authorizers) {
	a.fallback = Unknown(auth)
	a.iam = auth.Boolean("EnableIamAuthorizer", false)
	a.openOptions = true
	for e, authorizer := range auth.Object("Authorizers").Objects() {
		// SAM takes whatever has no JwtConfiguration for a Lambda authorizer.
		if authorizer.Has("JwtConfiguration") {
			a.declare(authorizer, samJWT(authorizer, e.Key), e.Pos)
		} else {
			a.declare(authorizer, samHTTP(authorizer, api, e), e.Pos)
		}
	}
	a.setDefault(auth, true)
	auth.Done(httpAPIAuthSchema)
	return a
}

// declare files an authorizer of SAM's, which o reads, under its name, with the
// scopes of the routes that name it and no scopes. A Lambda authorizer has none.
func (a *Authorizers) declare(o *property.Object, declared *stack.Authorizer, pos stack.Position) {
	auth := &stack.Auth{Authorizer: declared, Pos: pos}
	if declared.Kind != stack.AuthLambda {
		auth.Scopes = o.PlainTexts("AuthorizationScopes")
		asks(o, auth, pos, "")
	}
	declared.Unsupported = o.Fault()
	a.name(declared.Name, auth)
}

// name files a way to authorize under a name; nil for one that is not checked.
func (a *Authorizers) name(name string, auth *stack.Auth) {
	if a.named == nil {
		a.named = map[string]*stack.Auth{}
	}
	a.named[name] = auth
}

// names gives the names of what is declared, sorted.
func (a *Authorizers) names() []string { return slices.Sorted(maps.Keys(a.named)) }

// setDefault reads DefaultAuthorizer. It is heeded where SAM looks for it among the
// authorizers, which it does not for a REST API that declares none
// (_get_authorizers in samtranslator/model/api/api_generator.py).
func (a *Authorizers) setDefault(auth *property.Object, heeded bool) {
	const key = "DefaultAuthorizer"
	v := auth.Scalar(key)
	if v == nil {
		return
	}
	a.defaults = true
	switch none := v.Value == nameNone && a.named[nameNone] == nil; {
	case v.StandIn:
		a.fallback = a.find(auth, v)
	case v.Value == nameIAM && a.iam:
		a.fallback = &stack.Auth{IAM: true, Pos: v.Pos}
		asks(auth, a.fallback, v.Pos, key)
	case none && heeded:
		auth.Note(stack.Approximated, v.Pos, key, "NONE opens routes as no "+key+" does; SAM deploys it for an Api without Authorizers only")
	case !none && heeded:
		a.fallback = a.find(auth, v)
	case !none:
		auth.Note(stack.Ignored, v.Pos, key, "has no effect, as the API declares no Authorizers: routes that ask for nothing are open")
	}
}

// find looks up the authorizer that n names, a value of o, and reports where there
// is none.
func (a *Authorizers) find(o *property.Object, n *syntax.Node) *stack.Auth {
	if found := a.named[n.Value]; found != nil {
		return found
	}
	if n.StandIn {
		return unknown(o, n, "")
	}
	if n.Value == nameIAM && a.iam {
		return &stack.Auth{IAM: true, Pos: n.Pos}
	}
	if n.Value == nameIAM {
		o.Fail(n.Pos, "AWS_IAM needs \"EnableIamAuthorizer: true\" in the API's Auth")
		return nil
	}
	o.Fail(n.Pos, "the API has no authorizer %q%s", n.Value, syntax.Suggestion(n.Value, a.names()))
	return nil
}
