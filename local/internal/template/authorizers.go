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

// noteAuth adds a note on authorization that no caller passes here.
func (o *object) noteAuth(pos Position, key, text string) {
	n := o.newNote(Refused, pos, key, text)
	n.Auth = true
	o.stack.Notes = append(o.stack.Notes, n)
}

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
		auth.noteAuth(auth.node.Get("ApiKeyRequired").Pos, "ApiKeyRequired", "an API key"+refused)
	}
	a.openOptions = !auth.boolean("AddDefaultAuthorizerToCorsPreflight", true)
	a.openOptionsKey = !auth.boolean("AddApiKeyRequiredToCorsPreflight", true)
	api.policy = auth.resourcePolicy(api, "ResourcePolicy")
	auth.done(apiAuthSchema)
}

// httpAuthorizers reads an HTTP API's Auth:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html.
func (o *object) httpAuthorizers(api *api) {
	auth, a := o.object("Auth"), &api.auth
	a.iam = auth.boolean("EnableIamAuthorizer", false)
	a.openOptions = true
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
		o.noteAuth(auth.Pos, "", "a "+string(auth.Kind)+" authorizer"+refused)
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
		o.noteAuth(v.Pos, "DefaultAuthorizer", "IAM authorization"+refused)
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
