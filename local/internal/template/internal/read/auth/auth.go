// Package auth reads what a template says of authorization: the authorizers that an
// API declares for its routes to share, and what each route asks of its callers,
// an authorizer, AWS_IAM, an API key, scopes. It gives what it found, and its caller
// puts that into the API.
//
// The two have three spellings each. Authorizers stand in the Auth of SAM's APIs,
// in the security schemes of an OpenAPI definition and in CloudFormation's resources.
// Routes ask in the Auth of SAM's events, in the security of a definition and its
// operations, and in the AuthorizationType of methods and routes.
//
// What this host cannot check is noted, at each place that declares or asks for it,
// once everything is read. Not read yet are Cognito's user pools and their clients, which
// issue the tokens that JWT and Cognito authorizers check: they will stand in
// userpool.go. API keys and usage plans (AWS::ApiGateway::ApiKey, UsagePlan and
// UsagePlanKey) will stand in apikey.go.
package auth

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// The words that stand in the place of an authorizer's name.
const (
	nameIAM  = "AWS_IAM"
	nameNone = "NONE"
	// nameKey is the security scheme that SAM makes for API keys.
	nameKey = "api_key"
)

// The ends of notes on authorization: a host that let callers pass unchecked would
// hide a route's protection from its tests.
const (
	opensThem = "; --disable-authorizer opens them"
	opensIt   = "; --disable-authorizer opens it"
	refused   = " is not emulated: routes that need it refuse every request" + opensThem
)

// notKnown says what comes of a way of authorization whose name is not known here.
const notKnown = "is not known here: what needs it refuses every request" + opensThem

// unknown is what is asked for by n, the value of the property key of o, where that only
// stands for one that is not known here: nobody can pass.
func unknown(o *property.Object, n *syntax.Node, key string) *stack.Auth {
	auth := &stack.Auth{Authorizer: &stack.Authorizer{Name: n.Value, Kind: stack.AuthLambda, Pos: n.Pos}, Pos: n.Pos}
	asksFor(o, auth, n.Pos, key, notKnown)
	return auth
}

// Unknown is what the object o asks of callers where it is not known here: nobody can
// pass. It is nil for every other.
func Unknown(o *property.Object) *stack.Auth {
	if !o.Unknown() {
		return nil
	}
	return unknown(o, syntax.Text(o.Pos(), "(not known here)"), "")
}

// uncheckedTexts say what comes of each kind of authorization that is not checked.
var uncheckedTexts = map[stack.AuthKind]string{
	stack.AuthJWT:     "a JWT authorizer" + refused,
	stack.AuthCognito: "a Cognito authorizer" + refused,
	stack.AuthLambda:  property.NoTarget + ": routes that need the authorizer refuse every request" + opensThem,
	stack.AuthIAM:     "IAM authorization" + refused,
	stack.AuthAPIKey:  "an API key" + refused,
	stack.AuthPolicy: "a resource policy is not evaluated, and this one does not let everybody in: " +
		"every route of the API refuses every request" + opensThem,
}

// asks notes, once everything is read, that the property key of o declares a way of
// authorization or asks for one which this host cannot check.
func asks(o *property.Object, auth *stack.Auth, pos stack.Position, key string) {
	asksFor(o, auth, pos, key, "")
}

// asksFor is asks with what the note has to say, where that is not said by the
// kind of authorization.
func asksFor(o *property.Object, auth *stack.Auth, pos stack.Position, key, text string) {
	note := o.NewNote(stack.Refused, pos, key, text)
	note.Auth = true
	o.NoteAtEnd(func() (stack.Note, bool) {
		kind := auth.Unchecked()
		if note.Text == "" {
			note.Text = uncheckedTexts[kind]
		}
		return note, kind != ""
	})
}

// asksKey is asks for an API key, at the property ApiKeyRequired.
func asksKey(o *property.Object) {
	asks(o, &stack.Auth{APIKey: true}, o.PosOf("ApiKeyRequired"), "ApiKeyRequired")
}

const noScopes = "a Lambda authorizer has no scopes"

// scopesOf reads the scopes that tokens have to have for a route, nil where the
// template has no list of them, and notes what becomes of them once it is known how the
// route is authorized.
func scopesOf(o *property.Object, route *stack.Route) []string {
	const key = "AuthorizationScopes"
	n := o.Get(key)
	if n == nil {
		return nil
	}
	o.NoteAtEnd(func() (stack.Note, bool) {
		text := scopeText(route.Auth)
		return o.NewNote(stack.Ignored, n.Pos, key, text), text != ""
	})
	return append([]string{}, o.PlainTexts(key)...)
}

// scopeText says why nothing has come of the scopes of a route; "" where they are
// checked.
func scopeText(auth *stack.Auth) string {
	switch {
	case auth == nil || auth.Authorizer == nil:
		return "the route has no authorizer that looks at scopes"
	case auth.Authorizer.Kind == stack.AuthLambda:
		return noScopes
	case auth.Checks(auth.Authorizer.Kind):
		return ""
	}
	return "scopes are not checked; routes that need an authorizer are refused"
}
