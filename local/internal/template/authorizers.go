package template

import (
	"maps"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// The words that stand in the place of an authorizer's name.
const (
	nameIAM  = "AWS_IAM"
	nameNone = "NONE"
	// nameKey is the security scheme that SAM makes for API keys.
	nameKey = "api_key"
)

// refused ends the note on each way of authorization: a host that let callers
// pass unchecked would hide a route's protection from its tests.
const refused = " is not emulated: routes that need it refuse every request; --disable-authorizer opens them"

// authorizers is an API's Auth.
type authorizers struct {
	named map[string]*Auth
	// fallback is DefaultAuthorizer; nil where there is none.
	fallback *Auth
	// iam is true where routes may ask for AWS_IAM.
	iam bool
	// keyRequired is ApiKeyRequired (REST APIs only).
	keyRequired bool
	// openOptions is true where DefaultAuthorizer leaves OPTIONS out.
	openOptions bool
	// openOptionsKey is true where ApiKeyRequired leaves the preflights out that
	// Cors makes.
	openOptionsKey bool
}

// restAuthorizers reads a REST API's Auth:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html.
func (o *object) restAuthorizers(api *api) {
	auth, a := o.object("Auth"), &api.auth
	a.iam = true
	for e, authorizer := range auth.object("Authorizers").objects() {
		declared := &Auth{Kind: AuthLambda, Name: e.Key, Pos: e.Pos}
		if authorizer.node.Get("UserPoolArn") != nil {
			declared.Kind = AuthCognito
		} else {
			declared.Authorizer = authorizer.samRESTAuthorizer(api, e)
		}
		authorizer.declare(a, declared)
	}
	auth.setDefault(a)
	if a.keyRequired = auth.boolean("ApiKeyRequired", false); a.keyRequired {
		auth.note(Refused, auth.node.Get("ApiKeyRequired").Pos, "ApiKeyRequired", "an API key"+refused)
	}
	a.openOptions = !auth.boolean("AddDefaultAuthorizerToCorsPreflight", true)
	a.openOptionsKey = !auth.boolean("AddApiKeyRequiredToCorsPreflight", true)
	auth.done(apiAuthSchema)
}

// httpAuthorizers reads an HTTP API's Auth:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html.
func (o *object) httpAuthorizers(api *api) {
	auth, a := o.object("Auth"), &api.auth
	a.iam = auth.boolean("EnableIamAuthorizer", false)
	for e, authorizer := range auth.object("Authorizers").objects() {
		declared := &Auth{Kind: AuthJWT, Name: e.Key, Pos: e.Pos}
		// SAM takes whatever has no JwtConfiguration for a Lambda authorizer.
		if authorizer.node.Get("JwtConfiguration") == nil {
			declared.Kind = AuthLambda
			declared.Authorizer = authorizer.samHTTPAuthorizer(api, e)
		}
		authorizer.declare(a, declared)
	}
	auth.setDefault(a)
	auth.done(httpAPIAuthSchema)
}

// declare files an authorizer. A Lambda authorizer that has no function here
// has had its note.
func (o *object) declare(a *authorizers, auth *Auth) {
	a.named[auth.Name] = auth
	if auth.Kind != AuthLambda {
		o.note(Refused, auth.Pos, "", "a "+string(auth.Kind)+" authorizer"+refused)
	}
}

// setDefault reads DefaultAuthorizer.
func (o *object) setDefault(a *authorizers) {
	v := o.scalar("DefaultAuthorizer")
	if v == nil {
		return
	}
	a.fallback = o.find(a, v)
	if a.fallback != nil && a.fallback.Kind == AuthIAM {
		o.note(Refused, v.Pos, "DefaultAuthorizer", "IAM authorization"+refused)
	}
}

// find looks up the authorizer that n names, and reports where there is none.
func (o *object) find(a *authorizers, n *syntax.Node) *Auth {
	if found := a.named[n.Value]; found != nil {
		return found
	}
	if n.Value == nameIAM && a.iam {
		return &Auth{Kind: AuthIAM, Pos: n.Pos}
	}
	if n.Value == nameIAM {
		o.fail(n.Pos, "AWS_IAM needs \"EnableIamAuthorizer: true\" in the API's Auth")
		return nil
	}
	o.fail(n.Pos, "the API has no authorizer %q%s", n.Value, syntax.Suggestion(n.Value, slices.Sorted(maps.Keys(a.named))))
	return nil
}

// routeAuth reads an event's Auth and gives what a caller of its route has to
// pass, nil for nothing: its own authorizer, else the API's default, and an API
// key where the route or else the API asks for one.
func (o *object) routeAuth(a *api, method string) *Auth {
	auth := o.object("Auth")
	result := a.auth.authorizerFor(method)
	switch v := auth.scalar("Authorizer"); {
	case v == nil:
	case v.Value == nameNone && a.auth.fallback == nil:
		auth.fail(v.Pos, "Authorizer NONE needs a DefaultAuthorizer in the API's Auth")
	case v.Value == nameNone:
		result = nil
	default:
		result = auth.find(&a.auth, v)
		if result != nil && result.Kind == AuthIAM {
			auth.note(Refused, v.Pos, "Authorizer", "IAM authorization"+refused)
		}
	}
	if a.Kind == HTTP {
		auth.done(httpAPIEventAuthSchema)
		return result
	}
	keyRequired := auth.boolean("ApiKeyRequired", a.auth.keyRequired)
	if keyRequired && !a.auth.keyRequired {
		auth.note(Refused, auth.node.Get("ApiKeyRequired").Pos, "ApiKeyRequired", "an API key"+refused)
	}
	auth.done(apiEventAuthSchema)
	return withKey(result, keyRequired, auth.pos)
}

// authorizerFor gives the default authorizer of a method; nil for none.
func (a *authorizers) authorizerFor(method string) *Auth {
	if method == "OPTIONS" && a.openOptions {
		return nil
	}
	return a.fallback
}

// fallbackFor gives what a route of a method has to pass that asks for nothing.
func (a *authorizers) fallbackFor(method string, pos Position) *Auth {
	return withKey(a.authorizerFor(method), a.keyRequired, pos)
}

// withKey adds an API key to what a route asks for.
func withKey(auth *Auth, required bool, pos Position) *Auth {
	switch {
	case !required:
		return auth
	case auth == nil:
		return &Auth{Kind: AuthAPIKey, APIKeyRequired: true, Pos: pos}
	}
	both := *auth
	both.APIKeyRequired = true
	return &both
}
