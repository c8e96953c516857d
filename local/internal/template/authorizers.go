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

// authorizers is an API's Auth.
type authorizers struct {
	named map[string]*Auth
	// fallback is DefaultAuthorizer; nil where there is none.
	fallback *Auth
	// iam is true where routes may ask for AWS_IAM.
	iam bool
	// keyRequired is ApiKeyRequired (REST APIs only).
	keyRequired bool
	// openOptions is true where DefaultAuthorizer leaves OPTIONS out, as those of
	// HTTP APIs always do.
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
		if authorizer.node.Get("UserPoolArn") != nil {
			authorizer.declare(a, authorizer.samCognitoAuthorizer(e.Key), e.Pos)
		} else {
			authorizer.declare(a, authorizer.samRESTAuthorizer(api, e), e.Pos)
		}
	}
	auth.setDefault(a)
	if a.keyRequired = auth.boolean("ApiKeyRequired", false); a.keyRequired {
		auth.asks(&Auth{APIKey: true}, auth.node.Get("ApiKeyRequired").Pos, "ApiKeyRequired")
	}
	a.openOptions = !auth.boolean("AddDefaultAuthorizerToCorsPreflight", true)
	a.openOptionsKey = !auth.boolean("AddApiKeyRequiredToCorsPreflight", true)
	auth.resourcePolicy(api, "ResourcePolicy")
	auth.done(apiAuthSchema)
}

// httpAuthorizers reads an HTTP API's Auth:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html.
func (o *object) httpAuthorizers(api *api) {
	auth, a := o.object("Auth"), &api.auth
	a.iam = auth.boolean("EnableIamAuthorizer", false)
	a.openOptions = true
	for e, authorizer := range auth.object("Authorizers").objects() {
		// SAM takes whatever has no JwtConfiguration for a Lambda authorizer.
		if authorizer.node.Get("JwtConfiguration") != nil {
			authorizer.declare(a, authorizer.samJWTAuthorizer(e.Key), e.Pos)
		} else {
			authorizer.declare(a, authorizer.samHTTPAuthorizer(api, e), e.Pos)
		}
	}
	auth.setDefault(a)
	auth.done(httpAPIAuthSchema)
}

// declare files an authorizer of SAM's under its name, with the scopes of the routes
// that name it and no scopes. A Lambda authorizer has none.
func (o *object) declare(a *authorizers, declared *Authorizer, pos Position) {
	auth := &Auth{Authorizer: declared, Pos: pos}
	if declared.Kind != AuthLambda {
		auth.Scopes = o.plainTexts("AuthorizationScopes")
		o.asks(auth, pos, "")
	}
	a.named[declared.Name] = auth
}

// setDefault reads DefaultAuthorizer.
func (o *object) setDefault(a *authorizers) {
	v := o.scalar("DefaultAuthorizer")
	if v == nil {
		return
	}
	if a.fallback = o.find(a, v); a.fallback != nil && a.fallback.IAM {
		o.asks(a.fallback, v.Pos, "DefaultAuthorizer")
	}
}

// find looks up the authorizer that n names, and reports where there is none.
func (o *object) find(a *authorizers, n *syntax.Node) *Auth {
	if found := a.named[n.Value]; found != nil {
		return found
	}
	if n.Value == nameIAM && a.iam {
		return &Auth{IAM: true, Pos: n.Pos}
	}
	if n.Value == nameIAM {
		o.fail(n.Pos, "AWS_IAM needs \"EnableIamAuthorizer: true\" in the API's Auth")
		return nil
	}
	o.fail(n.Pos, "the API has no authorizer %q%s", n.Value, syntax.Suggestion(n.Value, slices.Sorted(maps.Keys(a.named))))
	return nil
}
