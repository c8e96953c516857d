package auth

import (
	"cmp"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// AddSchemes adds the ways of authorization that the API's definition declares,
// securityDefinitions in Swagger 2 and components.securitySchemes in OpenAPI 3:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html.
func (a *Authorizers) AddSchemes(d *openapi.Document, api *stack.API) {
	for _, section := range []*property.Object{
		d.Root.Object("securityDefinitions"), d.Root.Object("components").Object("securitySchemes"),
	} {
		for e, scheme := range section.Objects() {
			if a.named[e.Key] == nil { // SAM's own replaces it
				a.name(e.Key, readScheme(d, d.Follow(scheme), api, e))
			}
		}
	}
}

// readScheme reads one of them; nil for one that API Gateway does not check. One
// that says who checks it, with x-amazon-apigateway-authtype, but not how refuses
// every request.
func readScheme(d *openapi.Document, o *property.Object, api *stack.API, e syntax.Entry) *stack.Auth {
	authorizer := d.Follow(o.Object(openapi.ExtensionAuthorizer))
	if declared := Unknown(authorizer); declared != nil {
		return declared
	}
	header, authtype := o.Text("name", ""), o.Text(openapi.ExtensionAuthtype, "")
	switch name := o.Scalar("name"); {
	case strings.EqualFold(authtype, "awsSigv4"), strings.EqualFold(authtype, nameIAM):
		return &stack.Auth{IAM: true, Pos: e.Pos}
	case authorizer.Exists():
		return Authorizer(authorizer, api, e.Key, header)
	case strings.EqualFold(header, "x-api-key"), name != nil && name.StandIn:
		return &stack.Auth{APIKey: true, Pos: e.Pos}
	case authtype != "":
		declared := &stack.Authorizer{Name: e.Key, Kind: stack.AuthLambda, Pos: e.Pos}
		if strings.EqualFold(authtype, "cognito_user_pools") {
			declared.Kind = stack.AuthCognito
		}
		auth := &stack.Auth{Authorizer: declared, Pos: e.Pos}
		asksFor(o, auth, e.Pos, "", "has no "+openapi.ExtensionAuthorizer+
			" to say how: routes that need it refuse every request"+opensThem)
		return auth
	}
	o.Note(stack.Ignored, e.Pos, "", "has no "+openapi.ExtensionAuthorizer+": API Gateway does not check it")
	return nil
}

// Security reads what o, an operation of the definition or the definition as a
// whole, asks for. API Gateway has one authorizer and an API key for a route, so that
// the alternatives of the list come to all of them.
func (a *Authorizers) Security(d *openapi.Document, o *property.Object) Demand {
	asked := Demand{given: o.Value("security") != nil, pos: o.Pos()}
	if asksIAM(o) {
		asked.given, asked.auth = true, &stack.Auth{IAM: true, Pos: o.Pos()}
	}
	for _, e := range requirements(o) {
		a.require(o, e, &asked)
	}
	if v := o.Value("security"); v != nil && v.StandIn && asked.auth == nil && !asked.key {
		asked.auth = unknown(o, v, "security")
	} else if n := o.Raw("security"); v == nil && n != nil && resolve.CallsMacro(n) {
		asked.auth = unknown(o, syntax.Text(n.Pos, "(a macro)"), "security")
	}
	if asked.auth != nil && asked.auth.IAM {
		asks(d.Root, asked.auth, asked.auth.Pos, "security")
	}
	if asked.key {
		asks(d.Root, &stack.Auth{APIKey: true}, asked.pos, "security")
	}
	return asked
}

// requirements gives the schemes that a list of mappings names, each with its scopes. A
// mapping alone, or a name alone, is noted and stands for what it would be in the list.
func requirements(o *property.Object) []syntax.Entry {
	const key = "security"
	v := o.Value(key)
	if v == nil || v.StandIn && v.Kind == syntax.Scalar {
		return nil
	}
	if v.Kind != syntax.Sequence {
		o.Note(stack.Approximated, v.Pos, key, "is taken for a list of it; OpenAPI has a list of mappings")
	}
	var entries []syntax.Entry
	for _, alternative := range v.OneOrMore() {
		alternative = o.Resolve(alternative, key)
		switch {
		case alternative == nil:
		case alternative.Kind == syntax.Mapping:
			entries = append(entries, alternative.Entries...)
		case alternative.Kind == syntax.Scalar:
			o.Note(stack.Approximated, alternative.Pos, key, "is taken for a mapping of this name to no scopes")
			entries = append(entries, syntax.Entry{Key: alternative.Value, Pos: alternative.Pos, Value: syntax.List(alternative.Pos, nil)})
		default:
			o.Fail(alternative.Pos, "security has to be a list of mappings, but one is %s", alternative.Kind)
		}
	}
	return entries
}

// asksIAM reads x-amazon-apigateway-auth, and takes one that is not known here for IAM:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html.
func asksIAM(o *property.Object) bool {
	auth := o.Object(openapi.ExtensionAuth)
	if !auth.Exists() {
		return auth.Unknown()
	}
	v := auth.Scalar("type")
	if v != nil && v.StandIn {
		return true
	}
	kind := auth.Text("type", "")
	if !strings.EqualFold(kind, nameIAM) && !strings.EqualFold(kind, nameNone) {
		auth.Fail(auth.Pos(), "%s has to have the type AWS_IAM or NONE, but here is %q", openapi.ExtensionAuth, kind)
	}
	return strings.EqualFold(kind, nameIAM)
}

// require adds what a scheme's name stands for: nothing for one that API Gateway
// does not check.
func (a *Authorizers) require(o *property.Object, e syntax.Entry, asked *Demand) {
	named, declared := a.named[e.Key]
	switch {
	case named != nil && named.APIKey, named == nil && e.Key == nameKey:
		asked.key = true
	case named == nil && e.Key == nameNone:
		asked.none = true
	case named == nil && e.Key == nameIAM:
		asked.auth = cmp.Or(asked.auth, &stack.Auth{IAM: true, Pos: e.Pos})
	case !declared:
		o.Fail(e.Pos, "the definition has no security scheme %q%s", e.Key, syntax.Suggestion(e.Key, a.names()))
	case asked.auth == nil && named != nil:
		asked.auth = with(named, scopesIn(e), false, named.Pos)
	}
}

// scopesIn gives the scopes in a requirement, the list behind a scheme's name, which
// is never nil: an authorizer's own scopes do not count then.
func scopesIn(e syntax.Entry) []string {
	scopes := []string{}
	for _, item := range e.Value.Items {
		if item.Kind == syntax.Scalar {
			scopes = append(scopes, item.Value)
		}
	}
	return scopes
}
