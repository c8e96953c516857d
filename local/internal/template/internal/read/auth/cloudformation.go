package auth

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// authorizerTypes are those that each kind of API has.
var authorizerTypes = map[stack.Kind][]string{
	stack.REST: {"TOKEN", "REQUEST", "COGNITO_USER_POOLS"},
	stack.HTTP: {"REQUEST", "JWT"},
}

// Authorizer reads an authorizer of an OpenAPI definition or of CloudFormation,
// which name its properties alike. It gives what a route asks for that names the
// authorizer and no scopes. The header is where a definition has the token, "" where
// nothing says so; of the API, kind and stage variables count.
func Authorizer(o *property.Object, api *stack.API, name, header string) *stack.Auth {
	auth := authorizer(o, api, name, header)
	o.Done(authorizerSchema)
	auth.Authorizer.Unsupported = o.Fault()
	return auth
}

// authorizer reads what Authorizer does but for what nobody asks for.
func authorizer(o *property.Object, api *stack.API, name, header string) *stack.Auth {
	v := o.Scalar(o.Spell("type", "authorizerType"))
	if v == nil {
		v = syntax.Text(o.Pos(), "")
	}
	kind := strings.ToUpper(v.Value)
	if !slices.Contains(authorizerTypes[api.Kind], kind) {
		o.Fail(v.Pos, "%s authorizers have to be of the type %s, but here is %q", api.Kind, strings.Join(authorizerTypes[api.Kind], " or "), v.Value)
		return &stack.Auth{Authorizer: &stack.Authorizer{Name: name, Kind: stack.AuthLambda, Pos: o.Pos()}, Pos: o.Pos()}
	}
	var declared *stack.Authorizer
	switch kind {
	case "TOKEN", "REQUEST":
		declared = lambda(o, api, name, kind == "TOKEN")
		if l := declared.Lambda; l != nil && l.Token {
			l.IdentitySources = orHeader(l.IdentitySources, stack.REST, header)
		}
		return &stack.Auth{Authorizer: declared, Pos: o.Pos()}
	case "COGNITO_USER_POOLS":
		declared = cognito(o, name, header)
	case "JWT":
		declared = jwt(o, name)
	}
	auth := &stack.Auth{Authorizer: declared, Pos: o.Pos()}
	asks(o, auth, o.Pos(), "")
	for _, key := range []string{"JwtConfiguration", "ProviderARNs"} { // what a token is checked against
		if n := o.Get(key); n != nil && !o.InDefinition() {
			asks(o, auth, n.Pos, key)
		}
	}
	return auth
}

// kinds are what AuthorizationType can be beside NONE and AWS_IAM.
var kinds = map[string]stack.AuthKind{
	"COGNITO_USER_POOLS": stack.AuthCognito, "CUSTOM": stack.AuthLambda, "JWT": stack.AuthJWT,
}

// Route reads what CloudFormation's route or method o asks of the callers of route;
// nil for nothing. An authorizer that no type puts to work is an error, not an open
// route. The authorizers that are declared are given by logical ID.
func Route(o *property.Object, route *stack.Route, declared map[string]*stack.Auth) *stack.Auth {
	scopes := scopesOf(o, route)
	n := o.Scalar("AuthorizationType")
	if n != nil && n.StandIn {
		return unknown(o, n, "AuthorizationType")
	}
	if n == nil || n.Value == nameNone {
		if id := o.Get("AuthorizerId"); o.PlainText("AuthorizerId") != "" {
			o.Fail(id.Pos, "AuthorizerId needs an AuthorizationType other than NONE")
		}
		return nil
	}
	if n.Value == nameIAM {
		auth := &stack.Auth{IAM: true, Pos: n.Pos}
		asks(o, auth, n.Pos, "AuthorizationType")
		return auth
	}
	if auth := declared[o.Link("AuthorizerId")]; auth != nil {
		return with(auth, scopes, false, auth.Pos)
	}
	kind := kinds[n.Value]
	if kind == "" {
		o.Fail(n.Pos, "AuthorizationType %q is not known%s", n.Value,
			syntax.Suggestion(n.Value, []string{nameNone, nameIAM, "CUSTOM", "COGNITO_USER_POOLS", "JWT"}))
	}
	auth := &stack.Auth{Authorizer: &stack.Authorizer{Kind: kind, Pos: n.Pos}, Scopes: scopes, Pos: n.Pos}
	asksFor(o, auth, n.Pos, "AuthorizerId", "leads to no authorizer of this template: the route refuses every request"+opensIt)
	return auth
}

// Method is Route for a REST API's method, which may ask for an API key too.
func Method(o *property.Object, route *stack.Route, declared map[string]*stack.Auth) *stack.Auth {
	key := o.Demanded("ApiKeyRequired", false)
	auth := with(Route(o, route, declared), nil, key, o.Resource().Pos)
	if auth != nil && auth.APIKey && o.Has("ApiKeyRequired") {
		asksKey(o)
	}
	return auth
}

// URL reads the AuthType of a function URL; nil for NONE. It has to be there.
func URL(o *property.Object) *stack.Auth {
	switch v := o.Scalar("AuthType"); {
	case v == nil: // or wrong, which is reported too
		o.Fail(o.Pos(), "a function URL needs an AuthType, NONE or AWS_IAM")
	case v.StandIn:
		auth := &stack.Auth{IAM: true, Pos: o.Pos()}
		asksFor(o, auth, v.Pos, "AuthType", notKnown)
		return auth
	case v.Value == nameIAM:
		auth := &stack.Auth{IAM: true, Pos: o.Pos()}
		asksFor(o, auth, o.PosOf("AuthType"), "AuthType", "IAM authorization is not emulated: the URL refuses every request"+opensIt)
		return auth
	case v.Value != nameNone:
		o.Fail(v.Pos, "AuthType has to be NONE or AWS_IAM, but here is %q%s", v.Value,
			syntax.Suggestion(v.Value, []string{nameNone, nameIAM}))
	}
	return nil
}
