package template

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// declareSchemes reads the ways of authorization that a definition declares,
// securityDefinitions in Swagger 2 and components.securitySchemes in OpenAPI 3:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html.
func (d definition) declareSchemes() {
	for _, section := range []*object{
		d.object.object("securityDefinitions"), d.object.object("components").object("securitySchemes"),
	} {
		for e, scheme := range section.objects() {
			if d.a.auth.named[e.Key] == nil { // SAM's own replaces it
				d.a.auth.named[e.Key] = d.scheme(d.follow(scheme), e)
			}
		}
	}
}

// scheme reads one of them; nil for one that API Gateway does not check. One
// that says who checks it, with x-amazon-apigateway-authtype, but not how refuses
// every request.
func (d definition) scheme(o *object, e syntax.Entry) *Auth {
	authorizer := d.follow(o.object(extensionAuthorizer))
	header, authtype := o.text("name", ""), o.text(extensionAuthtype, "")
	switch {
	case strings.EqualFold(authtype, "awsSigv4"), strings.EqualFold(authtype, nameIAM):
		return &Auth{IAM: true, Pos: e.Pos}
	case authorizer.exists():
		return authorizer.authorizer(d.a, e.Key, header)
	case strings.EqualFold(header, "x-api-key"):
		return &Auth{APIKey: true, Pos: e.Pos}
	case authtype != "":
		declared := &Authorizer{Name: e.Key, Kind: AuthLambda, Pos: e.Pos}
		if strings.EqualFold(authtype, "cognito_user_pools") {
			declared.Kind = AuthCognito
		}
		auth := &Auth{Authorizer: declared, Pos: e.Pos}
		o.asksFor(auth, e.Pos, "", "has no "+extensionAuthorizer+": "+authtype+" authorization"+refused)
		return auth
	}
	o.note(Ignored, e.Pos, "", "has no "+extensionAuthorizer+": API Gateway does not check it")
	return nil
}

// demand reads what an operation, or the document as a whole, asks for. API
// Gateway has one authorizer and an API key for a route, so that the
// alternatives of the list come to all of them.
func (d definition) demand(o *object) demand {
	asked := demand{given: o.value("security") != nil, pos: o.pos}
	if d.asksIAM(o) {
		asked.given, asked.auth = true, &Auth{IAM: true, Pos: o.pos}
	}
	for _, alternative := range o.list("security") {
		if alternative.Kind != syntax.Mapping {
			o.fail(alternative.Pos, "security has to be a list of mappings, but one is %s", alternative.Kind)
		}
		for _, e := range alternative.Entries {
			d.requirement(e, &asked)
		}
	}
	if asked.auth != nil && asked.auth.IAM {
		d.asks(asked.auth, asked.auth.Pos, "security")
	}
	if asked.key {
		d.asks(&Auth{APIKey: true}, asked.pos, "security")
	}
	return asked
}

// asksIAM reads x-amazon-apigateway-auth:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html.
func (d definition) asksIAM(o *object) bool {
	auth := o.object(extensionAuth)
	if !auth.exists() {
		return false
	}
	kind := auth.text("type", "")
	if !strings.EqualFold(kind, nameIAM) && !strings.EqualFold(kind, nameNone) {
		auth.fail(auth.pos, "%s has to have the type AWS_IAM or NONE, but here is %q", extensionAuth, kind)
	}
	return strings.EqualFold(kind, nameIAM)
}

// requirement adds what a scheme's name stands for: nothing for one that API
// Gateway does not check.
func (d definition) requirement(e syntax.Entry, asked *demand) {
	named, declared := d.a.auth.named[e.Key]
	switch {
	case named != nil && named.APIKey, named == nil && e.Key == nameKey:
		asked.key = true
	case named == nil && e.Key == nameNone:
		asked.none = true
	case named == nil && e.Key == nameIAM:
		asked.auth = cmp.Or(asked.auth, &Auth{IAM: true, Pos: e.Pos})
	case !declared:
		d.fail(e.Pos, "the definition has no security scheme %q%s", e.Key, syntax.Suggestion(e.Key, slices.Sorted(maps.Keys(d.a.auth.named))))
	case asked.auth == nil && named != nil:
		asked.auth = with(named, values(d.scopesIn(e)), false, named.Pos)
	}
}

// scopesIn gives the scopes in a requirement, the list behind a scheme's name.
func (d definition) scopesIn(e syntax.Entry) []*syntax.Node {
	var scopes []*syntax.Node
	for _, item := range e.Value.Items {
		if item.Kind == syntax.Scalar {
			scopes = append(scopes, item)
		}
	}
	return scopes
}
