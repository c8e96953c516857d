package template

import (
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
			d.a.auth.named[e.Key] = d.scheme(d.follow(scheme), e)
		}
	}
}

// scheme reads one of them; nil for one that API Gateway does not check.
func (d definition) scheme(o *object, e syntax.Entry) *Auth {
	authorizer := d.follow(o.object(extensionAuthorizer))
	header := o.text("name", "")
	switch {
	case strings.EqualFold(o.text(extensionAuthtype, ""), "awsSigv4"):
		return &Auth{Kind: AuthIAM, Pos: e.Pos}
	case authorizer.exists():
		return authorizer.authorizer(d.a, e.Key, header)
	case strings.EqualFold(header, "x-api-key") && o.text("type", "") == "apiKey":
		return &Auth{Kind: AuthAPIKey, APIKeyRequired: true, Pos: e.Pos}
	}
	o.note(Ignored, e.Pos, "", "has no "+extensionAuthorizer+": API Gateway does not check it")
	return nil
}

// security gives what a caller of an operation has to pass: what the operation
// asks for, else the document, else SAM's default.
func (d definition) security(o *object, method string) *Auth {
	if kind := o.object(extensionAuth).text("type", ""); kind == nameIAM {
		return d.notedAuth(&Auth{Kind: AuthIAM, Pos: o.pos}, o.pos)
	}
	required := o.value("security")
	if required == nil {
		required = d.value("security")
	}
	if required == nil {
		return d.a.auth.fallbackFor(method, o.pos)
	}
	return d.notedAuth(d.required(required), required.Pos)
}

// required gives what a list of security requirements asks for. API Gateway
// has one authorizer and an API key for a route, so that the alternatives of
// the list come to all of them.
func (d definition) required(list *syntax.Node) *Auth {
	var auth *Auth
	key := false
	for _, alternative := range list.Items {
		for _, e := range alternative.Entries {
			switch named := d.requirement(e); {
			case named == nil:
			case named.Kind == AuthAPIKey:
				key = true
			case auth == nil:
				auth = named
			}
		}
	}
	return withKey(auth, key, list.Pos)
}

// requirement gives what a scheme's name stands for; nil for NONE and for a
// scheme that API Gateway does not check.
func (d definition) requirement(e syntax.Entry) *Auth {
	named, declared := d.a.auth.named[e.Key]
	switch {
	case declared, e.Key == nameNone:
	case e.Key == nameIAM:
		return &Auth{Kind: AuthIAM, Pos: e.Pos}
	case e.Key == nameKey:
		return &Auth{Kind: AuthAPIKey, APIKeyRequired: true, Pos: e.Pos}
	default:
		d.fail(e.Pos, "the definition has no security scheme %q%s", e.Key, syntax.Suggestion(e.Key, slices.Sorted(maps.Keys(d.a.auth.named))))
	}
	return named
}

// notedAuth notes that routes refuse every request which need IAM
// authorization or an API key; authorizers are noted where they are declared.
func (d definition) notedAuth(auth *Auth, pos Position) *Auth {
	if auth == nil {
		return nil
	}
	if auth.Kind == AuthIAM {
		d.note(Refused, pos, "security", "IAM authorization"+refused)
	}
	if auth.APIKeyRequired {
		d.note(Refused, pos, "security", "an API key"+refused)
	}
	return auth
}
